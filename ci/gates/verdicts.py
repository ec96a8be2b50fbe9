"""What all gates of a run say, and the refusal where one of them fails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dagger

from ci.build.assemble import Assembled
from ci.decide.plan.model import Plan
from ci.errors import PublishError
from ci.gates.debug_container import opened
from ci.gates.result import GateResult
from ci.gates.sbom import Bills
from ci.gates.scan import Scanned


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What the gates say, and what they made to say it.

    Attributes:
        gates: their results.
        bills: SBOMs.
        scanned: what the scanner found in the image.
        found: all findings of scanners, for the next release to compare with.
    """

    gates: Sequence[GateResult]
    bills: Bills
    scanned: Scanned
    found: Sequence[Mapping[str, str]]


def refuse(plan: Plan, gates: Sequence[GateResult], image: Assembled | None, consequence: str) -> None:
    """Stop where a gate failed.

    Args:
        plan: all decisions.
        gates: their results.
        image: that was judged; None where there is none yet.
        consequence: what does not happen.

    Raises:
        PublishError: one failed.
    """
    failed = [gate for gate in gates if not gate.passed]
    if not failed:
        return
    names = ", ".join(gate.name for gate in failed)
    findings = "\n".join(gate.explained() for gate in failed)
    fixes = "; ".join(gate.fix for gate in failed)
    refusal = PublishError.of("gates.failed", names=names, consequence=consequence, findings=findings, fixes=fixes)
    scenarios = plan.smoke.scenarios
    scenario = next((s for s in scenarios if any(f"{s.name}: " in f for g in failed for f in g.findings)), scenarios[0])

    async def state() -> dagger.Container:
        assert image is not None  # noqa: S101  else there is no state
        return opened(plan, image.image(plan.image.native), scenario)

    refusal.state = state if image else None
    raise refusal
