"""The change of package.json that removes a vulnerable package from an app. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

INSTALLED = "node-pkg"
"""Trivy's type of a package in ``node_modules``."""

TABLES = ("dependencies", "optionalDependencies", "devDependencies")
_RANGE = re.compile(r"([~^]|>=|)v?(\d+)(\.\d+|\.[x*])?(\.\d+(?:[-+][\w.+-]+)?|\.[x*])?")


@dataclass(frozen=True, kw_only=True)
class App:
    """The app's declarations that decide which versions are installed.

    Attributes:
        tables: of package.json: ``dependencies`` and the like.
        overrides: keys of package.json that lead to the object which sets versions of other packages' dependencies.
        by_range: whether a key of that object can be for a range that others require: ``name@range``, where both
            intersect.
        kinds: Trivy's types of the lockfiles whose packages package.json decides.
    """

    tables: Mapping[str, Mapping[str, str]]
    overrides: tuple[str, ...]
    by_range: bool
    kinds: tuple[str, ...]

    def decides(self, kind: str) -> bool:
        """Whether package.json controls packages of this type of Trivy's."""
        return kind == INSTALLED or kind in self.kinds

    def table(self, name: str) -> str:
        """The table that lists a package; empty if none does."""
        return next((key for key in TABLES if name in self.tables.get(key, {})), "")


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change.

    Attributes:
        path: keys in package.json that lead to the text.
        value: the new text.
    """

    path: tuple[str, ...]
    value: str


def bump(app: App, name: str, target: str) -> Change | None:
    """Require a newer version of a direct dependency, with the same kind of range as before.

    Args:
        app: that depends on it.
        name: of the package.
        target: the version.

    Returns:
        The change; None if the current text is not a plain version (``workspace:``, ``catalog:``, an address, a tag).
    """
    table = app.table(name)
    found = _RANGE.fullmatch(app.tables[table][name])
    if not found:
        return None
    exact = found[4] and found[4][1] not in "x*"
    return Change(path=(table, name), value=f"{found[1] or ('' if exact else '^')}{target}")


def override(app: App, name: str, installed: str, target: str, *, alone: bool) -> Change | None:
    """Set the version of what other packages depend on.

    Args:
        app: that it is installed for.
        name: of the package.
        installed: its version now.
        target: its version then.
        alone: whether no other version of the package is installed, nor required by the app itself.

    Returns:
        The change; None if the manager could not distinguish the package's versions.
    """
    if not alone and not app.by_range:
        return None
    return Change(path=(*app.overrides, name if alone else f"{name}@{installed}"), value=target)
