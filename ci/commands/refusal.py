"""The error where a gate failed."""

from collections.abc import Sequence

import dagger

from ci.build.assemble import Assembled
from ci.decide.config.model import Scenario
from ci.decide.ecosystems import by_id
from ci.decide.plan.model import Plan
from ci.errors import PublishError
from ci.gates.debug_container import debug_container
from ci.intool.policy import GateResult
from ci.intool.policy import Scenario as Place
from ci.report.lines import finding_lines, stopping_lines
from ci.report.steps import adoption, listed, steps
from ci.report.text import logs


def refuse(
    plan: Plan, gates: Sequence[GateResult], image: Assembled | None, consequence: str, *, full: bool = False
) -> None:
    """Raise an error where a gate failed.

    Args:
        plan: all decisions.
        gates: their results.
        image: that was judged; None before there is one.
        consequence: what does not happen, such as ``nothing was pushed``.
        full: every finding of the gates that failed, as of a gate alone, or of what `report` is not about; else what
            stops the release, on few lines, and the command that writes the report.

    Raises:
        PublishError: one failed.
    """
    failed = [gate for gate in gates if not gate.passed]
    if not failed:
        return
    names = ", ".join(gate.name for gate in failed)
    shown = finding_lines(failed, full=True) if full else stopping_lines(gates)
    found = "\n".join([*(f"  - {line}" for line in shown), *logs(failed)])
    fixes = listed(steps(gates, _lock(plan)), full=full)
    if plan.trust.baseline is None and (step := adoption(failed)):
        fixes = f"{fixes}\n    {step}"
    refusal = PublishError.of("gates.failed", names=names, consequence=consequence, findings=found, fixes=fixes)
    refusal.reported = not full
    scenario = failed_scenario(plan.smoke.scenarios, failed)

    async def state() -> dagger.Container:
        assert image is not None  # noqa: S101  else there is no state
        return debug_container(plan, image.image(plan.image.native), scenario)

    refusal.state = state if image else None
    raise refusal


def _lock(plan: Plan) -> str:
    """What somebody runs to write the lockfile, and where."""
    place = "" if plan.install.directory == "." else f" in `{plan.install.directory}`"
    return f"`{by_id(plan.install.manager).lock}`{place}"


def failed_scenario(scenarios: Sequence[Scenario], gates: Sequence[GateResult]) -> Scenario:
    """The scenario in which something failed; the first one where none did. Pure.

    Args:
        scenarios: all of the plan.
        gates: results of gates.
    """
    places = [finding.where for gate in gates for finding in gate.findings if finding.stops]
    names = {place.name for place in places if isinstance(place, Place)}
    return next((one for one in scenarios if one.name in names), scenarios[0])
