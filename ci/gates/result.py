"""What a gate returns. A gate never raises to say "failed": whoever called decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class GateResult:
    """The verdict of one gate.

    Attributes:
        name: of the gate.
        passed: whether the image may go on.
        findings: what is wrong, a line each.
        figures: what was measured, with the unit in the name.
        log: the end of the container's own output.
        skipped: what could not be judged here, and why.
        fix: the next step where it failed.
    """

    name: str
    passed: bool
    findings: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    log: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    fix: str = ""

    def explained(self) -> str:
        """Findings and log, for people."""
        lines = [f"  - {finding}" for finding in self.findings]
        if self.log:
            lines += ["  container log:", *(f"  | {line}" for line in self.log)]
        return "\n".join(lines)
