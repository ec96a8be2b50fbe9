"""An identity token of GitHub Actions, requested only when it is needed, since it expires within minutes.

GitHub, "OpenID Connect reference", "Methods for requesting the OIDC token".
"""

import json
from collections.abc import MutableMapping
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from ci.intool.common.failure import Failure

REQUEST, URL = "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL"
"""Variables that a job with the permission ``id-token: write`` has."""

AUDIENCE = "sigstore"
LIMIT = 30
"""Seconds that the answer may take."""


def ask(environment: MutableMapping[str, str], into: str) -> None:
    """Request a token and store it in a variable; does nothing if the variable is set, or outside of a job.

    Args:
        environment: variables of the process.
        into: the variable.

    Raises:
        Failure: GitHub gives none.
    """
    url = environment.get(URL)
    if environment.get(into) or not url:
        return
    if not url.startswith(("https://", "http://127.0.0.1:")):
        raise Failure(f"{URL} is not an https address", "pass the variables that GitHub sets for the job")
    headers = {"Authorization": f"bearer {environment.get(REQUEST, '')}"}
    try:
        with urlopen(Request(f"{url}&audience={AUDIENCE}", headers=headers), timeout=LIMIT) as answer:  # noqa: S310
            environment[into] = str(json.load(answer)["value"])
    except (URLError, TimeoutError, ValueError, KeyError, TypeError) as error:
        if isinstance(error, HTTPError):
            error.close()
        why = getattr(error, "reason", type(error).__name__)
        raise Failure(
            f"GitHub gives no identity token: {why}", "give the job the permission `id-token: write`"
        ) from None
