"""Versions by Semantic Versioning and PEP 440."""

from itertools import pairwise

import pytest

from ci.intool.tags import versions

SPECIFIED = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"]
ORDERED = [
    "0.0.0",
    "0.9.0",
    *SPECIFIED,
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1-0",
    "1.0.1",
    "1.2.0",
    "1.10.0",
    "2.0.0-1",
    "2.0.0",
]


@pytest.mark.parametrize(("lower", "higher"), list(pairwise(ORDERED)))
def test_precedence_of_semver(lower: str, higher: str) -> None:
    below, above = versions.precedence(lower), versions.precedence(f"v{higher}+build")
    assert below
    assert above
    assert below < above


def test_build_metadata_has_no_precedence() -> None:
    assert versions.precedence("1.0.0+a") == versions.precedence("1.0.0+b")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.2",
        "01.2.3",
        "1.2.3-",
        "1.2.3-01",
        "1.2.3-a..b",
        "1.2.3+",
        "V1.2.3",
        "1.2.3 ",
        "1.2.3\n",
        "1.2.٣",
        "vv1.2.3",
    ],
)
def test_no_semver(text: str) -> None:
    assert versions.semver(text) is None
    assert versions.precedence(text) is None


@pytest.mark.parametrize(
    ("text", "normal", "semver", "final"),
    [
        ("1.2.3", "1.2.3", "1.2.3", True),
        ("v1.2", "1.2", "1.2.0", True),
        ("1", "1", "1.0.0", True),
        ("2024.01.10", "2024.1.10", "2024.1.10", True),
        ("1.2.3.4", "1.2.3.4", "", True),
        ("1!1.2", "1!1.2", "", True),
        ("0!1.2", "1.2", "1.2.0", True),
        ("1.2+Local-1.02", "1.2+local.1.2", "1.2.0", True),
        ("1.2ALPHA", "1.2a0", "1.2.0-a.0", False),
        ("1.2-beta.3", "1.2b3", "1.2.0-b.3", False),
        ("1.2_c4", "1.2rc4", "1.2.0-rc.4", False),
        ("1.2.preview5", "1.2rc5", "1.2.0-rc.5", False),
        ("1.2-1", "1.2.post1", "", False),
        ("1.2.r2", "1.2.post2", "", False),
        ("1.2rev", "1.2.post0", "", False),
        ("1.2.dev", "1.2.dev0", "", False),
        ("1.2a1.post2.dev3", "1.2a1.post2.dev3", "", False),
    ],
)
def test_pep440(text: str, normal: str, semver: str, final: bool) -> None:  # noqa: FBT001
    version = versions.pep440(text)
    assert version
    assert (version.raw, version.text, version.semver, version.final) == (text, normal, semver, final)


@pytest.mark.parametrize("text", ["", "v", "1.2.x", "1.2-", "1..2", "1.2+", "1.2+a..b", "latest", "1.2 "])
def test_not_pep440(text: str) -> None:
    assert versions.pep440(text) is None
