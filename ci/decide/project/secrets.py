"""What looks like a secret, by the same table as ``programs/secrets.cjs``. Pure."""

import base64
import json
import math
import re
from collections import Counter
from pathlib import Path

_TABLE = json.loads(
    (Path(__file__).parents[2] / "programs" / "secret-forms.cjs").read_text("utf-8").partition("module.exports = ")[2]
)
_WORD = re.compile(_TABLE["word"], re.ASCII)
_OTHER = re.compile(_TABLE["other"], re.ASCII)
_FORMS = {what: re.compile(form, re.ASCII) for what, form in _TABLE["forms"].items()}
_TOKEN = re.compile(_TABLE["token"], re.ASCII)
_PUBLIC_TOKEN = re.compile(_TABLE["public_token"], re.ASCII)

LENGTH = 16
"""Characters from which a value may be random."""

ENTROPY = 3.3
"""Bits a character from which a value counts as random: 32 random hexadecimal digits have 3.7, words have about 3."""


def form(value: str) -> str:
    """What a value is by its form, such as ``a token of npm``; empty where it has none of a secret."""
    token = _TOKEN.search(value)
    if token and not _PUBLIC_TOKEN.search(_payload(token[1])):
        return "a JSON Web Token"
    return next((what for what, pattern in _FORMS.items() if pattern.search(value)), "")


def named(name: str) -> bool:
    """Whether a variable is named like one that holds a secret."""
    return bool(_WORD.search(name.upper())) and not _OTHER.search(name.upper())


def random(value: str) -> bool:
    """Whether a value looks as if it was drawn, not thought up: long, of letters and digits, and of high entropy."""
    mixed = re.search(r"[A-Za-z]", value) and re.search(r"\d", value)
    return len(value) >= LENGTH and bool(mixed) and entropy(value) >= ENTROPY


def entropy(text: str) -> float:
    """Shannon's entropy of the characters of a text, in bits a character."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares)


def _payload(encoded: str) -> str:
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode(errors="replace")
    except ValueError:
        return ""
