"""From findings and waivers to a verdict. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ci.intool.policy.finding import SEVERITIES, Finding
from ci.intool.policy.waiver import Waiver

PASSED, FAILED, WAIVED, NOT_RUN = "passed", "failed", "waived", "not run"
"""Outcomes of a check."""


def verdict(
    findings: Iterable[Finding],
    waivers: Sequence[Waiver],
    today: str,
    fails: Callable[[Finding], bool],
    *,
    checks: Iterable[str] = (),
    figures: Mapping[str, float] | None = None,
    skipped: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Judge.

    Args:
        findings: all that was found.
        waivers: what is accepted, of any gate.
        today: ISO 8601.
        fails: whether an open finding makes the gate fail; the others are warnings.
        checks: ids of the checks that were made.
        figures: what was measured.
        skipped: check, or what else could not be judged, to the reason.

    Returns:
        A report in JSON: ``passed``; ``findings``, a line each, the worst first, where those that do not make it fail
        begin with ``warning:``; ``waived`` and ``skipped`` likewise; ``figures``; ``checks``, id to outcome; ``fix``,
        that of the worst finding; ``open``, the findings that make it fail, with all fields.
    """
    found = sorted(set(findings), key=lambda f: (-SEVERITIES.index(f.severity), f.id, f.where, f.what))
    asked = set(checks) | set(skipped or {})
    fallen = [waiver for waiver in waivers if waiver.expired(today)]
    holding = [waiver for waiver in waivers if not waiver.expired(today)]
    waived = {finding: next((w for w in holding if w.covers(finding)), None) for finding in found}
    failing = [f for f in found if fails(f) and not waived[f]]
    warnings = [f for f in found if not fails(f) and not waived[f]]
    ended = [f"waiver of {w.id} by {w.owner} expired on {w.expires}" for w in fallen if _concerns(w, found, asked)]
    return {
        "passed": not failing and not ended,
        "findings": [*ended, *map(str, failing), *(f"warning: {told}" for told in warnings)],
        "waived": [f"{f} {w.told()}" for f, w in waived.items() if w],
        "skipped": [f"{name}: {reason}" for name, reason in (skipped or {}).items()],
        "figures": dict(figures or {}),
        "checks": _outcomes(asked, skipped or {}, failing, [f for f, w in waived.items() if w]),
        "fix": _fix(failing, ended),
        "open": [asdict(f) for f in failing],
    }


def _concerns(waiver: Waiver, found: Sequence[Finding], asked: set[str]) -> bool:
    """Whether a waiver is this gate's business: an expired one fails although nothing is found any more."""
    return waiver.id in asked or any(waiver.covers(finding) for finding in found)


def _outcomes(
    asked: set[str], skipped: Mapping[str, str], failing: Sequence[Finding], waived: Sequence[Finding]
) -> dict[str, str]:
    failed, accepted = ({f.check or f.id for f in some} for some in (failing, waived))
    return {
        check: FAILED if check in failed else NOT_RUN if check in skipped else WAIVED if check in accepted else PASSED
        for check in sorted(asked)
    }


def _fix(failing: Sequence[Finding], ended: Sequence[str]) -> str:
    if failing:
        return next((f"{f.id}: {f.fix}" for f in failing if f.fix), "")
    return "renew the waiver with a reason, or remove it" if ended else ""
