"""The result of a gate. A failed gate returns a result and never raises: the caller decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ci.intool.policy.codec import decode, encode
from ci.intool.policy.effect import NotAffected, NotJudged, Waived
from ci.intool.policy.finding import Finding, ordered

PASSED, FAILED, WAIVED, NOT_RUN = "passed", "failed", "waived", "not run"
"""Outcomes of a check; a gate has them as well, but is never waived."""


@dataclass(frozen=True, kw_only=True)
class GateResult:
    """The result of one gate.

    Attributes:
        name: of the gate.
        findings: findings, and checks that could not be made; those that stop the release first.
        figures: what was measured, with the unit in the name.
        checks: id of a check (``ci/intool/checks/checks.toml``) to its outcome.
        log: the end of the container's own output.
    """

    name: str
    findings: tuple[Finding, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    checks: Mapping[str, str] = field(default_factory=dict)
    log: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("figures", "checks"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @property
    def passed(self) -> bool:
        """Whether the image may go on: nothing stops it."""
        return not any(finding.stops for finding in self.findings)

    @property
    def status(self) -> str:
        """``passed``, ``failed``, or ``not run`` where no check of the gate was."""
        if not self.passed:
            return FAILED
        return NOT_RUN if self.checks and set(self.checks.values()) == {NOT_RUN} else PASSED

    @property
    def waived(self) -> tuple[Finding, ...]:
        """Findings that are accepted, by a waiver or by a VEX document."""
        return tuple(one for one in self.findings if isinstance(one.effect, Waived | NotAffected))

    @property
    def not_judged(self) -> tuple[Finding, ...]:
        """Findings of checks that could not be made."""
        return tuple(one for one in self.findings if isinstance(one.effect, NotJudged))

    def to_json(self) -> dict[str, Any]:
        """As JSON has it."""
        document: dict[str, Any] = encode(self)
        return document

    @classmethod
    def from_json(cls, document: object) -> "GateResult":
        """The same value from ``to_json``.

        Raises:
            Failure: a field is missing, unknown or malformed; the message names its place.
        """
        result: GateResult = decode(cls, document, "gate result")
        return result


def joined(name: str, results: Sequence[GateResult]) -> GateResult:
    """Several results as one; a check that several of them have gets the outcome of the last."""
    return GateResult(
        name=name,
        findings=tuple(ordered(finding for one in results for finding in one.findings)),
        figures={key: value for one in results for key, value in one.figures.items()},
        checks={key: value for one in results for key, value in one.checks.items()},
        log=tuple(line for one in results for line in one.log),
    )
