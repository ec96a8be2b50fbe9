"""What the expressions of a run stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ci.decide.tags.expressions import Values
    from ci.intool.tags.model import GitFacts

_OF_DEFAULT_BRANCH = re.compile("create|discussion|issues|schedule")
"""Events that GitHub starts for the last commit of the default branch."""


def of(git: GitFacts, *, environment: str = "", arch: str = "", short: int = 7) -> Values:
    """Values of the global expressions.

    Args:
        git: Facts.
        environment: Such as ``production``.
        arch: Such as ``arm64``.
        short: Digits of a short commit.
    """
    return {
        "branch": git.branch,
        "tag": git.tag,
        "sha": git.sha[:short],
        "base_ref": git.base_ref.removeprefix("refs/heads/") if git.tag or git.pull_request else "",
        "is_default_branch": _word(yes=_is_default_branch(git)),
        "is_not_default_branch": _word(yes=not _is_default_branch(git)),
        "is_pull_request": _word(yes=bool(git.pull_request)),
        "is_not_pull_request": _word(yes=not git.pull_request),
        "is_local": _word(yes=not (git.ref or git.sha)),
        "environment": environment,
        "arch": arch,
        "date": git.now,
        "commit_date": git.commit_time or git.now,
    }


def _is_default_branch(git: GitFacts) -> bool:
    return bool(git.ref) and (git.branch == git.default_branch or bool(_OF_DEFAULT_BRANCH.search(git.event)))


def _word(*, yes: bool) -> str:
    return "true" if yes else "false"
