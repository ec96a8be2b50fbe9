"""Where a release goes, and under which names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ci.decide.config.model import Pipeline
from ci.decide.plan.labels import EPOCH, PREFIX
from ci.decide.plan.model import ReleasePlan
from ci.decide.plan.request import Asked, tag_version
from ci.decide.tags import DEFAULT, decide, flavor, parse
from ci.errors import ConfigError
from ci.intool.tags import GitFacts, Tags, versions

VERSIONED = ("semver", "pep440")
"""Types of rules that read a version."""


NO_VERSION = (
    "warning: release.tags name no version and no part of one, so nothing keeps {tags} from going back to an older "
    "release: add type=semver,pattern={{{{version}}}}"
)


def release(pipeline: Pipeline, asked: Asked, tags: Tags, labels: Mapping[str, str]) -> ReleasePlan:
    """Decide the release.

    Args:
        pipeline: the pipeline file.
        asked: the caller's wishes.
        tags: from `tags`.
        labels: of the image; the standard ones are its annotations too.

    Raises:
        ConfigError: a repository or a rule that has no meaning.
    """
    repository, _ = split(asked.address or pipeline.image.repository)
    return ReleasePlan(
        repository=repository,
        tags=tags,
        rules=tuple(_rules(pipeline)),
        flavor=pipeline.release.flavor,
        created=asked.created or EPOCH,
        compression=pipeline.release.compression,
        cache=asked.cache,
        cache_limit=pipeline.release.cache_size * 1_000_000,
        annotations={name: value for name, value in labels.items() if name.startswith(PREFIX)},
    )


def split(address: str) -> tuple[str, str]:
    """Repository and tag, which may be empty, of an address to push to.

    Raises:
        ConfigError: it names a digest.
    """
    if "@" in address:
        raise ConfigError(f"{address} names a digest", "give a repository, with or without a tag")
    place, colon, tag = address.rpartition(":")
    return (place, tag) if colon and "/" not in tag else (address, "")


def tags(pipeline: Pipeline, asked: Asked) -> Tags:
    """What the image will be called: by the tag of the address, else by rules.

    Raises:
        ConfigError: a rule that has no meaning.
    """
    _, tag = split(asked.address or pipeline.image.repository)
    if tag:
        return named([tag])
    git = GitFacts(
        event=asked.event,
        ref=asked.ref or (f"refs/tags/v{asked.version}" if asked.version else ""),
        sha=asked.revision,
        default_branch=pipeline.release.default_branch,
        committed=asked.created,
        now=asked.now,
    )
    return decided(_rules(pipeline), pipeline.release.flavor, git)


def version_of(decided: Tags, asked: Asked, project: str) -> str:
    """The one version of a run, for labels and annotations: that of its tags, where they are for one.

    Args:
        decided: the run's tags.
        asked: the caller's wishes; a version that the tags are for keeps its build metadata.
        project: version of package.json, which an image that is no release has.
    """
    known = versions.semver(asked.version)
    if not decided.version or (known and known.semver == decided.version):
        return asked.version or project
    return decided.version


def notes(decided: Tags) -> tuple[str, ...]:
    """What is unwise about tags: a `latest` of a release that no other tag is known by."""
    moving = [tag.name for tag in decided.tags if tag.kind == "forward" and tag.version]
    if not moving or any(tag.kind == "immutable" or tag.line for tag in decided.tags):
        return ()
    return (NO_VERSION.format(tags=", ".join(moving)),)


def of_version(rules: Sequence[str], settings: Sequence[str], version: str) -> Tags:
    """Tags of a release of this version, whatever its git tag was called.

    Raises:
        ConfigError: a rule has no meaning.
    """
    try:
        known = [replace(rule, expression=None) if rule.type in VERSIONED else rule for rule in parse(rules)]
        return decide(known, flavor(settings), GitFacts(ref=f"refs/tags/v{version}"))
    except ValueError as problem:
        raise _wrong(problem) from None


def _wrong(problem: ValueError) -> ConfigError:
    return ConfigError(f"release.tags: {problem}", "see the table of rules in docs/reference/tags.md")


def _rules(pipeline: Pipeline) -> Sequence[str]:
    return pipeline.release.tags or DEFAULT


def decided(rules: Sequence[str], settings: Sequence[str], git: GitFacts) -> Tags:
    """Tags by rules.

    Raises:
        ConfigError: a rule has no meaning.
    """
    try:
        return decide(parse(rules), flavor(settings), git)
    except ValueError as problem:
        raise _wrong(problem) from None


def named(tags: Sequence[str]) -> Tags:
    """Tags that the caller names; one that is a version is as immutable as any other version.

    Raises:
        ConfigError: a registry takes no such tag (OCI distribution specification 1.1, "Pulling manifests").
    """
    for tag in tags:
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", tag):
            raise ConfigError(f"`{tag}` is no tag", "write letters, digits, `_`, `.` and `-`, 128 at most")
    version = next(filter(tag_version, tags), "")
    git = GitFacts(ref=f"refs/tags/{version}" if version else "")
    rules = parse([f"type=raw,value={tag}" for tag in tags]) if tags else ()
    return decide(rules, flavor(["latest=false"]), git)
