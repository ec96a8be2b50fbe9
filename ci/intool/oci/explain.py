"""A difference of two images in words. Pure."""

import json
from collections.abc import Mapping
from typing import Any


def explain(difference: Mapping[str, Any]) -> str:
    """Describe a difference in words.

    Args:
        difference: ``first`` of what ``compare`` returns.
    """
    where = f"{difference['platform']}: " if "platform" in difference else ""
    return where + _PARTS.get(difference["part"], _value)(difference)


def _lists(difference: Mapping[str, Any]) -> str:
    a, b = (", ".join(difference[side]) or "none" for side in ("a", "b"))
    return f"the {difference['part']} are {a} in A and {b} in B"


def _layer(difference: Mapping[str, Any]) -> str:
    where = f"layer {difference['layer']}: "
    match difference["kind"]:
        case "added" | "removed" as kind:
            return f"{where}{difference['path']} is only in {'B' if kind == 'added' else 'A'}"
        case "metadata":
            a, b = (_metadata(difference["field"], difference[side]) for side in ("a", "b"))
            return f"{where}{difference['path']}: {difference['field']} is {a} in A and {b} in B"
        case "content":
            return f"{where}{difference['path']}: {_run(difference)}"
        case "order":
            return f"{where}the same entries in another order, from {difference['path']} on"
    return f"{where}the same entries, written by another tar program"


def _run(difference: Mapping[str, Any]) -> str:
    excerpts = "\n".join(f"  {side.upper()}: {_excerpt(difference, side)}" for side in ("a", "b"))
    return f"bytes {difference['start']} to {difference['end']} differ first:\n{excerpts}"


def _excerpt(difference: Mapping[str, Any], side: str) -> str:
    text = difference[side]
    return json.dumps(text, ensure_ascii=False) if difference["encoding"] == "text" else f"0x{text}"


def _metadata(field: str, value: object) -> str:
    return f"{value:04o}" if field == "mode" and isinstance(value, int) else json.dumps(value, ensure_ascii=False)


def _value(difference: Mapping[str, Any]) -> str:
    a, b = (json.dumps(difference[side], ensure_ascii=False) if side in difference else "absent" for side in ("a", "b"))
    return f"{difference['path']} is {a} in A and {b} in B"


def _compression(difference: Mapping[str, Any]) -> str:
    return f"only the compression differs, of the layers {', '.join(difference['layers'])}: they hold the same files"


def _encoding(_: Mapping[str, Any]) -> str:
    return "the same values, written as other JSON"


_PARTS = {
    "platforms": _lists,
    "layers": _lists,
    "layer": _layer,
    "compression": _compression,
    "encoding": _encoding,
}
