"""The list of advisories, and what Trivy's database says of it."""

import re
from datetime import date

import pytest

from offline.advisories import entries, load
from offline.advisories.catalogue import Advisories, Debian, Npm

LISTED = load()
NPM = Npm(
    id="CVE-2020-1",
    ghsa="GHSA-aaaa-bbbb-cccc",
    packages=("a", "@b/c"),
    severity="high",
    title="t",
    vulnerable=("<1.2.3", ">=2.0.0-rc.1, <2.0.1"),
)
DEBIAN = Debian(id="CVE-2020-2", package="zlib", severity="low", title="u")
SMALL = Advisories(date=date(2026, 2, 28), npm=(NPM,), debian=(DEBIAN,))

IDENTIFIER = re.compile(r"(CVE-\d{4}-\d{4,}|GHSA(-[23456789cfghjmpqrvwx]{4}){3})")
RANGE = re.compile(r"(>=\d+\.\d+\.\d+(-[a-z]+\.\d+)?, )?<\d+\.\d+\.\d+")
VERSION = re.compile(r"(\d+:)?\d[A-Za-z0-9.+~-]*")


@pytest.mark.parametrize("advisory", [*LISTED.npm, *LISTED.debian], ids=lambda advisory: advisory.id)
def test_an_advisory_is_well_formed(advisory: Npm | Debian) -> None:
    assert IDENTIFIER.fullmatch(advisory.id)
    assert advisory.severity in entries.SEVERITIES[1:]
    assert advisory.title.partition(": ")[2]
    assert not advisory.title.endswith(".")
    if isinstance(advisory, Debian):
        assert advisory.id.startswith("CVE-")
        assert not advisory.fixed or VERSION.fullmatch(advisory.fixed)
    else:
        assert advisory.ghsa.startswith("GHSA-")
        assert IDENTIFIER.fullmatch(advisory.ghsa)
        assert advisory.packages
        assert [r for r in advisory.vulnerable if not RANGE.fullmatch(r)] == []
        assert len(advisory.patched) == len(advisory.vulnerable) > 0


def test_nothing_is_listed_twice() -> None:
    identifiers = [advisory.id for advisory in (*LISTED.npm, *LISTED.debian)]
    assert sorted(identifiers) == sorted(set(identifiers))


def test_debian_has_advisories_with_and_without_a_fix() -> None:
    assert {bool(advisory.fixed) for advisory in LISTED.debian} == {True, False}


def test_a_range_is_fixed_from_where_it_ends() -> None:
    assert NPM.patched == ("1.2.3", "2.0.1")


def test_the_entries_of_a_database() -> None:
    found = {"/".join(entry.path): entry.value for entry in entries.entries(SMALL)}
    npm, debian = "npm::GitHub Security Advisory npm", "debian 12"
    ranges = {
        "VendorIDs": ["GHSA-aaaa-bbbb-cccc"],
        "PatchedVersions": ["1.2.3", "2.0.1"],
        "VulnerableVersions": ["<1.2.3", ">=2.0.0-rc.1, <2.0.1"],
    }
    assert list(found) == [
        f"data-source/{npm}",
        f"data-source/{debian}",
        f"{npm}/a/CVE-2020-1",
        f"{npm}/@b/c/CVE-2020-1",
        "vulnerability/CVE-2020-1",
        f"{debian}/zlib/CVE-2020-2",
        "vulnerability/CVE-2020-2",
    ]
    assert found[f"{npm}/a/CVE-2020-1"] == found[f"{npm}/@b/c/CVE-2020-1"] == ranges
    assert found[f"{debian}/zlib/CVE-2020-2"] == {"Status": 2}
    assert found["vulnerability/CVE-2020-1"] == {
        "Title": "t",
        "Severity": "HIGH",
        "VendorSeverity": {"ghsa": 3},
        "References": ["https://github.com/advisories/GHSA-aaaa-bbbb-cccc"],
    }
    assert found["vulnerability/CVE-2020-2"] == {
        "Title": "u",
        "Severity": "LOW",
        "VendorSeverity": {"debian": 1},
        "References": ["https://security-tracker.debian.org/tracker/CVE-2020-2"],
    }


def test_a_fixed_package_says_so() -> None:
    fixed = Debian(id="CVE-2020-2", package="zlib", severity="low", title="u", fixed="1:1.2")
    listed = Advisories(date=SMALL.date, npm=(), debian=(fixed,))
    found = {entry.path: entry.value for entry in entries.entries(listed)}
    assert found["debian 12", "zlib", "CVE-2020-2"] == {"FixedVersion": "1:1.2"}


def test_a_database_is_as_old_as_its_list() -> None:
    assert entries.metadata(SMALL) == {
        "Version": 2,
        "UpdatedAt": "2026-02-28T00:00:00Z",
        "NextUpdate": "2026-03-01T00:00:00Z",
        "DownloadedAt": "0001-01-01T00:00:00Z",
    }
