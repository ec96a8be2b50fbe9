"""Where a release goes, and under which names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ci.decide.config.model import Pipeline
from ci.decide.plan.model import ReleasePlan
from ci.decide.plan.request import RunRequest, tag_version
from ci.decide.tags import DEFAULT, decide, flavor, parse
from ci.errors import ConfigError
from ci.intool.common.reference import split
from ci.intool.tags import GitFacts, Tags, versions

PREFIX = "org.opencontainers.image."
"""Of annotations with a meaning for everybody (OCI image specification 1.1, "annotations")."""

EPOCH = "1970-01-01T00:00:00Z"
"""Time of a commit whose time is not known."""

MAIN = "main"
"""The default branch where neither the pipeline file nor git nor the event names one."""

VERSIONED = ("semver", "pep440")
"""Types of rules that read a version."""


NO_VERSION = (
    "warning: release.tags name no version and no part of one, so nothing keeps {tags} from going back to an older "
    "release: add type=semver,pattern={{{{version}}}}"
)


def release(pipeline: Pipeline, request: RunRequest, tags: Tags, labels: Mapping[str, str]) -> ReleasePlan:
    """Decide the release.

    Args:
        pipeline: the pipeline file.
        request: of the caller.
        tags: from `tags`.
        labels: of the image; the standard ones are its annotations too.

    Raises:
        ConfigError: a repository or a rule that has no meaning.
    """
    repository, _ = destination(request.address or pipeline.image.repository)
    return ReleasePlan(
        repository=repository,
        tags=tags,
        rules=tuple(_rules(pipeline)),
        flavor=pipeline.release.flavor,
        created=request.created or EPOCH,
        compression=pipeline.release.compression,
        cache=request.cache,
        cache_limit=pipeline.release.cache_size * 1_000_000,
        annotations={name: value for name, value in labels.items() if name.startswith(PREFIX)},
    )


def destination(address: str) -> tuple[str, str]:
    """Repository and tag, which may be empty, of an address to push to.

    Raises:
        ConfigError: it names a digest.
    """
    if "@" in address:
        raise ConfigError.of("arguments.address-digest", address=address)
    return split(address)


def tags(pipeline: Pipeline, request: RunRequest, platforms: Sequence[str]) -> Tags:
    """The tags of the image: the tag of the address, else those that the rules give.

    Args:
        pipeline: the pipeline file.
        request: of the caller.
        platforms: of the image.

    Raises:
        ConfigError: a rule that has no meaning, or needs a value that is not given.
    """
    _, tag = destination(request.address or pipeline.image.repository)
    if tag:
        return named([tag])
    try:
        rules, settings = parse(_rules(pipeline)), flavor(pipeline.release.flavor)
        return decide(
            rules, settings, facts(pipeline, request), environment=request.environment, arch=architecture(platforms)
        )
    except ValueError as problem:
        raise _wrong(problem) from None


def facts(pipeline: Pipeline, request: RunRequest) -> GitFacts:
    """The facts of the commit, for rules and labels."""
    return GitFacts(
        event=request.event,
        ref=request.ref or (f"refs/tags/v{request.version}" if request.version else ""),
        sha=request.revision,
        default_branch=pipeline.release.default_branch or request.default_branch or MAIN,
        base_ref=request.base_ref,
        committed=request.created,
        now=request.now,
    )


def architecture(platforms: Sequence[str]) -> str:
    """The architecture of an image of one platform; empty for several platforms."""
    return platforms[0].partition("/")[2] if len(platforms) == 1 else ""


def needs_default_branch(pipeline: Pipeline) -> bool:
    """Whether a rule or a label uses the default branch, and the pipeline file does not name it."""
    rules = " ".join(pipeline.release.tags)
    texts = f"{rules} {' '.join(pipeline.release.flavor)} {' '.join(pipeline.image.labels.values())}"
    return not pipeline.release.default_branch and ("default_branch" in texts or "type=edge" in rules.lower())


def version_of(tags: Tags, request: RunRequest, project: str) -> str:
    """The one version of a run, for labels and annotations: that of its tags, where they are for one.

    Args:
        tags: of the run.
        request: of the caller; a version that the tags are for keeps its build metadata.
        project: version of package.json, for an image that is not a release.
    """
    known = versions.semver(request.version)
    if not tags.version or (known and known.semver == tags.version):
        return request.version or project
    return tags.version


def notes(tags: Tags) -> tuple[str, ...]:
    """Warnings about tags: a `latest` beside which no tag names the version."""
    moving = [tag.name for tag in tags.tags if tag.kind == "forward" and tag.version]
    if not moving or any(tag.kind == "immutable" or tag.line for tag in tags.tags):
        return ()
    return (NO_VERSION.format(tags=", ".join(moving)),)


def of_version(rules: Sequence[str], settings: Sequence[str], version: str) -> Tags:
    """Tags of a release of this version, by any name of its git tag.

    Raises:
        ConfigError: a rule has no meaning.
    """
    try:
        known = [replace(rule, expression=None) if rule.type in VERSIONED else rule for rule in parse(rules)]
        return decide(known, flavor(settings), GitFacts(ref=f"refs/tags/v{version}"))
    except ValueError as problem:
        raise _wrong(problem) from None


def _wrong(problem: ValueError) -> ConfigError:
    return ConfigError.of("arguments.tag-rule", problem=str(problem))


def _rules(pipeline: Pipeline) -> Sequence[str]:
    return pipeline.release.tags or DEFAULT


def named(tags: Sequence[str]) -> Tags:
    """Tags that the caller names; one that is a version is as immutable as any other version.

    Raises:
        ConfigError: a registry takes no such tag (OCI distribution specification 1.1, "Pulling manifests").
    """
    for tag in tags:
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", tag):
            raise ConfigError.of("arguments.tag", tag=tag)
    version = next(filter(tag_version, tags), "")
    git = GitFacts(ref=f"refs/tags/{version}" if version else "")
    rules = parse([f"type=raw,value={tag}" for tag in tags]) if tags else ()
    return decide(rules, flavor(["latest=false"]), git)
