"""Findings as the text of a pipeline file."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ci.decide.config.init import wrap
from ci.decide.config.keys import keys
from ci.decide.config.model import VERSION, Pipeline
from ci.decide.migrate.result import Carried, Findings
from ci.decide.project.facts import Project
from ci.decide.write import comment, flow, scalar

_ORDER = {key.name: number for number, key in enumerate(keys(Pipeline))}
LONGEST = 300
"""Characters of a remark, and of a reason."""


def write(findings: Findings, project: Project, names: Sequence[str]) -> str:
    """The file: what was not carried over, then the keys with their reasons.

    Args:
        findings: keys and remarks.
        project: the app.
        names: of the files that were read.
    """
    lines = [
        f"# {comment(project.name)}, from {comment(', '.join(names))}. What is left out follows from the app:",
        "# `dagger call config show` prints every key and where its value comes from.",
    ]
    if findings.remarks:
        lines += ["#", "# Not carried over:"]
        for one in findings.remarks:
            first, *rest = wrap(f"{one.place}: {_short(one.what)}")
            lines += [f"# - {first[2:]}", *(f"#   {line[2:]}" for line in rest)]
    else:
        lines += ["# All of it was carried over."]
    return "\n".join([*lines, body(findings)])


def body(carried: Iterable[Carried]) -> str:
    """The keys, as YAML."""
    tree: dict[str, Any] = {}
    for one in sorted(carried, key=lambda one: _ORDER[one.path[0]]):
        below = tree
        for name in one.path[:-1]:
            below = below.setdefault(name, {})
        below[one.path[-1]] = one
    return "".join(f"{line}\n" for line in (f"version: {VERSION}", *_lines(tree)))


def _lines(tree: Mapping[str, Any]) -> Iterator[str]:
    for name, value in tree.items():
        if not isinstance(value, Carried):
            yield f"{scalar(name)}:"
            yield from (f"  {line}" for line in _lines(value))
        elif isinstance(value.value, tuple) and value.value and dataclasses.is_dataclass(value.value[0]):
            yield f"{scalar(name)}:  # {_short(value.why)}"
            for one in value.value:
                first, *rest = _section(one)
                yield f"  - {first}"
                yield from (f"    {line}" for line in rest)
        else:
            yield f"{scalar(name)}: {flow(value.value)}  # {_short(value.why)}"


def _section(one: Any) -> Iterator[str]:
    """What differs from the defaults of a section in a list."""
    for key in keys(type(one)):
        value = getattr(one, key.attribute)
        if value == key.default:
            continue
        if isinstance(value, Mapping):
            yield f"{key.name}:"
            yield from (f"  {scalar(name)}: {scalar(text)}" for name, text in value.items())
        elif isinstance(value, tuple) and dataclasses.is_dataclass(value[0]):
            yield f"{key.name}:"
            for inner in value:
                yield f"  - {{ {', '.join(_section(inner))} }}"
        else:
            yield f"{key.name}: {flow(value)}"


def _short(text: str) -> str:
    text = comment(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
