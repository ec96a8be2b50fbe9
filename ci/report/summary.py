"""What a person reads at the end of a release. Pure."""

from collections.abc import Mapping, Sequence

from ci.gates.result import GateResult
from ci.oci.facts import ManifestFacts


def summary(
    ref: str,
    facts: Sequence[ManifestFacts],
    gates: Sequence[GateResult],
    steps: Mapping[str, float],
    notes: Sequence[str],
) -> str:
    """A text of a few lines.

    Args:
        ref: reference with digest.
        facts: sizes, one a platform.
        gates: verdicts.
        steps: seconds, in order.
        notes: reasons and warnings of the plan.
    """
    below = [
        *(f"{fact.platform:<12} {megabytes(fact.size)} compressed in {len(fact.layers)} layers" for fact in facts),
        *(line for gate in gates for line in gate_lines(gate)),
        *(f"{name:<12} {seconds:6.1f} s" for name, seconds in steps.items()),
        f"{'total':<12} {sum(steps.values()):6.1f} s",
        *notes,
    ]
    return "\n".join([ref, *(f"  {line}" for line in below)])


def megabytes(size: int) -> str:
    """Bytes for people, in units of 10^6."""
    return f"{size / 1e6:.1f} MB"


def gate_lines(gate: GateResult) -> list[str]:
    """A gate's verdict, its figures, and what it could not judge."""
    figures = ", ".join(f"{name} {value:g}" for name, value in gate.figures.items())
    verdict = f"{gate.name:<12} {'passed' if gate.passed else 'FAILED'} ({figures})"
    return [verdict, *(f"{'':<12} not run: {reason}" for reason in gate.skipped)]
