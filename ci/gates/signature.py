"""What was read back from the registry: provenance, signature and attestations. Pure."""

from ci.decide.plan.model import Plan
from ci.gates.result import GateResult
from ci.intool.policy.verdict import NOT_RUN, PASSED

CHECKS = ("SC-03", "SC-04", "SC-05")
"""Provenance, signature, attestations (``ci/intool/checks/checks.toml``)."""

REPRODUCIBLE = "SC-13"


def signed(plan: Plan, level: str) -> GateResult:
    """The verdict on an image that was pushed; one that cannot be verified is an error before this.

    Args:
        plan: whether a signature is required.
        level: that ``verify`` reached.
    """
    attested = level in {"attested", "reproducible"}
    return GateResult(
        name="signature",
        passed=attested or plan.trust.signature != "required",
        findings=() if attested else ("warning: not signed: pass --signing-key, or --identity-token",),
        checks=dict.fromkeys(CHECKS, PASSED if attested else NOT_RUN),
        fix="pass --signing-key and --signing-password, or --identity-token",
    )


def proven(*, equal: bool) -> GateResult:
    """The verdict on a second build; one that gave other bytes is an error before this.

    Args:
        equal: whether there was one, which gave the same bytes.
    """
    return GateResult(
        name="prove",
        passed=True,
        checks={REPRODUCIBLE: PASSED if equal else NOT_RUN},
        skipped=() if equal else (f"{REPRODUCIBLE}: not built twice; pass --prove to `publish`",),
    )
