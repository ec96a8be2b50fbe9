"""Gates `signature` and `prove`: what was read back from the registry, and whether a second build is equal. Pure."""

from ci.decide.plan.model import Plan
from ci.intool.policy import NOT_RUN, PASSED, Finding, GateResult, decided, not_judged

CHECKS = ("SC-03", "SC-04", "SC-05")
"""Provenance, signature, attestations (``ci/intool/checks/checks.toml``)."""

REPRODUCIBLE = "SC-13"


def signed(plan: Plan, level: str) -> GateResult:
    """The result for an image that was pushed; one that cannot be verified is an error before this.

    Args:
        plan: whether a signature is required.
        level: that ``verify`` reached.
    """
    required = plan.trust.signature == "required"
    attested = level in {"attested", "reproducible"}
    return GateResult(
        name="signature",
        findings=() if attested else (decided(_unsigned(required=required), plan.trust.judging()),),
        checks=dict.fromkeys(CHECKS, PASSED if attested else NOT_RUN),
    )


def _unsigned(*, required: bool) -> Finding:
    return Finding(
        id="not-signed",
        severity="high" if required else "low",
        title="the image is not signed: pass --signing-key, or --identity-token",
        fix="pass --signing-key and --signing-password, or --identity-token",
        rule="unsigned-though-required" if required else "",
    )


def proven(*, equal: bool) -> GateResult:
    """The result for a second build; one that gave other bytes is an error before this.

    Args:
        equal: whether there was one, and it gave the same bytes.
    """
    return GateResult(
        name="prove",
        checks={REPRODUCIBLE: PASSED if equal else NOT_RUN},
        findings=() if equal else (not_judged(REPRODUCIBLE, "not built twice; pass --prove to `publish`"),),
    )
