"""What the expressions of a run stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ci.decide.tags.expressions import Missing

if TYPE_CHECKING:
    from ci.decide.tags.expressions import Values
    from ci.intool.tags.model import GitFacts

_OF_DEFAULT_BRANCH = re.compile("create|discussion|issues|schedule")
"""Events that GitHub starts for the last commit of the default branch."""

SHORT = 7
"""Digits of a short commit."""

_NO_ENVIRONMENT = Missing("pass --deploy-environment, such as --deploy-environment staging")
_NO_ARCH = Missing("it has one value for an image of one platform only: pass --platforms linux/amd64, or leave it out")
_NO_BASE = Missing("pass --base-ref, the branch that the pull request goes to")


def of(git: GitFacts, *, environment: str = "", arch: str = "") -> Values:
    """Values of the global expressions.

    Args:
        git: Facts.
        environment: Such as ``production``; empty where none was given.
        arch: Such as ``arm64``; empty for an image of several platforms.
    """
    return {
        "branch": git.branch,
        "tag": git.tag,
        "sha": git.sha[:SHORT],
        "base_ref": _base(git),
        "is_default_branch": _word(yes=_is_default_branch(git)),
        "is_not_default_branch": _word(yes=not _is_default_branch(git)),
        "is_pull_request": _word(yes=bool(git.pull_request)),
        "is_not_pull_request": _word(yes=not git.pull_request),
        "is_local": _word(yes=not (git.ref or git.sha)),
        "environment": environment or _NO_ENVIRONMENT,
        "arch": arch or _NO_ARCH,
        "date": git.now,
        "commit_date": git.commit_time or git.now,
    }


def _base(git: GitFacts) -> str | Missing:
    """The base branch: known for a pull request; may be empty for a git tag, as no event has it for certain."""
    base = git.base_ref.removeprefix("refs/heads/")
    if git.pull_request:
        return base or _NO_BASE
    return base if git.tag else ""


def _is_default_branch(git: GitFacts) -> bool:
    return bool(git.ref) and (git.branch == git.default_branch or bool(_OF_DEFAULT_BRANCH.search(git.event)))


def _word(*, yes: bool) -> str:
    return "true" if yes else "false"
