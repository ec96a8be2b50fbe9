"""The Plan as a Dockerfile, and what must not be in its context."""

from collections.abc import Mapping, Sequence

from ci.decide.dockerfile import stages
from ci.decide.dockerfile.remarks import head
from ci.decide.plan.model import Plan

NAME = "Dockerfile"
IGNORE = f"{NAME}.dockerignore"
"""BuildKit takes it before ``.dockerignore``, which may be made for another file."""


def files(plan: Plan, programs: Mapping[str, str], never: Sequence[str]) -> Mapping[str, str]:
    """All files of an export, name to text.

    Args:
        plan: all decisions.
        programs: file name to text of the pipeline's programs, at least those of ``stages.needed``.
        never: patterns of what no build may see.
    """
    return {NAME: dockerfile(plan, programs), IGNORE: ignore(plan, never)}


def dockerfile(plan: Plan, programs: Mapping[str, str]) -> str:
    """The Dockerfile; the arguments are those of ``files``."""
    app = plan.build.app
    parts = [
        head(plan),
        stages.programs(plan, programs),
        stages.base(plan.install, app),
        stages.deps(plan.install),
        stages.build(plan.build),
        stages.payload(plan),
        stages.image(plan.image, app),
    ]
    return "\n".join(line for part in parts for line in part) + "\n"


def ignore(plan: Plan, never: Sequence[str]) -> str:
    """The ignore file: what no build sees, and the files of the export themselves."""
    return "\n".join([*never, *plan.build.unseen, NAME, IGNORE]) + "\n"
