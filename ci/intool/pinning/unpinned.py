"""Images of a run without a digest (check SC-12). Pure."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")


def unpinned_images(plan: Mapping[str, Any], floating: Collection[str] = ()) -> list[str]:
    """Images without digest in a plan, as ``dagger call plan`` prints it.

    Args:
        plan: the JSON object; an object with ``name`` and ``digest`` in it is an image.
        floating: what may have a tag alone, since it is data that has to be new.

    Returns:
        A line each: ``path of the key: image``.
    """
    return [
        f"{where}: {image['name']}"
        for where, image in _in_plan("", plan)
        if image["name"] not in floating and not _DIGEST.search(f"@{image['digest']}")
    ]


def _in_plan(where: str, value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        if {"name", "digest"} <= value.keys():
            yield where, value
            return
        for key, inner in value.items():
            yield from _in_plan(f"{where}.{key}".lstrip("."), inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, inner in enumerate(value):
            yield from _in_plan(f"{where}[{number}]", inner)
