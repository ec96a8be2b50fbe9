"""The secret parts of a secret's file: the whole of a token, the token of a ``.npmrc``, a key's lines. Pure."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

_SECRET_KEY = re.compile(r"(?i)(auth|token|passw|pwd|secret|credential|key|pass)[^:/]*$(?<!file)(?<!path)")
_ASSIGNMENT = re.compile(r"(?:export\s+)?([^=\s]+?)\s*(?:=|:\s)\s*(\S.*)")
_USER_INFO = re.compile(r"://[^/@\s:]*:([^/@\s]+)@")
_ARMOR = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \1-----")
_PUBLIC = re.compile(r"CERTIFICATE|PUBLIC KEY")
_WORDS = frozenset({"true", "false", "null"})
_LONG = 16
"""Characters from which on a line without a key is taken for a token, if there are other lines."""


def values(content: bytes) -> list[bytes]:
    """The texts to search for, each once.

    - A secret of one line is one value; if it assigns (``_authToken=…``, ``KEY: …``) or holds a URL with a password,
      that one is a value too.
    - Of a JSON object, what has a secret's key; of that and of ``.npmrc``, also what is in base64 (``auth``).
    - Of PEM (RFC 7468), the lines of each block that is not public. The first line of three or more only has the kind
      of key, in the same words for all.
    - Of other lines, what is assigned to a secret's key, and long words that stand alone.
    - Every line, if none of these rules finds a value.

    Args:
        content: of the secret's file; white space around it is no part of it.
    """
    try:
        text = content.decode().strip()
    except UnicodeDecodeError:
        return [content.rstrip(b"\r\n")]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) <= 1:
        found = [*lines, *_in_line(text), *_in_json(text)]
    else:
        outside = _ARMOR.sub("", text).splitlines()
        found = _in_json(text) or [*_in_armor(text), *(one for line in outside for one in _of_many(line.strip()))]
        found = found or lines
    return [value.encode() for value in dict.fromkeys(found)]


def _in_json(text: str) -> list[str]:
    try:
        return list(_leaves("", json.loads(text))) if text.startswith("{") else []
    except (ValueError, RecursionError):
        return []


def _leaves(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _leaves(name, below)
    elif isinstance(value, list):
        for below in value:
            yield from _leaves(key, below)
    elif isinstance(value, str) and _SECRET_KEY.search(key):
        yield from _assigned(key, value)


def _in_armor(text: str) -> Iterator[str]:
    for label, body in _ARMOR.findall(text):
        lines = [line for line in body.split() if len(line) >= _LONG]
        if not _PUBLIC.search(label):
            yield from lines[1:] if len(lines) > 2 else lines  # noqa: PLR2004  see `values`


def _of_many(line: str) -> Iterator[str]:
    if line.startswith(("#", ";")):
        return
    yield from _in_line(line)
    if re.fullmatch(rf"[^\s=:/]{{{_LONG},}}", line):
        yield line


def _in_line(line: str) -> Iterator[str]:
    for password in _USER_INFO.findall(line):
        yield from (password, unquote(password))
    match = _ASSIGNMENT.fullmatch(line)
    if match and _SECRET_KEY.search(match[1]):
        yield from _assigned(match[1], match[2].strip("'\""))


def _assigned(key: str, value: str) -> Iterator[str]:
    if value in _WORDS or value.startswith("${") or not value:
        return
    yield value
    if re.search("(?i)auth$|password$", key):
        try:
            decoded = base64.b64decode(value, validate=True).decode()
        except ValueError:
            return
        if decoded.isprintable():
            yield decoded.partition(":")[2] or decoded
