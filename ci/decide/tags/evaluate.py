"""Rules by their types: each gives the text of a tag from the facts of a commit, or the reason why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci.decide.tags import version_tags
from ci.decide.tags.candidate import Candidate, Facts, NoTagError, no_ref
from ci.decide.tags.values import SHORT
from ci.intool.tags import versions

if TYPE_CHECKING:
    from collections.abc import Callable

    from ci.decide.tags.rule import Rule


def evaluate(rule: Rule, facts: Facts) -> Candidate:
    """Apply a rule.

    Raises:
        NoTagError: It gives no tag.
        UnknownTimeError: It needs a time that is not known.
    """
    return _TYPES[rule.type](rule, facts)


def _schedule(rule: Rule, facts: Facts) -> Candidate:
    if "schedule" not in facts.git.event:
        raise NoTagError("the run was not started by a schedule")
    return Candidate(text=rule.templates["pattern"].render(facts.values), reason="a schedule started the run")


def _match(rule: Rule, facts: Facts) -> Candidate:
    text = version_tags.subject(rule, facts)
    pattern, group = rule.options["pattern"], int(rule.options["group"])
    found = rule.expression.find(text) if rule.expression else None
    if not found:
        raise NoTagError(f"`{text}` does not match `{pattern}`")
    part = found[group] if group < len(found) else None
    if part is None:
        raise NoTagError(f"`{pattern}` has no group {group} in `{text}`")
    version = versions.semver(text) or versions.semver(part)
    return Candidate(
        text=part,
        reason=f"`{text}` matches `{pattern}`",
        latest=True,
        version=version.semver if version else "",
        kind=None,
    )


def _edge(rule: Rule, facts: Facts) -> Candidate:
    branch = rule.options["branch"] or facts.git.default_branch
    if not facts.git.branch:
        raise no_ref("branch", facts.git.ref)
    if facts.git.branch != branch:
        raise NoTagError(f"the branch is `{facts.git.branch}`, not `{branch}`")
    return Candidate(text="edge", reason=f"the branch is `{branch}`")


def _ref(rule: Rule, facts: Facts) -> Candidate:
    git = facts.git
    what, name = {
        "branch": ("branch", git.branch),
        "tag": ("git tag", git.tag),
        "pr": ("pull request", git.pull_request),
    }[rule.options["event"]]
    if not name:
        raise no_ref(what, git.ref)
    if name != git.tag:
        return Candidate(text=name, reason=f"the {what} is `{name}`")
    version = versions.semver(name)
    return Candidate(
        text=name, reason=f"the git tag is `{name}`", latest=True, version=version.semver if version else "", kind=None
    )


def _raw(rule: Rule, facts: Facts) -> Candidate:
    return Candidate(text=rule.templates["value"].render(facts.values), reason="the rule says so", kind=None)


def _sha(rule: Rule, facts: Facts) -> Candidate:
    sha = facts.git.sha
    if not sha:
        raise NoTagError("the commit is not known")
    return Candidate(text=sha[:SHORT] if rule.options["format"] == "short" else sha, reason=f"the commit is {sha}")


_TYPES: dict[str, Callable[[Rule, Facts], Candidate]] = {
    "schedule": _schedule,
    "semver": version_tags.semver,
    "pep440": version_tags.pep440,
    "match": _match,
    "edge": _edge,
    "ref": _ref,
    "raw": _raw,
    "sha": _sha,
}
