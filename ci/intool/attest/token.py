"""The signer that an identity token stands for: the identity that Fulcio writes into the certificate. Pure.

Fulcio takes the e-mail address where the issuer gives one, and for GitHub Actions and GitLab CI the reference of the
file that says what is run; of a token from Sigstore's own login, the issuer is the one behind it (Fulcio, "OpenID
Connect Usage and Claims").
"""

import base64
from collections.abc import Mapping
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import inside, object_in

GITHUB, GITLAB = "https://token.actions.githubusercontent.com", "https://gitlab.com"


def claimed(token: str) -> tuple[str, str]:
    """Identity and issuer of a token (RFC 7519, 3 and 4.1); Fulcio verifies its signature.

    Raises:
        Failure: it is not a token, or names no identity of a known form.
    """
    claims = _claims(token)
    issuer = inside(claims, "federated_claims", "connector_id") or claims.get("iss")
    identity = _pipeline(claims, issuer) or claims.get("email")
    if not isinstance(identity, str) or not isinstance(issuer, str):
        raise Failure("the identity token names neither an e-mail address nor a pipeline of GitHub or GitLab", _FIX)
    return identity, issuer


def _pipeline(claims: Mapping[str, Any], issuer: object) -> str:
    """Address of the file that says what is run; empty where the token is not of a pipeline."""
    match issuer, claims:
        case str(one), {"job_workflow_ref": str(workflow)} if one == GITHUB and workflow:
            return f"https://github.com/{workflow}"
        case str(one), {"ci_config_ref_uri": str(file)} if one == GITLAB and file:
            return f"https://{file}"
    return ""


def _claims(token: str) -> Mapping[str, Any]:
    try:
        body = token.strip().split(".")[1]
        claims = object_in(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, IndexError):
        claims = None
    if claims is None:
        raise Failure("the identity token is not a JSON Web Token", _FIX)
    return claims


_FIX = "pass a token of audience sigstore, from GitHub Actions, GitLab CI or a login with an e-mail address"
