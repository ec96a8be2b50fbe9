"""`dockerfile`: the plan as a Dockerfile."""

from collections.abc import Sequence

import dagger

from ci.decide.dockerfile.export import files
from ci.decide.dockerfile.stages import needed
from ci.decide.plan.model import Plan
from ci.engine.containers import by_content, texts


def export(plan: Plan, never: Sequence[str]) -> dagger.Directory:
    """The Dockerfile and its ignore file.

    Args:
        plan: all decisions.
        never: patterns of what no build may see.
    """
    return by_content(files(plan, texts(needed(plan)), never))
