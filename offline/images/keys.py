"""Content keys: what was made from the same recipe by the same code is the same."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from offline.images.catalogue import Image
from offline.images.errors import ImageError


def key(entry: Image, stand_ins: str = "") -> str:
    """Name a recipe by its content.

    Covers the entry with all images below it, the requirement files, this
    package's code and the list of stand-ins. Versions of Debian packages are not
    part of it: an unchanged recipe is not assembled again for them.

    Args:
        entry: the recipe.
        stand_ins: what ``standins.pins`` gave, for an entry that carries the list.

    Returns:
        A sha256 in hex.

    Raises:
        ImageError: a requirement file is missing.
    """
    return digest(CODE, recipe(entry), stand_ins if entry.stand_ins else "")


def digest(*facts: object) -> str:
    """A sha256 in hex over JSON values."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def recipe(entry: Image) -> dict[str, object]:
    """An entry as JSON values, without the place of its files but with their content.

    Raises:
        ImageError: a requirement file is missing.
    """
    values = asdict(entry) | {"directory": None, "below": recipe(entry.below) if entry.below else None}
    values["npm_packages"] = {take.package: asdict(entry.npm_packages[take.package]) for take in entry.npm}
    return values | {"requirements": requirements(entry)}


def requirements(entry: Image) -> list[str]:
    """The content of an entry's requirement files.

    Raises:
        ImageError: one is missing.
    """
    try:
        return [(entry.directory / name).read_text("utf-8") for name in entry.pip]
    except OSError as problem:
        raise ImageError(
            f"{entry.name}: pip: {problem.filename} cannot be read: {problem.strerror}",
            "write the file (pip-compile --generate-hashes, or uv pip compile), or correct the entry in images.toml",
        ) from problem


CODE = digest(*((path.name, path.read_text("utf-8")) for path in sorted(Path(__file__).parent.glob("*.py"))))
"""The code that assembles, as a key."""
