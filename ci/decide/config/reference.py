"""The tables of docs/reference/pipeline.md, from the model.

``python -m ci.decide.config.reference`` writes them there.
"""

import dataclasses
import re
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from ci.decide.config.keys import REQUIRED, Key, join, keys
from ci.decide.config.model import Pipeline
from ci.decide.config.validation import RULES, OneOf, Range

PAGE = Path(__file__).parents[3] / "docs/reference/pipeline.md"

_SCALARS = {str: "text", int: "whole number", bool: "true or false"}


def updated(page: str) -> str:
    """A page with the table of each section between its marks, ``<!-- keys: SECTION -->`` and ``<!-- end -->``.

    Raises:
        KeyError: the page has a mark for a section that is not there.
    """
    tables = dict(sections(Pipeline))
    mark = re.compile(r"(<!-- keys: (\S+) -->\n).*?(<!-- end -->)", re.DOTALL)
    return mark.sub(lambda match: f"{match[1]}{tables[match[2]]}{match[3]}", page)


def sections(model: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Key path and table of every section, ``pipeline`` for the outermost."""
    rows = [
        f"| `{key.name}` | {_type(key.hint, join(path, key.name))} | {_default(key)} | {_meaning(key)[0]} |\n"
        for key in keys(model)
    ]
    yield (
        path.replace("[]", "") or "pipeline",
        "".join(["| key | type | default | meaning |\n", "|---|---|---|---|\n", *rows]),
    )
    for key in keys(model):
        inner = next((a for a in (key.hint, *get_args(key.hint)) if dataclasses.is_dataclass(a)), None)
        if inner:
            yield from sections(inner, join(path, key.name) + ("[]" if get_origin(key.hint) is tuple else ""))


def _type(hint: Any, path: str) -> str:
    origin, args = get_origin(hint), get_args(hint)
    if origin is tuple:
        return f"list of {_type(args[0], f'{path}[]')}"
    if origin is Mapping:
        return f"keys with {_type(args[1], path)}"
    if origin is types.UnionType or dataclasses.is_dataclass(hint):
        return f"[keys](#{re.sub(r'[^a-z-]', '', path)})"
    rule = RULES.get(path)
    if isinstance(rule, Range):
        return f"{_SCALARS[hint]}, {rule.least} to {rule.most}"
    if isinstance(rule, OneOf):
        return " or ".join(f"`{choice}`" for choice in rule.choices if choice != "")
    return _SCALARS[hint]


def _meaning(key: Key) -> tuple[str, str]:
    """What a key means, and what its documentation says of its default."""
    meaning, _, default = key.meaning.rstrip(".").partition("; default: ")
    return meaning, default


def _default(key: Key) -> str:
    if key.default is REQUIRED:
        return "required"
    if isinstance(key.default, bool):
        return f"`{str(key.default).lower()}`"
    if isinstance(key.default, str | int) and key.default != "":
        return f"`{key.default}`"
    return _meaning(key)[1] or ("" if dataclasses.is_dataclass(key.default) else "none")


if __name__ == "__main__":
    PAGE.write_text(updated(PAGE.read_text("utf-8")), "utf-8")
