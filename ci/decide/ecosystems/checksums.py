"""Checksums of the managers' npm packages; ``scripts/checksums.py`` writes the list."""

import re
from pathlib import Path

LIST = Path(__file__).with_name("checksums.txt")


def checksum(name: str, version: str) -> str:
    """The sha512 of a package's tarball as npm writes it; empty where it is not known.

    Args:
        name: of the npm package.
        version: exact.
    """
    line = re.search(rf"^{re.escape(f'{name}@{version}')} (\S+)$", LIST.read_text("utf-8"), re.MULTILINE)
    return line[1] if line else ""
