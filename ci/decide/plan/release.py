"""Where a release goes, and under which names."""

import re
from collections.abc import Mapping, Sequence

from ci.decide.config.model import Pipeline
from ci.decide.plan.labels import EPOCH, PREFIX
from ci.decide.plan.model import ReleasePlan
from ci.decide.plan.request import Asked, tag_version
from ci.decide.tags import DEFAULT, decide, flavor, parse
from ci.errors import ConfigError
from ci.intool.tags import GitFacts, Tags


def release(pipeline: Pipeline, asked: Asked, labels: Mapping[str, str]) -> ReleasePlan:
    """Decide the release.

    Args:
        pipeline: the pipeline file.
        asked: the caller's wishes.
        labels: of the image; the standard ones are its annotations too.

    Raises:
        ConfigError: a repository or a rule that has no meaning.
    """
    repository, tag = split(asked.address or pipeline.image.repository)
    return ReleasePlan(
        repository=repository,
        tags=_tags(pipeline, asked, tag),
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
        raise ConfigError.of("arguments.address-digest", address=address)
    place, colon, tag = address.rpartition(":")
    return (place, tag) if colon and "/" not in tag else (address, "")


def _tags(pipeline: Pipeline, asked: Asked, tag: str) -> Tags:
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
        raise ConfigError.of("arguments.tag-rule", problem=str(problem)) from None


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
