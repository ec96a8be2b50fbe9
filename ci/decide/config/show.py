"""A pipeline file with everything that it leaves out, and where each value comes from."""

import dataclasses
import types
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from ci.decide.config.keys import join, keys
from ci.decide.config.model import Pipeline
from ci.decide.write import comment, flow, scalar

Detected = Mapping[str, tuple[Any, str]]
"""Key path to the value that detection gives where the file is silent, and why."""


def show(pipeline: Pipeline, places: Mapping[str, int], file: str, detected: Detected) -> str:
    """The merged pipeline as a pipeline file.

    Args:
        pipeline: as the file has it.
        places: key path to line.
        file: the file's name.
        detected: what stands in for keys that the file does not give. Where the file gives a section that may be
            left out as a whole (``runtime.health``), nothing in it is detected.

    Returns:
        YAML with the source of each value in a comment: ``FILE:LINE``, ``detected: REASON`` or ``default``.
    """
    lines = _Lines(places, comment(file), detected).section(pipeline, "")
    return "".join(f"{line}\n" for line in lines)


@dataclasses.dataclass(frozen=True)
class _Lines:
    places: Mapping[str, int]
    file: str
    detected: Detected

    def section(self, section: Any, path: str, *, brief: bool = False) -> Iterator[str]:
        for key in keys(type(section)):
            value, inner, lines = getattr(section, key.attribute), join(path, key.name), self
            if brief and inner not in self.places and value == key.default and value in ("", (), {}):
                continue
            if isinstance(key.hint, types.UnionType):
                if value is not None:
                    lines = dataclasses.replace(self, detected={})
                elif any(found.startswith(f"{inner}.") for found in self.detected):
                    value = get_args(key.hint)[0]()
            yield from lines.key(key.name, value, inner)

    def key(self, name: str, value: Any, path: str) -> Iterator[str]:
        source = "default"
        if path in self.places:
            source = f"{self.file}:{self.places[path]}"
        elif path in self.detected:
            value, reason = self.detected[path]
            source = reason if reason == "default" else f"detected: {comment(reason)}".removesuffix(": ")
        if dataclasses.is_dataclass(value):
            yield f"{name}:"
            yield from _indented(self.section(value, path))
        elif isinstance(value, Mapping) and value:
            yield f"{name}:  # {source}"
            for inner, item in value.items():
                yield from _indented(self.key(scalar(inner), item, join(path, inner)))
        elif isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
            yield f"{name}:  # {source}"
            for n, item in enumerate(value):
                first, *rest = self.section(item, f"{path}[{n}]", brief=True)
                yield f"  - {first}"
                yield from _indented(_indented(rest))
        else:
            yield f"{name}: {flow(value)}  # {source}"


def _indented(lines: Any) -> Iterator[str]:
    return (f"  {line}" for line in lines)
