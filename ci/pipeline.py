"""The steps and gates of a run, in order: the file to read first.

::

    base ─► deps ─► build ─► payload ─► assemble       ci/build, called by Run
    plan · source · image · started · waivers          ci/gates, each as soon as there is what it looks at
    push ─► attest ─► verify ─► tags                   ci/release, nothing before every gate has passed
"""

import json
import posixpath
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import dagger

from ci.build.assemble import Assembled
from ci.build.made import Made
from ci.build.payload import Payload
from ci.build.run import Run
from ci.decide.plan.health import settled
from ci.decide.plan.model import APP, Earlier, Plan
from ci.decide.plan.start import command
from ci.engine import progress
from ci.engine.concurrent import gather
from ci.engine.once import Once
from ci.engine.record import measured
from ci.gates import environment
from ci.gates.base import base
from ci.gates.contract import contract
from ci.gates.database import Database, database
from ci.gates.hardening import hardening
from ci.gates.in_image import Subject
from ci.gates.leaks import leaks
from ci.gates.plan import plan_gate
from ci.gates.sbom import Written, sbom, written
from ci.gates.scan import Scanned, scan
from ci.gates.semgrep import names, rules
from ci.gates.signature import signed
from ci.gates.slim import slim
from ci.gates.smoke import smoke
from ci.gates.source import MODULES, Sources, source
from ci.gates.verdicts import Verdicts
from ci.gates.waivers import waivers_gate
from ci.intool.attest.provenance import provenance
from ci.intool.common.reference import split
from ci.intool.policy import GateResult
from ci.intool.tags import Tags
from ci.release.evidence import SOURCE, Known, attest, earlier, facts, verify
from ci.release.push import promote, push

Findings = Sequence[Mapping[str, str]]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Advisories:
    """What scanners compare with.

    Attributes:
        database: of vulnerabilities.
        earlier: findings of the last release; None where there is none.
        rules: ids of the rules that looked at its source; none where its scan says nothing of the source.
    """

    database: Database
    earlier: Earlier
    rules: Sequence[str] = ()

    @property
    def of_source(self) -> Earlier:
        """What the last release had, for what reads the source; None where nobody knows what its source had."""
        return self.earlier if self.rules else None


@dataclass(frozen=True, kw_only=True)
class Early:
    """What does not wait for the image: it begins with the build, and is done once for all that ask for it.

    Attributes:
        run: the run.
    """

    run: Run
    _known: Once[Advisories] = field(default_factory=Once)
    _below: Once[GateResult] = field(default_factory=Once)
    _source: Once[tuple[list[GateResult], Findings]] = field(default_factory=Once)

    async def known(self) -> Advisories:
        """What scanners compare with."""
        return await self._known.get(lambda: advisories(self.run))

    async def below(self) -> GateResult:
        """The gate ``base``."""
        return await self._below.get(lambda: gate("base", base(self.run.plan, self.run.client)))

    async def source(self) -> tuple[list[GateResult], Findings]:
        """The gates that read the source."""
        return await self._source.get(lambda: source_gates(self.run, self))


async def build_and_check(run: Run, *, fresh: bool) -> tuple[Made, Verdicts]:
    """Make the image, and let every gate judge it and its source.

    Args:
        run: the run.
        fresh: start the image although it passed on this engine before.
    """
    early = Early(run=run)
    judged: tuple[Made, Verdicts]
    judged, *_ = await gather(_made_and_judged(run, early, fresh=fresh), early.source(), early.below())
    return judged


async def _made_and_judged(run: Run, early: Early, *, fresh: bool) -> tuple[Made, Verdicts]:
    made = await run.make()
    with run.clock.step("gates") as step:
        started, of_image, (of_source, found) = await gather(
            started_gates(run.plan, made, fresh=fresh), image_gates(run, made.image, made, early), early.source()
        )
        gates = [plan_gate(run.plan), *of_source, *of_image.gates, *started]
        if not all(gate.passed for gate in gates):
            progress.fail(step)
    judged = [*gates, waivers_gate(run.plan, gates)]
    return made, replace(of_image, gates=judged, found=[*of_image.found, *found], rules=names())


async def source_gates(run: Run, early: Early) -> tuple[list[GateResult], Findings]:
    """Gates that read the source: Semgrep's rules, and what Trivy finds in the lockfile and the files."""

    async def by_trivy() -> tuple[GateResult, Findings]:
        installed, known = await gather(sources(run), early.known())
        work = source(run.plan, installed, known.database, known.of_source)
        return await gate("source", work, lambda found: found[0])

    async def by_semgrep() -> tuple[GateResult, Findings]:
        known = await early.known()
        work = rules(run.plan, run.source, known.of_source, known.rules)
        return await gate("rules", work, lambda found: found[0])

    (by_rules, in_code), (scanned, found) = await gather(by_semgrep(), by_trivy())
    return [by_rules, scanned], [{**one, "in": SOURCE} for one in (*in_code, *found)]


