"""The advisories: ``advisories.toml`` as frozen values."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

CATALOGUE = Path(__file__).resolve().parent.parent / "advisories.toml"
"""The list that the repository carries."""

_END = re.compile(r"<(?P<version>[^,\s]+)$")


@dataclass(frozen=True, kw_only=True)
class Npm:
    """A vulnerability of npm packages.

    Attributes:
        id: CVE, or the identifier at GitHub where there is none.
        ghsa: identifier in the GitHub Advisory Database.
        packages: names, vulnerable alike.
        severity: ``low``, ``medium``, ``high`` or ``critical``.
        title: one line.
        vulnerable: ranges of versions, each such as ``>=1.0.0, <1.2.6``; fixed from where it ends.
    """

    id: str
    ghsa: str
    packages: tuple[str, ...]
    severity: str
    title: str
    vulnerable: tuple[str, ...]

    @property
    def patched(self) -> tuple[str, ...]:
        """The first fixed version of each range."""
        return tuple(match["version"] for end in self.vulnerable if (match := _END.search(end)))


@dataclass(frozen=True, kw_only=True)
class Debian:
    """A vulnerability of a source package of Debian 12.

    Attributes:
        id: CVE.
        package: name of the source package.
        severity: ``low``, ``medium``, ``high`` or ``critical``.
        title: one line.
        fixed: the first fixed version; empty where there is none.
    """

    id: str
    package: str
    severity: str
    title: str
    fixed: str = ""


@dataclass(frozen=True, kw_only=True)
class Advisories:
    """The list.

    Attributes:
        date: the day on which the list was made.
        npm: advisories of npm packages.
        debian: advisories of Debian packages.
    """

    date: date
    npm: tuple[Npm, ...]
    debian: tuple[Debian, ...]


def load(path: Path = CATALOGUE) -> Advisories:
    """Read a list.

    Args:
        path: a TOML file with ``date``, ``[[npm]]`` and ``[[debian]]``, whose keys are the fields above.
    """
    document = tomllib.loads(path.read_text("utf-8"))
    return Advisories(
        date=document["date"],
        npm=tuple(
            Npm(**table | {name: tuple(table[name]) for name in ("packages", "vulnerable")})
            for table in document["npm"]
        ),
        debian=tuple(Debian(**table) for table in document["debian"]),
    )
