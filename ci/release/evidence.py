"""The evidence of a release: signature, SBOMs, scan, provenance and audit record; how it is written and read back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import dagger

from ci.build.assemble import Assembled
from ci.decide.pins import ImageRef
from ci.decide.plan.model import Earlier, Plan
from ci.decide.plan.release import PREFIX
from ci.engine import tool
from ci.engine.containers import by_content
from ci.engine.registry_client import Client
from ci.engine.signing import Signing
from ci.engine.tool import report_of, run_operation
from ci.errors import PublishError
from ci.gates import trivy
from ci.gates.sbom import SBOMS
from ci.gates.verdicts import Verdicts
from ci.intool.attest.audit import record
from ci.intool.attest.github import REQUEST, URL
from ci.intool.attest.predicates import AUDIT, PROVENANCE, SCAN, VEX
from ci.intool.attest.provenance import Facts, provenance, public
from ci.intool.attest.scan import scanned
from ci.intool.common.reference import split
from ci.intool.policy import STANDARD, GateResult, used

KEY, PASSWORD, TOKEN = "COSIGN_PRIVATE_KEY", "COSIGN_PASSWORD", "SIGSTORE_ID_TOKEN"
REVISION = f"{PREFIX}revision"
PREDICATES = "/predicates"
ATTESTED = "attested"
"""The level of trust that a signed release reaches."""

LATEST = "latest"
"""Tag of the last release."""

SOURCE = "source"
"""What is said of a finding that is not in the image, for a rebase to attest again."""

TRIVY = "https://github.com/aquasecurity/trivy"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a release beside its plan.

    Attributes:
        tags: that it is to get.
        secrets: names of the secrets that the run was given.
        lockfile: sha256 of the lockfile, in hex; empty where nothing was installed.
        origin: published image that it is a rebase of; empty for a build.
        rebuilt: digest that a second build gave; empty where there was none.
    """

    tags: Sequence[str] = ()
    secrets: Sequence[str] = ()
    lockfile: str = ""
    origin: str = ""
    rebuilt: str = ""


async def attest(
    client: Client, plan: Plan, signing: Signing, image: Assembled, *, verdicts: Verdicts, known: Known
) -> str:
    """Sign an image that was pushed, attach what is known of it, and read it back as any user can.

    What is attached already is not signed again.

    Args:
        client: works on the registry.
        plan: all decisions.
        signing: with what.
        image: that was pushed.
        verdicts: of all gates, with the evidence.
        known: the rest.

    Returns:
        The level of trust that the image reaches.

    Raises:
        PublishError: the key cannot be used, the registry refused, or it is not all there then.
    """
    reference = f"{plan.release.repository}@{image.digest}"
    predicates = {
        PROVENANCE: provenance(facts(plan, signing, known)),
        SCAN: scan_record(plan, verdicts),
        AUDIT: audit_record(plan, signing, image, verdicts=verdicts, known=known),
    }
    texts = {f"{number}.json": json.dumps(predicate) for number, predicate in enumerate(predicates.values())}
    listed = [{"type": kind, "path": f"{PREDICATES}/{number}.json"} for number, kind in enumerate(predicates)]
    listed += [
        {"type": sbom["predicate"], "path": sbom["path"], "platform": sbom["platform"]}
        for sbom in verdicts.sboms.listed
    ]
    listed += [{"type": VEX, "path": path} for path in verdicts.scanned.vex]
    container = (
        (await signer(client, signing))
        .with_mounted_directory(PREDICATES, by_content(texts))
        .with_mounted_directory(SBOMS, verdicts.sboms.documents)
        .with_mounted_directory(trivy.VEX, verdicts.scanned.documents)
    )
    arguments = {
        "reference": reference,
        "predicates": listed,
        "signer": _signer(signing),
        "created": plan.trust.now,
        "signed": True,
        "require": ATTESTED,
        "trust": await own(client, signing),
    }
    return str((await report_of(await run_operation(container, "attest", "attest", arguments, PublishError)))["level"])


async def verify(client: Client, signing: Signing, reference: str) -> str:
    """Read the release back as any user can who has the key or the identity; gives the level that is reached.

    Raises:
        PublishError: it is not all there, or not what was pushed and signed.
    """
    if not signing.signs:
        await client.run("registry", "verify", reference=reference)
        return "whole"
    return str((await _read(client, signing, "verify", reference=reference, require=ATTESTED))["level"])


async def earlier(client: Client, plan: Plan, signing: Signing) -> tuple[Earlier, Sequence[str]]:
    """Findings of the last release, from its signed scan, and ids of the rules that looked at its source.

    Returns:
        None where there is none by this signer, where the run does not sign, and in policies without "new".
    """
    if not (plan.trust.policy == STANDARD and plan.release.repository):
        return None, ()
    return await attested(client, signing, f"{plan.release.repository}:{LATEST}")


async def attested(client: Client, signing: Signing, reference: str) -> tuple[Earlier, Sequence[str]]:
    """Findings of a published image, from its signed scan, and ids of the rules that looked at its source.

    Args:
        client: works on the registry of the image.
        signing: whose statements count: the run's own.
        reference: with a tag or a digest.

    Returns:
        None where there is no scan by this signer, and where the run does not sign.
    """
    if not signing.signs:
        return None, ()
    repository, tag = split(reference)
    last = await _read(client, signing, "latest_scan", repository=repository, tag=tag or LATEST)
    return (None, ()) if last["why"] else (list(last["findings"]), last["rules"])


