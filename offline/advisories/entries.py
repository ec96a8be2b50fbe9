"""Advisories as the entries of Trivy's database, schema 2 (github.com/aquasecurity/trivy-db, pkg/db and pkg/types)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from offline.advisories.catalogue import Advisories, Debian, Npm

SCHEMA = 2
SEVERITIES = ("unknown", "low", "medium", "high", "critical")
"""In the order of Trivy's numbers."""

AFFECTED = 2
"""Trivy's number of the status of a package that has no fix."""

_NPM = "npm::GitHub Security Advisory npm"
_DEBIAN = "debian 12"
_SOURCES = {
    _NPM: {
        "ID": "ghsa",
        "Name": "GitHub Security Advisory npm",
        "URL": "https://github.com/advisories?query=type%3Areviewed+ecosystem%3Anpm",
    },
    _DEBIAN: {
        "ID": "debian",
        "Name": "Debian Security Tracker",
        "URL": "https://salsa.debian.org/security-tracker-team/security-tracker",
    },
}


@dataclass(frozen=True)
class Entry:
    """One value of the key-value store.

    Attributes:
        path: buckets from the outermost one, and the key.
        value: a JSON value.
    """

    path: tuple[str, ...]
    value: object


def entries(listed: Advisories) -> Iterator[Entry]:
    """Everything that the database of a list holds, in one order."""
    for bucket, source in _SOURCES.items():
        yield Entry(("data-source", bucket), source)
    for npm in listed.npm:
        ranges = {
            "VendorIDs": [npm.ghsa],
            "PatchedVersions": list(npm.patched),
            "VulnerableVersions": list(npm.vulnerable),
        }
        for package in npm.packages:
            yield Entry((_NPM, package, npm.id), ranges)
        yield _vulnerability(npm, _NPM, f"https://github.com/advisories/{npm.ghsa}")
    for debian in listed.debian:
        state = {"FixedVersion": debian.fixed} if debian.fixed else {"Status": AFFECTED}
        yield Entry((_DEBIAN, debian.package, debian.id), state)
        yield _vulnerability(debian, _DEBIAN, f"https://security-tracker.debian.org/tracker/{debian.id}")


def metadata(listed: Advisories) -> dict[str, object]:
    """The content of ``metadata.json``; a day after its date the database counts as old, as upstream's does."""
    return {
        "Version": SCHEMA,
        "UpdatedAt": f"{listed.date}T00:00:00Z",
        "NextUpdate": f"{listed.date + timedelta(days=1)}T00:00:00Z",
        "DownloadedAt": "0001-01-01T00:00:00Z",
    }


def _vulnerability(advisory: Npm | Debian, bucket: str, reference: str) -> Entry:
    return Entry(
        ("vulnerability", advisory.id),
        {
            "Title": advisory.title,
            "Severity": advisory.severity.upper(),
            "VendorSeverity": {_SOURCES[bucket]["ID"]: SEVERITIES.index(advisory.severity)},
            "References": [reference],
        },
    )
