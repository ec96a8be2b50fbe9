"""What a person reads at the end of a release. Pure."""

from collections.abc import Mapping, Sequence

from ci.gates.result import GateResult
from ci.oci.facts import ManifestFacts
from ci.stages.payload import Payload


def summary(
    ref: str,
    facts: Sequence[ManifestFacts],
    payload: Payload,
    gates: Sequence[GateResult],
    *,
    steps: Mapping[str, float],
    notes: Sequence[str],
) -> str:
    """A text of a few lines.

    Args:
        ref: reference with digest.
        facts: sizes, one a platform.
        payload: what lies on top of the base.
        gates: verdicts.
        steps: seconds, in order.
        notes: reasons and warnings of the plan.
    """
    below = [
        *(f"{fact.platform:<12} {megabytes(fact.size)} compressed in {len(fact.layers)} layers" for fact in facts),
        *payload_lines(payload),
        *(line for gate in gates for line in gate_lines(gate)),
        *(f"{name:<12} {seconds:6.1f} s" for name, seconds in steps.items()),
        f"{'total':<12} {sum(steps.values()):6.1f} s",
        *notes,
    ]
    return "\n".join([ref, *(f"  {line}" for line in below)])


def megabytes(size: int) -> str:
    """Bytes for people, in units of 10^6."""
    return f"{size / 1e6:.1f} MB"


def payload_lines(payload: Payload) -> list[str]:
    """The payload's size, and what was left out of it, the largest first."""
    removed = sorted(payload.removed, key=lambda group: -int(group["bytes"]))
    before = f" of {megabytes(payload.standalone)}" if removed else ""
    left_out = [f"{'':<12} left out: {megabytes(group['bytes'])} {group['what']} ({group['why']})" for group in removed]
    return [f"{'payload':<12} {megabytes(payload.bytes)}{before}", *left_out]


def gate_lines(gate: GateResult) -> list[str]:
    """A gate's verdict, its figures, what it found although it passed, and what it could not judge."""
    figures = ", ".join(f"{name} {value:g}" for name, value in gate.figures.items())
    verdict = f"{gate.name:<12} {'passed' if gate.passed else 'FAILED'}{f' ({figures})' if figures else ''}"
    warnings = gate.findings if gate.passed else ()
    return [verdict, *(f"{'':<12} {told}" for told in (*warnings, *(f"not run: {reason}" for reason in gate.skipped)))]
