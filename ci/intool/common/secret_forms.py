"""What looks like a secret, by the table that JavaScript reads too: ``ci/programs/secret-forms.json``. Pure.

Its expressions are those that ECMA-262 and Python share:

- ``word``: names of variables that hold a secret, in capitals.
- ``other``: those among them that hold none: Next.js' own switches, and what is about a secret.
- ``forms``: what it is, to the form of its value.
- ``token``: a JSON Web Token, with its payload.
- ``public_token``: the payload of one that browsers get on purpose: Supabase's role "anon".
"""

import base64
import json
import re
from pathlib import Path

TABLE = Path(__file__).parents[2] / "programs" / "secret-forms.json"
"""The file; a tool container gets it with this module (``ci.engine.tool``)."""

_TABLE = json.loads(TABLE.read_text("utf-8"))
_WORD = re.compile(_TABLE["word"], re.ASCII)
_OTHER = re.compile(_TABLE["other"], re.ASCII)
_FORMS = {what: re.compile(form, re.ASCII) for what, form in _TABLE["forms"].items()}
_TOKEN = re.compile(_TABLE["token"], re.ASCII)
_PUBLIC_TOKEN = re.compile(_TABLE["public_token"], re.ASCII)


def form(value: str) -> str:
    """What a value is by its form, such as ``a token of npm``; empty where it has none of a secret."""
    token = _TOKEN.search(value)
    if token and not _PUBLIC_TOKEN.search(_payload(token[1])):
        return "a JSON Web Token"
    return next((what for what, pattern in _FORMS.items() if pattern.search(value)), "")


def named(name: str) -> bool:
    """Whether a variable is named like one that holds a secret."""
    return bool(_WORD.search(name.upper())) and not _OTHER.search(name.upper())


def secret_by(name: str, value: str) -> str:
    """``value`` or ``name``, by what a variable looks like a secret; empty for one that does not."""
    if form(value):
        return "value"
    return "name" if named(name) else ""


def _payload(encoded: str) -> str:
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode(errors="replace")
    except ValueError:
        return ""