async def image_gates(run: Run, image: Assembled, made: Made | None, early: Early) -> Verdicts:
    """Gates that only look at the image: hardening, scan, SBOM, base, leaks.

    Args:
        run: the run.
        image: as layout.
        made: what this run built; None for an image of another run.
        early: what does not wait for it.
    """
    plan, packed, known = run.plan, made.payload if made else None, await early.known()
    once: Once[Written] = Once()

    async def documents() -> Written:
        return await once.get(lambda: progress.shown("packages", written(plan, image, locked=made is not None)))

    hard, scanned, leaked, listed, below = await gather(
        gate(
            "hardening",
            hardening(plan, image, packed, run.client.registry, seeded=run.seed is not None),
            lambda found: found.gate,
        ),
        gate("scan", scanned_image(run, image, known), lambda found: found.gate),
        gate("leaks", leaks(plan, image, documents, run.secrets, texts(run, made))),
        documents(),
        early.below(),
    )
    sboms = await gate("sbom", sbom(plan, listed, scanned.reports), lambda found: found.gate)
    return Verdicts(
        gates=[hard.gate, scanned.gate, sboms.gate, below, leaked],
        sboms=sboms,
        scanned=scanned,
        found=scanned.report["found"],
        files=hard.files,
    )


async def scanned_image(run: Run, image: Assembled, known: Advisories) -> Scanned:
    """The gate `scan`; where it finds a secret, the installed packages are asked whether it is one."""

    async def installed() -> dagger.Directory:
        return (await run.deps()).container.directory(APP)

    # By a token the run may fetch packages that nobody else may.
    public = None if run.access.npmrc else installed
    return await scan(run.plan, image, run.source, known.database, known.earlier, installed=public)


async def started_gates(plan: Plan, made: Made, *, fresh: bool) -> list[GateResult]:
    """Gates that start the image, and the one that judges what its bundle does with variables."""
    plan = settled(plan, made.payload.alive, made.payload.behind)
    slimmed = subject(plan, made.image, made.payload)
    work = [gate("smoke", smoke(plan, slimmed, fresh=fresh))]
    if made.full:
        work.append(gate("slim", slim(plan, with_all(slimmed, made.full), slimmed, made.payload)))
    if plan.trust.harden.contract:
        work.append(gate("contract", contract(plan, made.image, made.payload, fresh=fresh)))
    return [environment.judge(plan, made.variables), *await gather(*work)]


async def gate(name: str, work: Awaitable[T], result: Callable[[Any], GateResult] = lambda done: done) -> T:
    """Run a gate, shown by its name and as failed where it stops the release.

    Args:
        name: of the gate.
        work: runs it.
        result: finds its result in what the work gives.
    """
    with measured(name, "gates"), progress.step(name) as step:
        done = await work
        if not result(done).passed:
            progress.fail(step)
        return done


async def released(
    run: Run, image: Assembled, verdicts: Verdicts, *, tags: Tags, origin: str = "", again: bool = False
) -> tuple[Mapping[str, Any], GateResult]:
    """Push an image that passed, attach the evidence, and read it back as any user can; sets no tag.

    Args:
        run: the run.
        image: that passed.
        verdicts: of all gates, with the evidence.
        tags: that it is to get.
        origin: published image that it is a rebase of; empty for a build.
        again: whether a second build gave the same.

    Returns:
        What was sent, and the result of the gate ``signature``.

    Raises:
        PublishError: the registry refused.
    """
    with run.clock.step("push"):
        mounts = [split(run.plan.image.base.name)[0]]
        sent = await push(run.client, run.plan.release.repository, image, mounts)
    if run.signing.signs:
        with run.clock.step("attest"):
            known = Known(
                tags=[tag.name for tag in tags.tags],
                secrets=sorted(run.secrets),
                lockfile="" if origin else await run.lockfile(),
                origin=origin,
                rebuilt=image.digest if again else "",
            )
            level = await attest(run.client, run.plan, run.signing, image, verdicts=verdicts, known=known)
    else:
        with run.clock.step("verify"):
            level = await verify(run.client, run.signing, sent["ref"])
    return sent, signed(run.plan, level)


async def tagged(run: Run, digest: str, tags: Tags) -> Mapping[str, Any]:
    """Set the tags: the last step of a release."""
    with run.clock.step("tags"):
        return await promote(run.client, run.plan.release.repository, digest, tags)


async def advisories(run: Run) -> Advisories:
    """Fetch what scanners compare with."""
    with run.clock.step("database"):
        fetched, last = await gather(database(run.plan, run.client), earlier(run.client, run.plan, run.signing))
        return Advisories(database=fetched, earlier=last[0], rules=last[1])


async def sources(run: Run) -> Sources:
    """What source gates read: the files, and the installed packages."""
    directory = posixpath.normpath(f"{APP}/{run.plan.install.directory}")
    return Sources(files=run.source, modules=(await run.deps()).container.directory(f"{directory}/{MODULES}"))


def subject(plan: Plan, image: Assembled, packed: Payload) -> Subject:
    """The image that the engine can run, with what is needed to start it."""
    native, argv = plan.image.native, command(plan.image, packed.app, packed.preload)
    return Subject(image=image.image(native), command=argv, chunk=packed.chunk)


def with_all(slimmed: Subject, full: dagger.Directory) -> Subject:
    """The image before anything was left out: only the app's files differ."""
    return replace(slimmed, image=slimmed.image.with_mounted_directory(APP, full))


def texts(run: Run, made: Made | None) -> dict[str, str]:
    """What a run writes beside the image; it is searched for secrets too."""
    stated = provenance(facts(run.plan, run.signing, Known(secrets=sorted(run.secrets))))
    return {**(made.log if made else {}), "provenance.json": json.dumps(stated)}
