"""Which tags an image gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ci.decide.tags import expressions, names, values
from ci.decide.tags.candidate import Facts, NoTagError
from ci.decide.tags.evaluate import evaluate
from ci.decide.tags.expressions import UnknownTimeError
from ci.intool.tags import versions
from ci.intool.tags.model import Skipped, Tag, Tags
from ci.intool.tags.mutability import less_strict, mutability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ci.decide.tags.candidate import Candidate
    from ci.decide.tags.expressions import Template, Values
    from ci.decide.tags.flavor import Flavor
    from ci.decide.tags.rule import Rule
    from ci.intool.tags.model import GitFacts


def decide(rules: Sequence[Rule], flavor: Flavor, git: GitFacts, *, environment: str = "", arch: str = "") -> Tags:
    """Apply rules to the facts of a commit.

    Args:
        rules: From `rule.parse`.
        flavor: From `flavor.flavor`.
        git: Facts.
        environment: For ``{{environment}}``.
        arch: For ``{{arch}}``.

    Raises:
        ValueError: `enable` of a rule is neither true nor false, or it needs a value that is not given.
    """
    facts = Facts(git=git, values=values.of(git, environment=environment, arch=arch))
    named: list[_Named] = []
    skipped: list[Skipped] = []
    for rule in sorted(rules, key=lambda rule: -rule.priority):
        try:
            named.append(_apply(rule, flavor, facts))
        except (NoTagError, UnknownTimeError) as reason:
            skipped.append(Skipped(rule=rule.text, reason=str(reason)))
        except ValueError as problem:
            raise ValueError(f"`{rule.text}`: {problem}") from None
    version = next((one.candidate.version for one in named if one.candidate.version), "") or _version(git)
    given = [_tag(one, version) for one in named]
    if named:
        try:
            given.append(_latest(named[0], flavor, facts.values, version))
        except (NoTagError, UnknownTimeError) as reason:
            skipped.append(Skipped(rule=f"latest={flavor.latest}", reason=str(reason)))
    tags: dict[str, Tag] = {}
    for tag in given:
        if tag.name in tags:
            skipped.append(Skipped(rule=tag.rule, reason=f"`{tag.name}` is there already, by {tags[tag.name].rule}"))
        tags[tag.name] = less_strict(tags.get(tag.name, tag), tag)
    return Tags(version=version, tags=tuple(tags.values()), skipped=tuple(skipped))


@dataclass(frozen=True, kw_only=True)
class _Named:
    """A rule's candidate with the name that it has with prefix and suffix."""

    rule: Rule
    candidate: Candidate
    name: str


def _apply(rule: Rule, flavor: Flavor, facts: Facts) -> _Named:
    enable = rule.templates["enable"].render(facts.values)
    if enable not in {"true", "false"}:
        raise ValueError(f"enable is `{enable}`; write true, false, or an expression that gives one")
    if enable == "false":
        raise NoTagError("the rule is not enabled here")
    candidate = evaluate(rule, facts)
    prefix, suffix = (
        (rule.templates.get(affix) or _affix(flavor, affix)).render(facts.values) for affix in ("prefix", "suffix")
    )
    name = names.tag(f"{prefix}{candidate.text}{suffix}")
    if not name:
        raise NoTagError("nothing is left of its text")
    return _Named(rule=rule, candidate=candidate, name=name)


def _affix(flavor: Flavor, name: str) -> Template:
    return expressions.parse(getattr(flavor, name))


def _version(git: GitFacts) -> str:
    version = versions.semver(git.tag)
    return version.semver if version else ""


def _tag(one: _Named, version: str) -> Tag:
    candidate = one.candidate
    kind, line = (candidate.kind, candidate.line) if candidate.kind else mutability(candidate.text, version)
    stands_for = "" if kind == "free" else candidate.version or version
    return Tag(name=one.name, rule=one.rule.text, reason=candidate.reason, version=stands_for, kind=kind, line=line)


def _latest(first: _Named, flavor: Flavor, known: Values, version: str) -> Tag:
    """The tag `latest`, by the flavor and the rule that gave the first tag."""
    if flavor.latest == "false":
        raise NoTagError("the flavor forbids it")
    if flavor.latest == "auto" and not first.candidate.latest:
        raise NoTagError(f"the first tag is `{first.name}`, which does not set `latest`")
    prefix = _affix(flavor, "prefix").render(known) if flavor.prefix_latest else ""
    suffix = _affix(flavor, "suffix").render(known) if flavor.suffix_latest else ""
    return Tag(
        name=names.tag(f"{prefix}latest{suffix}"),
        rule=f"latest={flavor.latest}",
        reason="the flavor sets it" if flavor.latest == "true" else f"it comes with the tag `{first.name}`",
        version=version,
        kind="forward",
    )
