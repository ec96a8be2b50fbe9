"""Tags of a version: the rules type=semver and type=pep440."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ci.decide.tags.candidate import Candidate, Facts, NoTagError, no_ref
from ci.decide.tags.expressions import Call
from ci.intool.tags import versions

if TYPE_CHECKING:
    from ci.decide.tags.rule import Rule
    from ci.intool.tags.versions import Version

_NUMBERS = frozenset({"major", "minor", "patch"})


def semver(rule: Rule, facts: Facts) -> Candidate:
    """The tag of a version by Semantic Versioning.

    Raises:
        NoTagError: There is no version, or it has no such tag.
    """
    text = _matched(rule, subject(rule, facts))
    version = versions.semver(text.strip())
    if not version:
        raise NoTagError(f"`{text}` is not a version by Semantic Versioning")
    return _candidate(rule, facts, replace(version, raw=text))


def pep440(rule: Rule, facts: Facts) -> Candidate:
    """The tag of a version by PEP 440.

    Raises:
        NoTagError: There is no version, or it has no such tag.
    """
    text = _matched(rule, subject(rule, facts))
    version = versions.pep440(text)
    if not version:
        raise NoTagError(f"`{text}` is not a version by PEP 440")
    return _candidate(rule, facts, version)


def subject(rule: Rule, facts: Facts) -> str:
    """The text that a rule reads: its own value, or the git tag.

    Raises:
        NoTagError: There is neither.
    """
    if rule.options["value"]:
        return rule.templates["value"].render(facts.values)
    if not facts.git.tag:
        raise no_ref("git tag", facts.git.ref)
    return facts.git.tag


def _matched(rule: Rule, text: str) -> str:
    """What is read as a version; a slash, which no version has, counts as a minus sign."""
    if rule.expression:
        found = rule.expression.find(text)
        if not found:
            raise NoTagError(f"`{text}` does not match `{rule.options['match']}`")
        text = found[1] or ""
    return text.replace("/", "-")


def _candidate(rule: Rule, facts: Facts, version: Version) -> Candidate:
    pattern = rule.templates["pattern"]
    if not version.final:
        return Candidate(
            text=version.raw if pattern.parts == (Call(name="raw"),) else version.text,
            reason=f"{version.text} is not final, so only its complete version is a tag",
            version=version.semver,
            kind="immutable",
        )
    own = {
        "raw": version.raw,
        "version": version.text,
        "major": str(version.major),
        "minor": str(version.minor),
        "patch": str(version.patch),
    }
    used = pattern.names & own.keys()
    if used == {"major"} and version.major == 0:
        raise NoTagError("major version 0 is not stable (semver 2.0.0, item 4), so it does not become a tag")
    complete = bool(used - _NUMBERS) or used == _NUMBERS
    return Candidate(
        text=pattern.render({**facts.values, **own}),
        reason=f"{version.text} is final",
        latest=True,
        version=version.semver,
        kind="immutable" if complete else "forward",
        line="" if complete else _line(version, used),
    )


def _line(version: Version, used: frozenset[str]) -> str:
    if "major" not in used:
        return ""
    return f"{version.major}.{version.minor}" if "minor" in used else str(version.major)
