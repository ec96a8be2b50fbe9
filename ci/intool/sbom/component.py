"""One component of an image."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, kw_only=True)
class Component:
    """One component of an image.

    Attributes:
        kind: ``npm``, ``deb``, ``runtime`` (Node.js), ``os``, or ``app`` (a package.json outside ``node_modules``).
        name: of the package.
        version: empty if it is not known, as for most packages that Next.js has bundled.
        purl: package URL; empty for what no registry has.
        parent: ``ref`` of what it is a part of: the package that it was bundled into, or the distribution; empty for
            parts of the image itself.
        source: name and version of the source package that a Debian package was built from.
        license: as its author wrote it.
        paths: directories or files in the image, without leading slash.
        hashes: algorithm as CycloneDX names it, and hexadecimal digest: of the file, or of the archive in the registry.
        cpe: name in the NVD.
    """

    kind: str
    name: str
    version: str
    purl: str = ""
    parent: str = ""
    source: str = ""
    license: str = ""
    paths: tuple[str, ...] = ()
    hashes: tuple[tuple[str, str], ...] = ()
    cpe: str = ""

    @property
    def ref(self) -> str:
        """Its identity in a document; a bundled package may be installed too."""
        own = self.purl or f"{self.kind}:{self.name}@{self.version}"
        return f"{self.parent}#{own}" if self.kind == "npm" and self.parent else own

    @property
    def listed(self) -> "Listed":
        """The fields that a document must have of it."""
        return Listed(self.name, self.version, self.purl, self.parent)


@dataclass(frozen=True, order=True)
class Listed:
    """A component as a document lists it: the fields of ``Component`` that identify it."""

    name: str
    version: str
    purl: str
    parent: str

    @property
    def title(self) -> str:
        """Name and, where it is known, version."""
        return f"{self.name}@{self.version}" if self.version else self.name

    def __str__(self) -> str:
        if self.parent:
            return f"{self.title} of {self.parent}"
        return f"{self.title} ({self.purl})" if self.purl else self.title


def purl(kind: str, name: str, version: str = "", **qualifiers: str) -> str:
    """A package URL (purl specification, "purl syntax").

    Args:
        kind: its type.
        name: with its namespace before a slash.
        version: left out where it is empty.
        qualifiers: left out where they are empty; in the order of their names.
    """
    path = "/".join(quote(part, safe="") for part in name.split("/"))
    at = f"@{quote(version, safe=':')}" if version else ""
    query = "&".join(f"{key}={quote(value, safe=':/')}" for key, value in sorted(qualifiers.items()) if value)
    return f"pkg:{kind}/{path}{at}{'?' if query else ''}{query}"
