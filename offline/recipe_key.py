"""Content keys: a built thing is named after what it was made from."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def key_of(files: Iterable[Path], *facts: str) -> str:
    """Sixteen hex digits over files (path and content) and facts.

    Args:
        files: files and directories; directories count with all that is in them, but for Python's byte code.
        facts: further input, such as a compiler's version.
    """
    total = hashlib.sha256()
    for root in files:
        inside = root.rglob("*") if root.is_dir() else [root]
        for path in sorted(p for p in inside if p.is_file() and p.parent.name != "__pycache__"):
            total.update(f"{path.relative_to(root.parent)}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    for fact in facts:
        total.update(f"\0{fact}".encode())
    return total.hexdigest()[:16]
