"""Gate `plan`: checks that the plan itself answers: the lockfile's policy, install scripts, pinned images. Pure."""

from dataclasses import asdict

from ci.decide.plan.model import Plan
from ci.intool.pinning.unpinned import unpinned_images
from ci.intool.policy import Finding, GateResult, Setting, gate_result

LOCKED, SCRIPTS, PINNED = "SC-10", "SC-11", "SC-12"
"""Checks of ``ci/intool/checks/checks.toml``."""


def plan_gate(plan: Plan) -> GateResult:
    """Judge the plan.

    A lockfile that takes packages from hosts that are not allowed, or without checksum, makes no plan at all
    (``ci/decide/project/lockfile_policy.py``); an install of this pipeline is frozen and runs the scripts of named
    packages alone.
    """
    images = unpinned_images(asdict(plan), floating=[plan.trust.database.name])
    findings = [
        Finding(
            id=PINNED,
            severity="high",
            where=Setting(key=image),
            title="it has no digest",
            fix="write it as name:tag@sha256:…",
        )
        for image in images
    ]
    return gate_result(
        "plan",
        findings,
        plan.trust.waivers,
        plan.trust.today,
        by=plan.trust.judging(),
        checks=[LOCKED, SCRIPTS, PINNED],
        figures={"packages": len(plan.trust.locked), "install scripts": len(plan.install.scripts)},
    )
