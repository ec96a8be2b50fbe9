"""Edit a package.json as text; everything else in it stays byte for byte. Pure."""

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ci.intool.common.failure import Failure

_SPACE = re.compile(r"[ \t\r\n]*")


class _Member(NamedTuple):
    key: str
    begin: int
    end: int


def edited(text: str, path: Sequence[str], value: str) -> str:
    """Set a text in an object of objects; objects that are missing are added at the end of theirs.

    Args:
        text: the file, which is a JSON object.
        path: keys that lead to it.
        value: it.

    Raises:
        Failure: the file is not a JSON object, or a value on the path is not one.
    """
    try:
        begin = _SPACE.match(text, 1 if text.startswith("\ufeff") else 0).end()  # type: ignore[union-attr]
        return _set(text, begin, path, value, depth=1)
    except (ValueError, IndexError, RecursionError):
        raise Failure("package.json is not a JSON object of objects", "correct the file") from None


def diff(old: str, new: str, path: str) -> str:
    """A patch for ``git apply`` from the old text to the new; empty if they are equal.

    Args:
        old: text before.
        new: text after.
        path: of the file, below the root of the repository.
    """
    tab = "\t" if " " in path else ""
    lines = difflib.unified_diff(_lines(old), _lines(new), f"a/{path}{tab}", f"b/{path}{tab}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _set(text: str, at: int, path: Sequence[str], value: str, depth: int) -> str:
    found = [member for member in _members(text, at) if member.key == path[0]]
    if found and len(path) > 1:
        return _set(text, found[-1].begin, path[1:], value, depth + 1)
    if found:
        return text[: found[-1].begin] + json.dumps(value, ensure_ascii=False) + text[found[-1].end :]
    return _added(text, at, path, value, depth)


def _members(text: str, at: int) -> Iterator[_Member]:
    """Members of the object that begins at a place; raises an error if there is none."""
    if text[at] != "{":
        raise ValueError(text[at])
    decoder = json.JSONDecoder()
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, behind = decoder.raw_decode(text, at)
        begin = _skip(text, _skip(text, behind) + 1)
        _, end = decoder.raw_decode(text, begin)
        yield _Member(key, begin, end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _added(text: str, at: int, path: Sequence[str], value: str, depth: int) -> str:
    """The object that begins at a place with one member more, which has ``depth`` units of indentation."""
    newline = "\r\n" if "\r\n" in text else "\n"
    unit = _unit(text)
    lines = [f"{unit * (depth + n)}{json.dumps(key, ensure_ascii=False)}: " for n, key in enumerate(path)]
    closing = "".join(f"{newline}{unit * (depth + n)}}}" for n in reversed(range(len(path) - 1)))
    new = f"{{{newline}".join(lines) + json.dumps(value, ensure_ascii=False) + closing
    if members := list(_members(text, at)):
        last = members[-1].end
        return f"{text[:last]},{newline}{new}{text[last:]}"
    end = _skip(text, at + 1)
    return f"{text[: at + 1]}{newline}{new}{newline}{unit * (depth - 1)}{text[end:]}"


def _unit(text: str) -> str:
    found = re.search(r'^([ \t]+)"', text, re.MULTILINE)
    return found[1] if found else "  "


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _lines(text: str) -> list[str]:
    """Lines as git has them: only a line feed ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
