"""Versions and ranges, by the tables of node-semver's own tests (``node_semver.json``)."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common import semver, semver_range
from ci.intool.common.semver import LARGEST, Version

TABLES: dict[str, list[Any]] = json.loads(
    Path(__file__).parents[1].joinpath("vectors/node-semver.json").read_text("utf-8")
)


def version(text: str) -> Version:
    found = semver.parse(text)
    assert found
    return found


def allows(wanted: str, text: str, *, prereleases: bool) -> bool:
    """Whether a range contains a version; an invalid version is in no range."""
    found, one = semver_range.parse(wanted, prereleases=prereleases), semver.parse(text)
    assert found
    return one is not None and found.allows(one)


@pytest.mark.parametrize(("higher", "lower"), TABLES["comparisons"])
def test_a_version_is_higher(higher: str, lower: str) -> None:
    one, other = version(higher), version(lower)
    assert one > other
    assert other < one
    assert one != other
    assert one.precedence > other.precedence


def test_pre_releases_come_in_the_order_of_the_specification() -> None:
    listed = [
        *("1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"),
        *("1.0.0-rc.1", "1.0.0", "2.0.0", "2.1.0", "2.1.1", "10.0.0"),
    ]
    for lower, higher in pairwise(listed):
        assert version(lower) < version(higher)


@pytest.mark.parametrize(("one", "other"), TABLES["equality"])
def test_versions_are_equal(one: str, other: str) -> None:
    assert version(one.strip()) == version(other)
    assert hash(version(one.strip())) == hash(version(other))


@pytest.mark.parametrize(("text", "major", "minor", "patch", "prerelease", "build"), TABLES["valid-versions"])
def test_the_parts_of_a_version(  # noqa: PLR0917  a row of the table
    text: str, major: int, minor: int, patch: int, prerelease: list[str], build: list[str]
) -> None:
    found = version(text)
    assert found.numbers == (major, minor, patch)
    assert (found.prerelease, found.build) == (tuple(prerelease), tuple(build))
    assert str(found) == text.removeprefix("v").partition("+")[0]


@pytest.mark.parametrize(
    "text",
    [
        *TABLES["invalid-versions"],
        *("", "1", "1.2", "latest", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "1.2.3-a..b", "1.2.3+", "1.2.3+a..b"),
        *("V1.2.3", "vv1.2.3", "1.2.3 ", "1.2.3\n", "1.2.٣", f"1.2.3-{'a' * 251}"),
    ],
)
def test_no_version(text: str) -> None:
    assert semver.parse(text) is None


@pytest.mark.parametrize(("wanted", "text", "prereleases"), TABLES["range-include"])
def test_a_version_is_in_a_range(wanted: str, text: str, prereleases: bool) -> None:  # noqa: FBT001
    assert allows(wanted, text, prereleases=prereleases)


@pytest.mark.parametrize(
    ("wanted", "text", "prereleases"),
    [*TABLES["range-exclude"], *TABLES["version-gt-range"], *TABLES["version-lt-range"]],
)
def test_a_version_is_not_in_a_range(wanted: str, text: str, prereleases: bool) -> None:  # noqa: FBT001
    assert not allows(wanted, text, prereleases=prereleases)


@pytest.mark.parametrize(("wanted", "canonical", "prereleases"), TABLES["range-parse"])
def test_a_range_is_read(wanted: str, canonical: str | None, prereleases: bool) -> None:  # noqa: FBT001
    found = semver_range.parse(wanted, prereleases=prereleases)
    assert (str(found) if found else None) == canonical


@pytest.mark.parametrize(("wanted", "lowest"), TABLES["min-version"])
def test_the_lowest_version_of_a_range(wanted: str, lowest: str | None) -> None:
    found = semver_range.parse(wanted)
    assert found
    assert found.lowest(Version(0, 0, 0)) == (version(lowest) if lowest else None)


@pytest.mark.parametrize(
    ("wanted", "lowest"),
    [
        (">=20 <22.5", "22.0.0"),
        (">22", "23.0.0"),
        (">22.4.1", "22.4.2"),
        (">22.4.1-rc.1", "22.4.1"),
        ("<22", None),
        ("20.x || 24.x", "24.0.0"),
        ("22.7", "22.7.0"),
    ],
)
def test_the_lowest_version_from_a_floor_on(wanted: str, lowest: str | None) -> None:
    found = semver_range.parse(wanted)
    assert found
    assert found.lowest(Version(22, 0, 0)) == (version(lowest) if lowest else None)


@pytest.mark.parametrize(
    "text",
    [
        *("latest", "lts/*", ">", ">=1.0.0<2.0.0", "1 -2", "- 2", "1.2.3.4", "==1.0.0", "> = 1.0.0", "^ >1", "1,2"),
        *(">=1.2.3-01", "1.2.3-a..b", f">={LARGEST + 1}", "1.2.3beta", "٣", "workspace:*", "npm:a@1"),
    ],
)
def test_no_range(text: str) -> None:
    assert semver_range.parse(text) is None
