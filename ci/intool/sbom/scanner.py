"""Compare a scanner's findings in an image with a document's list. Pure.

The scanner (Trivy) reads the image by code that has nothing in common with the inventory, so a package that the
inventory overlooks, or makes up, is a difference here. Some differences are known, and each has its reason.
"""

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ci.intool.rootfs.packages import owner
from ci.intool.sbom.component import Component, Listed
from ci.intool.sbom.npm import field, manifest
from ci.intool.scan.results import Scan

REASONS = {
    "facade": "its package.json only says how a part of an installed package is loaded, since it is private or begins "
    "with that package's name",
    "no version": "nothing in the image names its version, and the scanner only lists packages with name and version",
    "no manifest": "its package.json is not in the image or cannot be read, so name and version are those of its "
    "directory, and the scanner lists what has a package.json",
    "part of a program": "it is linked into a program of an installed package, and the document lists that package",
    "unknown system": "the scanner does not know the distribution, and lists none of its packages",
}
"""Name of an expected difference to the reason why it is not a fault of the document."""

NPM, DEBIAN = "pkg:npm/", "pkg:deb/"
_MANIFEST = "package.json"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A package that only one of both has.

    Attributes:
        title: its name and version.
        documented: whether the document has it; else the scanner found it.
        place: where it is in the image; empty if that is not known.
        reason: key of ``REASONS``; empty if there is none, and the document is wrong.
    """

    title: str
    documented: bool
    place: str = ""
    reason: str = ""

    def __str__(self) -> str:
        if self.documented:
            return f"{self.title} is in the document, and the scanner does not find it in the image"
        return f"{self.title} is found in the image by the scanner ({self.place}), and not in the document"


def differences(
    documented: Iterable[Listed], scan: Scan, components: Sequence[Component], files: Mapping[str, object]
) -> list[Difference]:
    """Find the packages that only one side has.

    Args:
        documented: what the document lists.
        scan: what the scanner found.
        components: the inventory, which knows where a component is.
        files: path of each file of the image to its content, of which each package.json is read.

    Returns:
        Each package of npm and of Debian that only one of both has, in the order of their titles.
    """
    listed = [*documented]
    found = [*_missing(listed, scan, files), *_extra(listed, scan, components, files)]
    return sorted(set(found), key=lambda one: (one.title, one.place, one.documented))


def _missing(listed: Sequence[Listed], scan: Scan, files: Mapping[str, object]) -> Iterator[Difference]:
    debian = {(one.name, one.version) for one in listed if one.purl.startswith(DEBIAN)}
    others = {(one.name, one.version) for one in listed if not one.purl.startswith(DEBIAN)}
    for package in scan.packages:
        known, reason = others, ""
        if package.system:
            known = debian
        elif package.kind != "node-pkg":
            known, reason = set(), "part of a program"
        elif _is_facade(package.path, files):
            reason = "facade"
        if (package.name, package.version) not in known:
            yield Difference(title=str(package), documented=False, place=package.path or package.kind, reason=reason)


def _extra(
    listed: Sequence[Listed], scan: Scan, components: Sequence[Component], files: Mapping[str, object]
) -> Iterator[Difference]:
    found = {(package.system, package.name, package.version) for package in scan.packages}
    places = {one.listed: one.paths for one in components}
    there = {directory for path in files for directory in _above(path)}
    for one in listed:
        system = one.purl.startswith(DEBIAN)
        if not (system or one.purl.startswith(NPM)) or (system, one.name, one.version) in found:
            continue
        paths, reason = places.get(one, ()), ""
        if system:
            reason = "" if scan.system else "unknown system"
        elif paths and there.issuperset(paths) and not any(_states(path, files) for path in paths):
            reason = "no manifest" if one.version else "no version"
        yield Difference(title=one.title, documented=True, place=", ".join(paths), reason=reason)


def _above(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path


def _is_facade(path: str, files: Mapping[str, object]) -> bool:
    """Whether a package.json is below an installed package without being a package of its own."""
    directory = posixpath.dirname(path)
    package = owner(f"{directory}/")
    if not package or package.root == directory:
        return False
    own, above = manifest(files.get(path)), manifest(files.get(f"{package.root}/{_MANIFEST}"))
    return own.get("private") is True or field(own, "name").startswith(f"{field(above, 'name') or package.name}/")


def _states(directory: str, files: Mapping[str, object]) -> bool:
    own = manifest(files.get(posixpath.normpath(f"{directory}/{_MANIFEST}")))
    return bool(field(own, "name") and field(own, "version"))
