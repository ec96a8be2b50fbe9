"""All gates of a run, and each of them alone."""

import json
import posixpath
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

import dagger

from ci.attest.provenance import provenance
from ci.gates.base import base
from ci.gates.database import Database, database
from ci.gates.decided import decided, idle
from ci.gates.hardening import hardening
from ci.gates.leaks import leaks
from ci.gates.result import GateResult
from ci.gates.rules import rules
from ci.gates.sbom import Bills, sbom
from ci.gates.scan import scan
from ci.gates.smoke import smoke
from ci.gates.source import MODULES, Sources
from ci.gates.source import fixes as suggested
from ci.gates.source import source as judge_source
from ci.plan.model import APP
from ci.release.evidence import Known, earlier, facts
from ci.release.released import Released
from ci.report.compliance import report
from ci.report.summary import gate_lines, payload_lines
from ci.run import Run
from ci.stages.assemble import Assembled
from ci.stages.containers import handed
from ci.together import together
from ci.trial import Made, Tried, refuse, runs, subject

Findings = Sequence[Mapping[str, str]]
Given = tuple[Database, Findings]

PATCH = "package.json.patch"
UNFIT = "the image is not fit to be published"


async def tried(run: Run, *, fresh: bool) -> tuple[Made, Tried]:
    """Make the image, and let all gates judge it and its source.

    Args:
        run: the run.
        fresh: start the image although it passed on this engine before.
    """
    (advisories, known), made = await together(_database(run), run.make())
    with run.clock.step("gates"):
        started, looked_at, (of_source, found) = await together(
            runs(run.plan, made, fresh=fresh),
            looked(run, made.image, made, (advisories, known)),
            _of_source(run, advisories, known),
        )
    gates = [decided(run.plan), *of_source, *looked_at.gates, *started]
    return made, replace(looked_at, gates=[*gates, idle(run.plan, gates)], found=[*looked_at.found, *found])


async def looked(run: Run, image: Assembled, made: Made | None, given: Given | None = None) -> Tried:
    """Let those gates judge that only look at an image.

    Args:
        run: the run.
        image: as layout.
        made: what this run built; None where the image is of another one.
        given: database of vulnerabilities, and what the last release was found to have; None to fetch both.
    """
    plan, packed = run.plan, made.payload if made else None
    advisories, known = given or await _database(run)
    hard, scanned, bills, below = await together(
        hardening(plan, image, packed, run.client.registry, seeded=run.seed is not None),
        scan(plan, image, run.source, advisories, known),
        sbom(plan, image, locked=made is not None),
        base(plan, run.client),
    )
    leaked = await leaks(plan, image, bills.documents, run.secrets, _texts(run, made))
    return Tried(
        gates=[hard, scanned.gate, bills.gate, below, leaked],
        bills=bills,
        scanned=scanned,
        found=scanned.report["found"],
    )


def _texts(run: Run, made: Made | None) -> dict[str, str]:
    """What a run writes down of itself beside the image."""
    stated = provenance(facts(run.plan, run.signing, Known(secrets=sorted(run.secrets))))
    return {"build.log": made.log if made else "", "provenance.json": json.dumps(stated)}


async def check(run: Run) -> str:
    """Run all gates anew; returns what they measured.

    Raises:
        PublishError: one failed.
    """
    made, judged = await tried(run, fresh=True)
    refuse(run.plan, judged.gates, made.image, UNFIT)
    return "\n".join(
        [_lines(judged.gates), *payload_lines(Released.of(made.image, judged.gates, made.payload).payload)]
    )


async def compliance(run: Run) -> str:
    """What each control is met by, with the score, also where a gate fails."""
    _, judged = await tried(run, fresh=True)
    return report(judged.gates)


async def source(run: Run) -> str:
    """Judge the source alone.

    Raises:
        PublishError: a gate failed.
    """
    gates, _ = await _of_source(run, *await _database(run))
    refuse(run.plan, gates, None, "the source is not fit to be released")
    return _lines(gates)


async def smoked(run: Run) -> str:
    """Run the smoke test anew; returns what it measured.

    Raises:
        PublishError: it failed.
    """
    return await _alone(run, lambda made: smoke(run.plan, subject(run.plan, made.image, made.payload), fresh=True))


async def hardened(run: Run) -> str:
    """Judge by the table of checks.

    Raises:
        PublishError: a check failed.
    """
    seeded = run.seed is not None
    return await _alone(
        run, lambda made: hardening(run.plan, made.image, made.payload, run.client.registry, seeded=seeded)
    )


async def scanned(run: Run) -> str:
    """Judge by what Trivy finds in the image.

    Raises:
        PublishError: it finds too much.
    """

    async def gate(made: Made) -> GateResult:
        return (await scan(run.plan, made.image, run.source, *await _database(run))).gate

    return await _alone(run, gate)


async def leaking(run: Run) -> str:
    """Search for the secrets of the run.

    Raises:
        PublishError: one is there.
    """

    async def gate(made: Made) -> GateResult:
        bills = await sbom(run.plan, made.image, locked=True)
        return await leaks(run.plan, made.image, bills.documents, run.secrets, _texts(run, made))

    return await _alone(run, gate)


async def bills(run: Run) -> dagger.Directory:
    """The bills of materials.

    Raises:
        PublishError: they are not those of the image.
    """
    made = await run.make()
    found: Bills = await sbom(run.plan, made.image, locked=True)
    refuse(run.plan, [found.gate], made.image, UNFIT)
    return found.documents


async def fixes(run: Run) -> dagger.File:
    """A patch of package.json that removes the vulnerabilities that the scanner finds in the lockfile."""
    (advisories, _), sources = await together(_database(run), _sources(run))
    report = await suggested(run.plan, sources, advisories)
    for suggestion in report["suggestions"]:
        print(suggestion["text"], flush=True)
    return handed({PATCH: report["patch"]}).file(PATCH)


async def _of_source(run: Run, advisories: Database, known: Findings) -> tuple[list[GateResult], Findings]:
    sources = await _sources(run)
    by_rules, (scanned, found) = await together(
        rules(run.plan, run.source), judge_source(run.plan, sources, advisories, known)
    )
    return [by_rules, scanned], found


async def _sources(run: Run) -> Sources:
    directory = posixpath.normpath(f"{APP}/{run.plan.install.directory}")
    return Sources(files=run.source, modules=(await run.deps()).directory(f"{directory}/{MODULES}"))


async def _alone(run: Run, gate: Callable[[Made], Awaitable[GateResult]]) -> str:
    made = await run.make()
    result = await gate(made)
    refuse(run.plan, [result], made.image, UNFIT)
    return _lines([result])


async def _database(run: Run) -> Given:
    with run.clock.step("database"):
        advisories, known = await together(database(run.plan, run.client), earlier(run.client, run.plan, run.signing))
        return advisories, known


def _lines(gates: Sequence[GateResult]) -> str:
    return "\n".join(line for gate in gates for line in gate_lines(gate))
