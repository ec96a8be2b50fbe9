"""Gate `base`: who signed the base image, how old it is, and whether it is still supported."""

import uuid
from collections.abc import Mapping
from typing import Any

from ci.decide.plan.model import Plan
from ci.engine import tool
from ci.engine.concurrent import gather
from ci.engine.registry_client import Client
from ci.errors import PublishError
from ci.intool.common.reference import host_of
from ci.intool.policy import Artifact, Finding, GateResult, gate_result, joined, not_judged

SIGNATURE = "LAY-06"
"""The check that the base's signature belongs to, beside its layers."""

ANY = 36_500
"""Highest age of a stand-in in days: it is built from what the package registries have."""


async def base(plan: Plan, client: Client) -> GateResult:
    """Judge the base image of a plan.

    Raises:
        PublishError: its registry does not answer.
    """
    aged, signed = await gather(_aged(plan, client), _signed(plan, client))
    return judge(plan, aged, signed)


async def _aged(plan: Plan, client: Client) -> Mapping[str, Any]:
    stand_in = plan.image.base.stand_in
    arguments = {
        "reference": str(plan.image.base),
        "limit_days": ANY if stand_in else plan.trust.harden.base_age,
        "checked": plan.trust.base_checked,
        "ends": dict(plan.trust.eol),
        "named": plan.trust.base_named,
        **plan.trust.accepting(),
    }
    container = tool.with_regctl(tool.python(plan.tools, "pinning"), plan.tools)
    container = await client.registry.reached_from(container, host_of(plan.image.base.name))
    container = container.with_env_variable("TODAY", plan.trust.today)
    return await tool.report_of(await tool.run_operation(container, "pinning", "age", arguments, PublishError))


async def _signed(plan: Plan, client: Client) -> Mapping[str, Any]:
    signer = plan.trust.base_signer
    if not signer:
        return {}
    container = tool.python(plan.tools, "attest")
    container = tool.with_cosign(tool.with_regctl(container, plan.tools), plan.tools)
    container = await client.registry.reached_from(container, host_of(plan.image.base.name))
    container = container.with_env_variable("RUN", uuid.uuid4().hex)
    arguments = {
        "reference": str(plan.image.base),
        "keys": [signer.key] if signer.key else [],
        "identities": [{"identity": signer.identity, "issuer": signer.issuer}] if signer.identity else [],
    }
    return await tool.report_of(await tool.run_operation(container, "attest", "signature_of", arguments, PublishError))


def judge(plan: Plan, aged: Mapping[str, Any], signed: Mapping[str, Any]) -> GateResult:
    """The result from age and signature. Pure.

    Args:
        plan: the policy.
        aged: report of ``ci.intool.pinning.age``.
        signed: report of ``ci.intool.attest.base``; empty where no signer is known.
    """
    required = plan.trust.harden.base_signature
    wrong = bool(signed) and signed["status"] != "verified"
    why = "" if signed else f"no signer of {plan.image.base.name} is known"
    if wrong and not required:
        why = f"harden.base-signature is false: {signed['why']}"
    found = [*([_finding(plan, signed)] if wrong and required else []), *([not_judged(SIGNATURE, why)] if why else [])]
    of_signature = gate_result(
        "base", found, plan.trust.waivers, plan.trust.today, by=plan.trust.judging(), checks=[SIGNATURE]
    )
    return joined("base", [GateResult.from_json(aged["result"]), of_signature])


def _finding(plan: Plan, signed: Mapping[str, Any]) -> Finding:
    return Finding(
        id=SIGNATURE,
        severity="high",
        where=Artifact(name=str(plan.image.base)),
        title=f"its signature is not that of {_named(plan)}: {signed['why']}",
        fix="take a base that its publisher signed, or set harden.base-signature: false",
    )


def _named(plan: Plan) -> str:
    signer = plan.trust.base_signer
    return f"{signer.identity} ({signer.issuer})" if signer and signer.identity else "the known key"
