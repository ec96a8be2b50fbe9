"""Versions: Semantic Versioning 2.0.0 and PEP 440."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ci.intool.common.semver import Precedence
from ci.intool.common.semver import parse as parse_semver

LONGEST = 255
"""Characters of a version: more than a tag, or a part of a git ref, can have."""

_PEP440 = re.compile(
    r"v?(?:(?P<epoch>[0-9]+)!)?(?P<release>[0-9]+(?:\.[0-9]+)*)"
    r"(?:[-_.]?(?P<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<pre_number>[0-9]+)?)?"
    r"(?:-(?P<post_implicit>[0-9]+)|[-_.]?(?P<post>post|rev|r)[-_.]?(?P<post_number>[0-9]+)?)?"
    r"(?:[-_.]?(?P<dev>dev)[-_.]?(?P<dev_number>[0-9]+)?)?"
    r"(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?",
    re.IGNORECASE | re.ASCII,
)
_REBASED = re.compile(r"(?P<version>.+)-base\.[0-9a-f]{12}")
_PRE = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version that was read.

    Attributes:
        raw: As it was written.
        text: Normal form: without ``v``, and for semver without build metadata.
        major: First number.
        minor: Second number; 0 if there is none.
        patch: Third number; 0 if there is none.
        final: Whether it is not a pre-, post- or development release.
        semver: The same as a semver; empty if semver cannot express it.
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
    found = parse_semver(text)
    if not found or len(text) > LONGEST:
        return None
    major, minor, patch = found.numbers
    normal = str(found)
    return Version(raw=text, text=normal, major=major, minor=minor, patch=patch, final=found.final, semver=normal)


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
    """Key that orders versions by semver 2.0.0, item 11; None if `text` is not a semver."""
    version = parse_semver(text) if len(text) <= LONGEST else None
    return version.precedence if version else None


def rebased(text: str) -> str:
    """The version whose image was put on another base: ``1.2.3-base.0123456789ab`` is 1.2.3; empty for any other."""
    found = _REBASED.fullmatch(text)
    return found["version"] if found else ""


def _int(digits: str | None) -> int:
    return int(digits or 0)


def _local(part: str) -> str:
    return str(int(part)) if part.isdecimal() else part
