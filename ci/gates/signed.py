"""What was read back from the registry: provenance, signature and attestations. Pure."""

from ci.gates.result import GateResult
from ci.plan.model import Plan

CHECKS = ("SC-03", "SC-04", "SC-05")
"""Provenance, signature, attestations (``ci/checks/checks.toml``)."""

REPRODUCIBLE = "SC-13"


def signed(plan: Plan, level: str, *, proven: bool) -> GateResult:
    """The verdict on an image that was pushed; one that cannot be verified is an error before this.

    Args:
        plan: whether a signature is required.
        level: that ``verify`` reached.
        proven: whether a second build gave the same.
    """
    attested = level in {"attested", "reproducible"}
    outcome = "passed" if attested else "not run"
    return GateResult(
        name="signature",
        passed=attested or plan.trust.signature != "required",
        findings=() if attested else ("warning: not signed: pass --signing-key, or --identity-token",),
        checks={**dict.fromkeys(CHECKS, outcome), REPRODUCIBLE: "passed" if proven else "not run"},
        skipped=() if proven else (f"{REPRODUCIBLE}: not built twice; pass --prove to `publish`",),
        fix="pass --signing-key and --signing-password, or --identity-token",
    )
