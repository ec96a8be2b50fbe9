"""The packages of a lockfile. Pure."""

import base64
import re
from collections.abc import Collection, Iterable, Sequence

from ci.intool.common import semver
from ci.intool.sbom.component import Component

_INTEGRITY = re.compile(r"(sha1|sha256|sha384|sha512)-([A-Za-z0-9+/]+={0,2})")


class Lock:
    """A lockfile's packages.

    Args:
        listed: each with name, version and, where it has one, integrity.
    """

    def __init__(self, listed: Iterable[Sequence[str]]) -> None:
        self._versions: dict[str, set[str]] = {}
        self._integrity: dict[tuple[str, str], str] = {}
        for name, version, *more in listed:
            self._versions.setdefault(name, set()).add(version)
            self._integrity[name, version] = more[0] if more else ""

    def __bool__(self) -> bool:
        return bool(self._versions)

    def versions(self, name: str) -> Collection[str]:
        """Versions that it has of a package."""
        return sorted(self._versions.get(name, ()))

    def allows(self, names: Iterable[str], version: str) -> bool:
        """Whether it has a version of a package.

        A dependency from git or of an archive has its address where others have the version, which allows any.

        Args:
            names: that the package goes by: its own, and that of its directory, which an alias changes.
            version: empty if the image does not have it; then any version matches.
        """
        found = {one for name in names for one in self.versions(name)}
        return bool(found) and (not version or version in found or any(not semver.parse(one) for one in found))

    def hashes(self, one: Component) -> tuple[tuple[str, str], ...]:
        """Digests of a package's archive in the registry, from subresource integrity (W3C, "integrity metadata")."""
        listed = _INTEGRITY.findall(self._integrity.get((one.name, one.version), "")) if one.kind == "npm" else ()
        return tuple((f"SHA-{name[3:]}", base64.b64decode(digest).hex()) for name, digest in listed)
