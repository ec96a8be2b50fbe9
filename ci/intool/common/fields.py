"""Fields of a JSON document that was given: each is what it should be, or a failure names it. Pure."""

import re
from typing import Any

from ci.intool.common.failure import Failure

_KINDS = {str: "a text", dict: "an object", list: "a list", int: "a whole number"}


def wrong(where: str, what: str) -> Failure:
    """The failure for a field."""
    return Failure(f"assembly: {where} {what}", "correct the spec that was given")


def of(where: str, value: object, kind: type) -> Any:
    """A value of a JSON type; truth values are no numbers."""
    if not isinstance(value, kind) or isinstance(value, bool):
        raise wrong(where, f"is not {_KINDS[kind]}")
    return value


def texts(where: str, value: object) -> dict[str, str]:
    """An object of texts."""
    return {key: of(f"{where}.{key}", text, str) for key, text in of(where, value, dict).items()}


def matching(where: str, value: object, pattern: re.Pattern[str], what: str) -> str:
    """A text of a form; ``what`` names it."""
    text = str(of(where, value, str))
    if not pattern.fullmatch(text):
        raise wrong(where, f"is `{text}`, which is not {what}")
    return text


def one_of(where: str, value: Any, choice: Any) -> Any:
    """A text or number that is among others."""
    if isinstance(value, bool) or not isinstance(value, str | int) or value not in choice:
        raise wrong(where, f"is {value!r}, and may be {', '.join(str(one) for one in choice)}")
    return value


def relative(where: str, value: object, *, top: bool = False) -> str:
    """A path below a directory, without ``.`` and ``..``; with ``top``, the directory itself may be named ``.``."""
    text = str(of(where, value, str))
    if (top and text == ".") or all(part not in ("", ".", "..") for part in text.split("/")):
        return text
    raise wrong(where, f"is `{text}`, which is not a plain relative path")
