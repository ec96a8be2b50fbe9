"""The forms that a secret can be written in. Pure."""

import base64
import html
import json
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote, quote_plus

_PIECE = 32
"""Characters of a piece of base64. Files wrap it at 64 or more, so that of two neighbours at most one is cut."""

_SHORTEST = 12
"""Characters of a piece, 9 bytes, long enough not to occur by chance."""


def forms(value: bytes) -> dict[bytes, str]:
    """All texts to search for to find a value, each with the name of its form.

    As is, escaped as in JSON, URLs and HTML; and each of these in hexadecimal and in base64 (RFC 4648), of both
    alphabets and at each of the three places that a text can have in the bytes that are encoded together.
    """
    found: dict[bytes, str] = {}
    for text, name in _texts(value):
        found.setdefault(text, name or "as is")
        for encoded, encoding in (*_base64(text), (text.hex(), "hexadecimal"), (text.hex().upper(), "hexadecimal")):
            found.setdefault(encoded.encode(), f"{name}, {encoding}" if name else encoding)
    return found


def _texts(value: bytes) -> Iterator[tuple[bytes, str]]:
    yield value, ""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return
    for ascii_only in (True, False):
        quoted = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        safe = "".join(f"\\u{ord(char):04x}" if char in "<>&" else char for char in quoted)
        for one in (quoted, quoted.replace("/", "\\/"), safe, json.dumps(quoted)[1:-1]):
            yield one.encode(), "JSON"
    for one in (quote(text, safe=""), quote(text, safe="!~*'()"), quote(text), quote_plus(text)):
        yield one.encode(), "percent-encoded"
        yield _lower(one).encode(), "percent-encoded"
    for quotes in (True, False):
        yield html.escape(text, quote=quotes).encode(), "HTML"


def _lower(quoted: str) -> str:
    first, *rest = quoted.split("%")
    return "".join([first, *(f"%{part[:2].lower()}{part[2:]}" for part in rest)])


def _base64(text: bytes) -> Iterator[tuple[str, str]]:
    for before, alphabet in product(range(3), (base64.b64encode, base64.urlsafe_b64encode)):
        encoded = alphabet(bytes(before) + text).decode()
        whole = encoded[-(-before * 8 // 6) : (before + len(text)) * 8 // 6]
        size = min(_PIECE, len(whole) // 2)
        if size < _SHORTEST:
            yield whole, "base64"
        else:  # from the end: a token's beginning may be the same for all of its kind
            yield whole[-2 * size : -size], "base64"
            yield whole[-size:], "base64"
