"""What a gate returns. A gate never raises to say "failed": whoever called decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
        checks: id of a check (``ci/intool/checks/checks.toml``) to its outcome.
        waived: findings that somebody accepts, a line each.
    """

    name: str
    passed: bool
    findings: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    log: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    fix: str = ""
    checks: Mapping[str, str] = field(default_factory=dict)
    waived: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, report: Mapping[str, Any]) -> "GateResult":
        """From a verdict of ``ci/intool/policy``."""
        lists: dict[str, Any] = {key: tuple(report[key]) for key in ("findings", "skipped", "waived")}
        return cls(name=name, **lists, **{key: report[key] for key in ("passed", "figures", "fix", "checks")})

    def explained(self) -> str:
        """Findings and log, for people."""
        lines = [f"  - {finding}" for finding in self.findings]
        if self.log:
            lines += ["  container log:", *(f"  | {line}" for line in self.log)]
        return "\n".join(lines)
