"""Names and values that look like secrets, by ``ci/programs/secret-forms.json``, which JavaScript reads too. Pure.

Its expressions are those that ECMA-262 and Python share:

- ``word``: names of variables that hold a secret, in capitals.
- ``other``: exceptions from ``word``: Next.js' own switches, and variables that are about a secret without holding it.
- ``forms``: kind of secret, to the form of its value. The password of a dummy (``build.dummies``) is none.
- ``token``: a JSON Web Token, with its payload.
- ``public_token``: the payload of a public token: Supabase's role "anon", which browsers get on purpose.
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
    """The kind of secret of a value by its form, such as ``a token of npm``; empty for no secret."""
    token = _TOKEN.search(value)
    if token and not _PUBLIC_TOKEN.search(_payload(token[1])):
        return "a JSON Web Token"
    return next((what for what, pattern in _FORMS.items() if pattern.search(value)), "")


def named(name: str) -> bool:
    """Whether a variable is named like one that holds a secret."""
    return bool(_WORD.search(name.upper())) and not _OTHER.search(name.upper())


def secret_by(name: str, value: str) -> str:
    """Why a variable looks like a secret: by its ``value`` or by its ``name``; empty if it does not."""
    if form(value):
        return "value"
    return "name" if named(name) else ""


def _payload(encoded: str) -> str:
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode(errors="replace")
    except ValueError:
        return ""
