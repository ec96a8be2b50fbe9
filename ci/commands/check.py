"""`check`, `compliance`, and each gate alone."""

import posixpath
from collections.abc import Awaitable, Callable

import dagger

from ci import pipeline
from ci.build.made import Made
from ci.build.run import Run
from ci.commands.refusal import refuse
from ci.decide.ecosystems import by_id
from ci.decide.plan.health import settled
from ci.engine.concurrent import gather
from ci.engine.containers import by_content
from ci.gates import contract as contract_gate
from ci.gates import hardening as hardening_gate
from ci.gates import leaks as leaks_gate
from ci.gates import sbom as sbom_gate
from ci.gates import scan as scan_gate
from ci.gates import smoke as smoke_gate
from ci.gates import source as source_gate
from ci.intool.policy import GateResult
from ci.release.result import Released
from ci.report import compliance as compliance_report
from ci.report.summary import payload_lines
from ci.report.text import results

PATCH = "package.json.patch"
UNFIT = "the image is not fit to be published"


async def check(run: Run) -> str:
    """Run all gates again; returns their results and figures.

    Raises:
        PublishError: one failed.
    """
    made, verdicts = await pipeline.build_and_check(run, fresh=True)
    refuse(run.plan, verdicts.gates, made.image, UNFIT)
    released = Released.of(made.image, verdicts.gates, made.payload)
    return "\n".join([*results(verdicts.gates), *payload_lines(released.payload)])


async def compliance(run: Run) -> str:
    """Which control is met by which check, with the score, also where a gate fails."""
    _, verdicts = await pipeline.build_and_check(run, fresh=True)
    return compliance_report.report(verdicts.gates)


async def source(run: Run) -> str:
    """Run the gates that read the source.

    Raises:
        PublishError: a gate failed.
    """
    gates, _ = await pipeline.source_gates(run, pipeline.Early(run=run))
    refuse(run.plan, gates, None, "the source is not fit to be released", full=True)
    return "\n".join(results(gates, full=True))


async def smoke(run: Run) -> str:
    """Run the smoke test again; returns its result and figures.

    Raises:
        PublishError: it failed.
    """

    async def gate(made: Made) -> GateResult:
        plan = settled(run.plan, made.payload.alive, made.payload.behind)
        return await smoke_gate.smoke(plan, pipeline.subject(plan, made.image, made.payload), fresh=True)

    return await _alone(run, "smoke", gate)


async def contract(run: Run) -> str:
    """Start the image again as a cluster would; returns the result, figures, and what could not be judged.

    Raises:
        PublishError: a check failed.
    """

    async def gate(made: Made) -> GateResult:
        plan = settled(run.plan, made.payload.alive, made.payload.behind)
        return await contract_gate.contract(plan, made.image, made.payload, fresh=True)

    return await _alone(run, "contract", gate)


async def hardening(run: Run) -> str:
    """Run the hardening checks.

    Raises:
        PublishError: a check failed.
    """
    plan, registry, seeded = run.plan, run.client.registry, run.seed is not None

    async def gate(made: Made) -> GateResult:
        return (await hardening_gate.hardening(plan, made.image, made.payload, registry, seeded=seeded)).gate

    return await _alone(run, "hardening", gate)


async def scan(run: Run) -> str:
    """Scan the image with Trivy.

    Raises:
        PublishError: it finds too much.
    """

    async def gate(made: Made) -> GateResult:
        return (await pipeline.scanned_image(run, made.image, await pipeline.advisories(run))).gate

    return await _alone(run, "scan", gate)


async def leaks(run: Run) -> str:
    """Search for the secrets of the run.

    Raises:
        PublishError: one is there.
    """

    async def gate(made: Made) -> GateResult:
        async def sboms() -> sbom_gate.Written:
            return await sbom_gate.written(run.plan, made.image, locked=True)

        return await leaks_gate.leaks(run.plan, made.image, sboms, run.secrets, pipeline.texts(run, made))

    return await _alone(run, "leaks", gate)


async def sbom(run: Run) -> dagger.Directory:
    """The SBOMs.

    Raises:
        PublishError: they are not those of the image.
    """
    made = await run.make()
    plan, image = run.plan, made.image
    sboms, reports = await gather(sbom_gate.written(plan, image, locked=True), scan_gate.packages(plan, image))
    found = await pipeline.gate("sbom", sbom_gate.sbom(plan, sboms, reports), lambda found: found.gate)
    refuse(run.plan, [found.gate], made.image, UNFIT, full=True)
    return found.documents


async def fixes(run: Run) -> dagger.File:
    """A patch of package.json that removes vulnerabilities.

    They are those that the scanner finds in the lockfile; and in the image, where it cannot read the lockfile.
    """
    known, sources = await gather(pipeline.advisories(run), pipeline.sources(run))
    install, image = run.plan.install, None
    if by_id(install.manager).unread(posixpath.basename(install.lockfile)):
        image = (await pipeline.scanned_image(run, (await run.make()).image, known)).reports
    report = await source_gate.fixes(run.plan, sources, known.database, image)
    for suggestion in report["suggestions"]:
        print(suggestion["text"], flush=True)
    return by_content({PATCH: report["patch"]}).file(PATCH)


async def _alone(run: Run, name: str, gate: Callable[[Made], Awaitable[GateResult]]) -> str:
    made = await run.make()
    result = await pipeline.gate(name, gate(made))
    refuse(run.plan, [result], made.image, UNFIT, full=True)
    return "\n".join(results([result], full=True))
