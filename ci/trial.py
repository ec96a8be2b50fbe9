"""What an image goes through before it is pushed: all gates, and the refusal where one of them does not pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagger

from ci.errors import PublishError
from ci.gates import environment
from ci.gates.opened import opened
from ci.gates.result import GateResult
from ci.gates.sbom import Bills
from ci.gates.scan import Scanned
from ci.gates.slim import slim
from ci.gates.smoke import smoke
from ci.gates.started import Subject
from ci.plan.model import Plan
from ci.stages.assemble import Assembled, command
from ci.stages.payload import Payload
from ci.together import together


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a build led to.

    Attributes:
        image: for all platforms.
        payload: what is in it.
        full: the image of the engine's platform before anything was left out; None where nothing was.
        variables: what the bundle does with each variable.
        log: what the build printed.
    """

    image: Assembled
    payload: Payload
    full: Assembled | None
    variables: Mapping[str, Any]
    log: str


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What the gates say, and what they made to say it.

    Attributes:
        gates: verdicts.
        bills: bills of materials.
        scanned: what the scanner found in the image.
        found: all findings of scanners, for the next release to compare with.
    """

    gates: Sequence[GateResult]
    bills: Bills
    scanned: Scanned
    found: Sequence[Mapping[str, str]]


def subject(plan: Plan, image: Assembled, packed: Payload) -> Subject:
    """The image that the engine can run, with what is to be known to start it."""
    native = plan.image.native
    return Subject(image=image.image(native), command=command(plan.image, packed), chunk=packed.chunk)


async def runs(plan: Plan, made: Made, *, fresh: bool) -> list[GateResult]:
    """Gates that start the image, and one that judges its bundle.

    Args:
        plan: all decisions.
        made: what a build led to.
        fresh: run although the same image passed on this engine before.
    """
    slimmed = subject(plan, made.image, made.payload)
    work = [smoke(plan, slimmed, fresh=fresh)]
    if made.full:
        work.append(slim(plan, subject(plan, made.full, made.payload), slimmed, made.payload))
    return [environment.judge(made.variables, plan.build.allow_frozen), *await together(*work)]


def refuse(plan: Plan, gates: Sequence[GateResult], image: Assembled | None, consequence: str) -> None:
    """Stop where a gate did not pass.

    Args:
        plan: all decisions.
        gates: verdicts.
        image: that was tried; None where there is none yet.
        consequence: what does not happen.

    Raises:
        PublishError: one failed.
    """
    failed = [gate for gate in gates if not gate.passed]
    if not failed:
        return
    names = ", ".join(gate.name for gate in failed)
    told = "\n".join(gate.explained() for gate in failed)
    refusal = PublishError(f"{names} failed, so {consequence}:\n{told}", "; ".join(gate.fix for gate in failed))
    scenarios = plan.smoke.scenarios
    scenario = next((s for s in scenarios if any(f"{s.name}: " in f for g in failed for f in g.findings)), scenarios[0])

    async def state() -> dagger.Container:
        assert image is not None  # noqa: S101  else there is no state
        return opened(plan, image.image(plan.image.native), scenario)

    refusal.state = state if image else None
    raise refusal
