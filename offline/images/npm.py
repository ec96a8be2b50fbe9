"""Packages of the npm registry that this machine is set up for, checked against pinned sums."""

import base64
import hashlib
import shutil
import tarfile
from pathlib import Path
from uuid import uuid4

from offline.commands import run
from offline.images.catalogue import NpmPackage
from offline.images.errors import ImageError
from offline.images.platforms import Platform
from offline.images.tree import Kind, Node, Tree, members


def fetched(package: NpmPackage, platform: Platform, home: Path) -> Path:
    """Fetch the tarball of a package, where it is not there yet.

    Args:
        package: what to fetch.
        platform: the platform it is for.
        home: directory to keep tarballs in.

    Raises:
        ImageError: no sum is pinned for the platform, or the registry's tarball has another one.
        OfflineError: npm is missing or failed.
    """
    name = package.name.format(cpu=platform.npm)
    spec = f"{name}@{package.version}"
    pinned = package.integrity.get(platform.architecture) or package.integrity.get("any")
    if pinned is None:
        raise ImageError(
            f"images.toml: npm package {spec} has no integrity for {platform.architecture}",
            f"add what `npm view {spec} dist.integrity` prints",
        )
    kept = home / f"{hashlib.sha256(pinned.encode()).hexdigest()}.tgz"
    if kept.exists():
        return kept
    work = home / f"{uuid4()}.part"
    work.mkdir(parents=True)
    run(
        ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", work.absolute(), spec],
        cwd=work,
        log=home / "npm.log",
        fix=f"check that `npm view {spec}` works on this machine",
    )
    tarball = next(work.glob("*.tgz"))
    found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if found != pinned:
        raise ImageError(
            f"npm package {spec} has integrity {found}, images.toml pins {pinned}",
            "find out who changed it; a package of the same version never changes on its own",
        )
    tarball.rename(kept)
    shutil.rmtree(work)
    return kept


def taken(tarball: Path, path: str, to: str) -> Tree:
    """Files of a package's tarball.

    Args:
        tarball: the package.
        path: file or directory inside the package; empty for all of it.
        to: absolute path that takes its place.

    Raises:
        ImageError: the package has no such path.
    """
    tree: Tree = {}
    with tarfile.open(tarball, "r:gz") as archive:
        for name, node in members(archive):
            inner = name.partition("/")[2]
            if node.kind is Kind.FILE and (not path or inner == path or inner.startswith(f"{path}/")):
                below = inner.removeprefix(path).lstrip("/")
                mode = 0o755 if node.mode & 0o111 else 0o644
                tree["/".join(filter(None, (to.strip("/"), below)))] = Node(kind=node.kind, mode=mode, data=node.data)
    if not tree:
        raise ImageError(f"{tarball}: the npm package has no {path!r}", "correct `path` in images.toml")
    return tree
