"""The files of Trivy's database: a bbolt store, and what it says of itself."""

import json
from dataclasses import asdict
from pathlib import Path

from offline.advisories.catalogue import Advisories
from offline.advisories.entries import entries, metadata
from offline.commands import run

FILES = ("trivy.db", "metadata.json")
"""As Trivy has them below ``db`` of its cache directory."""


def write(listed: Advisories, programs: Path, directory: Path, log: Path) -> None:
    """Write the database of a list.

    Args:
        listed: the advisories.
        programs: directory of the programs of this installation.
        directory: to write to; made here.
        log: file that gets what the program prints.

    Raises:
        OfflineError: the disk is full.
    """
    directory.mkdir(parents=True)
    store, described = (directory / name for name in FILES)
    lines = directory / "entries.jsonl"
    lines.write_text("".join(f"{json.dumps(asdict(entry))}\n" for entry in entries(listed)), "utf-8")
    run(
        [programs / "advisories", store, lines],
        log=log,
        fix="free space on the disk, then run the command again",
    )
    lines.unlink()
    described.write_text(json.dumps(metadata(listed)), "utf-8")
