"""The JSON Schema of ``report.json``; ``python -m ci.report.schema`` writes docs/reference/report.schema.json."""

import json
from collections.abc import Mapping
from dataclasses import is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from ci.decide.config.keys import meanings
from ci.intool.policy import FAILED, NOT_RUN, PASSED, POLICIES, SEVERITIES, WAIVED
from ci.intool.policy.codec import hints
from ci.report.report import VERSION, Report

FILE = Path(__file__).parents[2] / "docs/reference/report.schema.json"

_SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}

_OUTCOMES = {"type": "object", "additionalProperties": {"enum": [PASSED, FAILED, WAIVED, NOT_RUN]}}

_VALUES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("Report", "version"): {"const": VERSION},
    ("Report", "policy"): {"enum": list(POLICIES)},
    ("Report", "score"): {"type": "integer", "minimum": 0, "maximum": 100},
    ("Report", "checks"): _OUTCOMES,
    ("GateResult", "checks"): _OUTCOMES,
    ("Finding", "severity"): {"enum": list(SEVERITIES)},
    ("Source", "line"): {"type": "integer", "minimum": 0},
}
"""Class and field to a form that its type does not say."""


def schema() -> dict[str, Any]:
    """The model as a JSON Schema, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "report.json of next-distroless",
        **_form(Report),
    }


def text() -> str:
    """The content of the file."""
    return f"{json.dumps(schema(), indent=2)}\n"


def _form(hint: Any) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return {"anyOf": [_form(one) for one in arguments]}
    if is_dataclass(hint):
        return _object(hint)
    if origin is tuple:
        return {"type": "array", "items": _form(arguments[0])}
    if origin is not None:
        return {"type": "object", "additionalProperties": _form(arguments[1])}
    return {"type": _SCALARS[hint]}


def _object(model: Any) -> dict[str, Any]:
    meaning = meanings(model)
    tag = {"kind": {"const": model.kind}} if hasattr(model, "kind") else {}
    own = {
        name: {"description": meaning[name], **(_VALUES.get((model.__name__, name)) or _form(hint))}
        for name, hint in hints(model).items()
    }
    properties = {**tag, **own}
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
