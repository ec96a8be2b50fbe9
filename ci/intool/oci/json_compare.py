"""The first difference of two JSON values, named by its path. Pure."""

import re
from typing import Any

_ABSENT = object()
_PLAIN = re.compile(r"[A-Za-z_]\w*")


def difference(a: Any, b: Any, path: str) -> dict[str, Any] | None:
    """Find the first difference, in the order of keys.

    Args:
        a: one value.
        b: the other.
        path: what the values are called.

    Returns:
        ``path`` of the smallest part that differs, and its value on both sides, ``a`` and ``b``; a side that has no
        such part has no value. None if the values are equal.
    """
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            step = f".{key}" if _PLAIN.fullmatch(key) else f'["{key}"]'
            found = difference(a.get(key, _ABSENT), b.get(key, _ABSENT), path + step)
            if found:
                return found
        return None
    if isinstance(a, list) and isinstance(b, list):
        for number in range(max(len(a), len(b))):
            one, other = (side[number] if number < len(side) else _ABSENT for side in (a, b))
            found = difference(one, other, f"{path}[{number}]")
            if found:
                return found
        return None
    if type(a) is type(b) and a == b:
        return None
    return {"path": path, **{side: value for side, value in (("a", a), ("b", b)) if value is not _ABSENT}}
