"""Debian packages opened: their files, and the records that dpkg and scanners read."""

import hashlib
import io
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from offline.images.errors import ImageError
from offline.images.tree import Kind, Node, Tree, file, members, merged

UNWANTED = tuple(f"usr/share/{name}/" for name in ("groff", "info", "lintian", "linda", "locale", "man"))
"""Documentation and translations, which slim images leave out."""


@dataclass(frozen=True, kw_only=True)
class Package:
    """A Debian package, opened.

    Attributes:
        control: its control paragraph, ending in a line break.
        scripts: its other control files by name, such as ``md5sums`` and ``postinst``.
        listing: every path as the package has it.
        tree: its files on a system with merged /usr, without documentation.
        conffiles: lines of its conffiles with their md5, as dpkg's status has them.
    """

    control: str
    scripts: dict[str, Node]
    listing: tuple[str, ...]
    tree: Tree
    conffiles: tuple[str, ...]

    @property
    def name(self) -> str:
        """The package's name."""
        return self._field("Package")

    @property
    def file_name(self) -> str:
        """Its name in ``var/lib/dpkg/info``, with the architecture where dpkg tells several apart."""
        same = self._field("Multi-Arch") == "same"
        return f"{self.name}:{self._field('Architecture')}" if same else self.name

    def _field(self, name: str) -> str:
        for line in self.control.splitlines():
            if line.startswith(f"{name}: "):
                return line.partition(": ")[2].strip()
        return ""


def wanted(path: str, kind: Kind) -> bool:
    """Whether a slim image keeps a path: no documentation but copyright files, no translations."""
    if path.startswith("usr/share/doc/"):
        below = path.removeprefix("usr/share/doc/")
        return below.endswith("/copyright") or ("/" not in below and kind is Kind.SYMLINK)
    return not f"{path}/".startswith(UNWANTED)


def opened(deb: Path) -> Package:
    """Open a package file.

    Args:
        deb: the file.

    Raises:
        ImageError: it is not a Debian package.
    """
    scripts = {name.removeprefix("./"): node for name, node in _archive(deb, "--ctrl-tarfile") if node.data}
    tree: Tree = {}
    names = []
    conffiles = {line.strip() for line in scripts.get("conffiles", file("")).data.decode().splitlines()}
    sums = []
    for name, node in _archive(deb, "--fsys-tarfile"):
        plain = "/" + name.removeprefix(".").strip("/")
        names.append("/." if plain == "/" else plain)
        if plain in conffiles:
            sums.append(f" {plain} {hashlib.md5(node.data, usedforsecurity=False).hexdigest()}")
        path = merged(name)
        if path and wanted(path, node.kind):
            tree[path] = _rewritten(node) if node.kind is Kind.HARDLINK else node
    control = scripts.pop("control").data.decode().strip("\n") + "\n"
    return Package(control=control, scripts=scripts, listing=tuple(names), tree=tree, conffiles=tuple(sums))


def _rewritten(node: Node) -> Node:
    return Node(kind=node.kind, mode=node.mode, owner=node.owner, target=merged(node.target))


def _archive(deb: Path, option: str) -> list[tuple[str, Node]]:
    done = subprocess.run(["dpkg-deb", option, str(deb)], stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise ImageError(f"dpkg-deb {option} {deb} failed", "remove the file, then run the command again")
    with tarfile.open(fileobj=io.BytesIO(done.stdout), mode="r:") as archive:
        return list(members(archive))


def status_entry(package: Package) -> str:
    """The paragraph of an installed package in ``var/lib/dpkg/status``, with the blank line after it."""
    first, _, rest = package.control.partition("\n")
    conffiles = "".join(f"{line}\n" for line in ("Conffiles:", *package.conffiles)) if package.conffiles else ""
    return f"{first}\nStatus: install ok installed\n{conffiles}{rest}\n"


def installed(packages: list[Package], status: str) -> Tree:
    """What dpkg writes down about packages that it installed.

    Args:
        packages: the packages.
        status: ``var/lib/dpkg/status`` as it was before.
    """
    tree: Tree = {"var/lib/dpkg/status": file(status + "".join(map(status_entry, packages)))}
    for package in packages:
        record = f"var/lib/dpkg/info/{package.file_name}"
        tree[f"{record}.list"] = file("".join(f"{name}\n" for name in package.listing))
        for name, node in package.scripts.items():
            tree[f"{record}.{name}"] = file(node.data, node.mode)
    if not status:
        tree |= {f"var/lib/dpkg/{name}": file("") for name in ("available", "diversions", "statoverride")}
        tree["var/lib/dpkg/info/format"] = file("1\n")
    return tree


def declared(packages: list[Package]) -> Tree:
    """What distroless images say about their packages: enough for scanners, nothing for dpkg."""
    tree: Tree = {}
    for package in packages:
        record = f"var/lib/dpkg/status.d/{package.name}"
        tree[record] = file(package.control)
        tree[f"{record}.md5sums"] = file(package.scripts.get("md5sums", file("")).data)
    return tree
