"""Put a payload into a directory as an image has it: to try what is not worth being packed into layers."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from ci.intool.oci.layers import layer_of
from ci.intool.oci.tar import Entry, Kind
from ci.intool.oci.tree import owned, scan, timed


def place(payload: Path, out: Path, *, app: str, dist: str, writable: Mapping[str, str], user: int) -> dict[str, int]:
    """Copy a payload, with the owners and modes of a layer, and files with its times.

    Args:
        payload: directory with the app's files.
        out: directory to make; its owner is who runs this.
        app: directory of the app below the payload.
        dist: directory of the build below it.
        writable: paths that belong to the user, ``file`` or ``directory`` each.
        user: number of that user and its group.

    Returns:
        ``entries``: how many were copied.

    Raises:
        Failure: an entry cannot or must not be in an image, or a writable path is not there.
    """
    tree = owned(scan(payload), writable, user)
    out.mkdir(0o755)
    for path, entry in sorted(tree.items()):
        _write(timed(entry) if layer_of(path, app, dist) == "public" else entry, out / path)
    return {"entries": len(tree)}


def _write(entry: Entry, target: Path) -> None:
    if entry.kind is Kind.SYMLINK:
        target.symlink_to(entry.target)
    elif entry.kind is Kind.DIRECTORY:
        target.mkdir()
    else:
        shutil.copyfile(entry.source, target)
        os.utime(target, (entry.mtime, entry.mtime))
    if entry.owner:
        os.chown(target, entry.owner, entry.owner, follow_symlinks=False)
    if entry.kind is not Kind.SYMLINK:
        target.chmod(entry.mode)
