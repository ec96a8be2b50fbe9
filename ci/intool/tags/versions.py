"""Versions: Semantic Versioning 2.0.0 and PEP 440."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 255
"""Characters of a version: more than a tag, or a part of a git ref, can have."""

_NUMBER = r"(?:0|[1-9][0-9]*)"
_IDENTIFIER = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_SEMVER = re.compile(
    rf"v?(?P<major>{_NUMBER})\.(?P<minor>{_NUMBER})\.(?P<patch>{_NUMBER})"
    rf"(?:-(?P<pre>{_IDENTIFIER}(?:\.{_IDENTIFIER})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_PEP440 = re.compile(
    r"v?(?:(?P<epoch>[0-9]+)!)?(?P<release>[0-9]+(?:\.[0-9]+)*)"
    r"(?:[-_.]?(?P<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<pre_number>[0-9]+)?)?"
    r"(?:-(?P<post_implicit>[0-9]+)|[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_number>[0-9]+)?)?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_number>[0-9]+)?)?"
    r"(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?",
    re.IGNORECASE | re.ASCII,
)
_PRE = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}

Precedence = tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]
"""Compares as the versions do."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version that was read.

    Attributes:
        raw: As it was written.
        text: Normal form: without ``v``, and for semver without build metadata.
        major: First number.
        minor: Second number; 0 where there is none.
        patch: Third number; 0 where there is none.
        final: Whether it is no pre-, post- or development release.
        semver: The same as a semver; empty where semver has no word for it.
    """

    raw: str
    text: str
    major: int
    minor: int
    patch: int
    final: bool
    semver: str


def semver(text: str) -> Version | None:
    """Read a version by semver 2.0.0 (grammar of "Backus-Naur Form Grammar"), with or without a ``v`` before it."""
    found = _SEMVER.fullmatch(text)
    if not found or len(text) > LONGEST:
        return None
    numbers = [int(found[part]) for part in ("major", "minor", "patch")]
    normal = ".".join(map(str, numbers)) + (f"-{found['pre']}" if found["pre"] else "")
    major, minor, patch = numbers
    return Version(raw=text, text=normal, major=major, minor=minor, patch=patch, final=not found["pre"], semver=normal)


def pep440(text: str) -> Version | None:
    """Read a version by PEP 440 (grammar of appendix B), and normalise it by its section "Normalization"."""
    found = _PEP440.fullmatch(text)
    if not found or len(text) > LONGEST:
        return None
    release = [int(number) for number in found["release"].split(".")]
    pre = f"{_PRE.get(found['pre'].lower(), found['pre'].lower())}{_int(found['pre_number'])}" if found["pre"] else ""
    post = (
        f".post{_int(found['post_implicit'] or found['post_number'])}"
        if found["post_implicit"] or found["post"]
        else ""
    )
    dev = f".dev{_int(found['dev_number'])}" if found["dev"] else ""
    epoch = f"{int(found['epoch'])}!" if _int(found["epoch"]) else ""
    local = "+" + ".".join(map(_local, re.split(r"[-_.]", found["local"].lower()))) if found["local"] else ""
    major, minor, patch = (*release, 0, 0)[:3]
    expressible = not (epoch or post or dev) and not release[3:]
    pre_release = re.sub("([a-z]+)", r"-\1.", pre)
    return Version(
        raw=text,
        text=f"{epoch}{'.'.join(map(str, release))}{pre}{post}{dev}{local}",
        major=major,
        minor=minor,
        patch=patch,
        final=not (pre or post or dev),
        semver=f"{major}.{minor}.{patch}{pre_release}" if expressible else "",
    )


def precedence(text: str) -> Precedence | None:
    """Key that orders versions by semver 2.0.0, item 11; None where `text` is no semver."""
    version = semver(text)
    if not version:
        return None
    _, _, identifiers = version.text.partition("-")
    parts = tuple(
        (False, int(part), "") if part.isdecimal() else (True, 0, part) for part in identifiers.split(".") if part
    )
    return (version.major, version.minor, version.patch), version.final, parts


def _int(digits: str | None) -> int:
    return int(digits or 0)


def _local(part: str) -> str:
    return str(int(part)) if part.isdecimal() else part
