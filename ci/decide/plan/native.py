"""Which packages with machine code take each other's place on another platform, by what the lockfile has."""

import re
from collections.abc import Sequence

from ci.decide.ecosystems.locked import Locked
from ci.decide.pins import Package
from ci.decide.plan.model import Swap

CPU = {"linux/amd64": "x64", "linux/arm64": "arm64"}
"""Platform to what package names call its processor (Node.js' ``process.arch``)."""


def swaps(locked: Sequence[Locked], native: str, platform: str) -> tuple[Swap, ...]:
    """Pairs of packages, such as ``@img/sharp-linux-x64`` and ``@img/sharp-linux-arm64`` of one version.

    The public registry's packages for musl's C library are left out: the base has glibc.

    Args:
        locked: every package of the lockfile.
        native: platform on which the app was installed.
        platform: that of the image.
    """
    if native == platform:
        return ()
    known = {(package.name, package.version): package for package in locked if not package.source or _http(package)}
    found = []
    for (name, version), _ in sorted(known.items()):
        other = re.sub(rf"(linux-?){CPU[native]}\b", rf"\g<1>{CPU[platform]}", name)
        if other != name and "musl" not in name and (other, version) in known:
            integrity = known[other, version].integrity
            pinned = integrity if integrity.startswith("sha") else ""
            found.append(Swap(name=name, to=Package(other, version, pinned)))
    return tuple(found)


def _http(package: Locked) -> bool:
    return package.source.startswith("http") and not package.git