async def _read(client: Client, signing: Signing, operation: str, **arguments: Any) -> Mapping[str, Any]:
    """Run an operation that trusts this signer; its container has no secret of it."""
    container = tool.with_cosign(await client.container("attest"), client.tools)
    arguments |= await own(client, signing)
    return await report_of(await run_operation(container, "attest", operation, arguments, PublishError))


async def own(client: Client, signing: Signing) -> Mapping[str, Any]:
    """What to verify the signer's signatures by: its public key, or its identity and the issuer.

    It follows from the secrets, so the engine's cache may have it.
    """
    container = _with_secrets(tool.with_cosign(tool.python(client.tools, "attest"), client.tools), signing)
    arguments = {"signer": _signer(signing)}
    return await report_of(await run_operation(container, "attest", "own", arguments, PublishError))


async def signer(client: Client, signing: Signing) -> dagger.Container:
    """A container of the client that can sign; secrets are in its environment only."""
    return _with_secrets(tool.with_cosign(await client.container("attest"), client.tools), signing)


def _with_secrets(container: dagger.Container, signing: Signing) -> dagger.Container:
    if not signing.password:
        container = container.with_env_variable(PASSWORD, "")  # else cosign would ask a person for it
    if signing.url:
        container = container.with_env_variable(URL, signing.url)
    given = {KEY: signing.key, PASSWORD: signing.password, TOKEN: signing.token, REQUEST: signing.request}
    for name, secret in given.items():
        if secret:
            container = container.with_secret_variable(name, secret)
    return container


def _signer(signing: Signing) -> Mapping[str, str]:
    return {"key": f"env://{KEY}"} if signing.key else {}


def facts(plan: Plan, signing: Signing, known: Known) -> Facts:
    """What provenance is made from: no value of a variable is in it. Pure."""
    common = {
        "policy": plan.trust.policy,
        "repository": plan.release.repository,
        "tags": list(known.tags),
        "platforms": list(plan.image.platforms),
    }
    tools = [str(used) for used in used_images(plan)]
    if known.origin:
        bases = [str(plan.image.base), *([known.origin] if "@" in known.origin else [])]
        parameters = {**common, "rebase": known.origin}
        return Facts(parameters=parameters, secrets=known.secrets, bases=bases, tools=tools, builder=signing.builder)
    address, _, rest = signing.source.partition("#")
    repository = public(address) if address else ""
    return Facts(
        parameters={**common, "source": f"{repository}#{rest}" if rest else repository},
        secrets=known.secrets,
        plan=decisions(plan),
        repository=repository,
        revision=plan.image.labels.get(REVISION, ""),
        bases=[str(plan.image.base)],
        lockfiles={plan.install.lockfile: known.lockfile} if known.lockfile else {},
        tools=tools,
        builder=signing.builder,
        rebuilt=known.rebuilt,
    )


def decisions(plan: Plan) -> dict[str, Any]:
    """How the image was made, without the values of variables. Pure."""
    return {
        "facts": dict(plan.facts),
        "install": [list(command) for command in plan.install.commands],
        "scripts": list(plan.install.scripts),
        "packages": [asdict(fetch.package) for fetch in plan.install.fetch],
        "generate": [{"directory": one.directory, "command": one.command} for one in plan.build.generate],
        "build": [{"directory": step.directory, "command": list(step.command)} for step in plan.build.steps],
        "patches": [asdict(patch) for patch in plan.build.patches],
        "variables": sorted({*plan.build.env, *plan.image.env}),
        "dummies": sorted(plan.build.dummies),
        "command": list(plan.image.command),
        "user": plan.image.user,
        "created": plan.release.created,
        "compression": plan.release.compression,
    }


def used_images(plan: Plan) -> list[ImageRef]:
    """Every image that a run uses, beside the base."""
    return [plan.install.image, *(getattr(plan.tools, field.name) for field in fields(plan.tools))]


def scan_record(plan: Plan, verdicts: Verdicts) -> dict[str, Any]:
    """The scan as a predicate. Pure."""
    database = verdicts.scanned.database
    return scanned(
        scanner=TRIVY,
        version=plan.tools.trivy.name.rpartition(":")[2],
        database=database.reference,
        database_version=str(database.status["updated"]),
        started=plan.trust.now,
        finished=plan.trust.now,
        findings=verdicts.found,
        rules=verdicts.rules,
    )


def audit_record(plan: Plan, signing: Signing, image: Assembled, *, verdicts: Verdicts, known: Known) -> dict[str, Any]:
    """The audit record; that of a rebase names no source, as it has none. Pure."""
    return record(
        who=signing.actor,
        when=plan.trust.now,
        digest=image.digest,
        repository="" if known.origin else signing.source.partition("#")[0],
        revision="" if known.origin else plan.image.labels.get(REVISION, ""),
        tags=known.tags,
        policy=plan.trust.policy,
        gates={gate.name: _recorded(gate) for gate in verdicts.gates},
        waivers=[asdict(waiver) for waiver in used(plan.trust.waivers, verdicts.gates).values()],
    )


def _recorded(gate: GateResult) -> dict[str, Any]:
    """What the audit record says of a gate: findings that were waived and what was not judged, a line each."""
    return {
        "passed": gate.passed,
        "checks": dict(gate.checks),
        "waived": [str(finding) for finding in gate.waived],
        "skipped": [str(finding) for finding in gate.not_judged],
        "figures": dict(gate.figures),
    }
