"""The releases that an engine remembers: one file a key, in a directory that nothing but the pipeline writes."""

import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import loaded

MOST = 200
"""Releases that are kept; the oldest go first."""

FIELDS = ("digest", "at", "until", "database", "last", "released")
"""What is known of a release, all of it text (``ci/intool/unchanged/look.py``)."""


def read(place: str, key: str) -> Mapping[str, str] | None:
    """What is known of the release with these inputs; None where there is none, or its file is damaged.

    Args:
        place: the directory.
        key: digest of the inputs, in hex.
    """
    path = Path(place, f"{key}.json")
    if not path.is_file():
        return None
    try:
        document = loaded(str(path), path.name)
        return {name: document.text(name) for name in FIELDS}
    except Failure:
        return None


def write(place: str, key: str, known: Mapping[str, str]) -> None:
    """Remember a release; a reader sees all of it or nothing.

    Args:
        place: the directory.
        key: digest of the inputs, in hex.
        known: text by each of ``FIELDS``.

    Raises:
        OSError: it cannot be written.
    """
    directory = Path(place)
    part = directory / f"{uuid.uuid4().hex}.part"
    part.write_text(json.dumps(dict(known)), "utf-8")
    part.replace(directory / f"{key}.json")
    kept = sorted(directory.glob("*.json"), key=lambda path: path.stat().st_mtime)
    for old in kept[:-MOST]:
        old.unlink(missing_ok=True)


def plain(known: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a release as text."""
    return {name: str(known[name]) for name in FIELDS}
