"""`publish` and `rebase`: from a run to a release."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dagger

from ci import pipeline
from ci.build.run import Run
from ci.commands.refusal import refuse
from ci.decide.plan.cache_inputs import of_release
from ci.decide.plan.health import settled
from ci.decide.plan.release import named
from ci.engine import progress
from ci.engine.concurrent import gather
from ci.engine.containers import by_content
from ci.errors import ConfigError, PublishError
from ci.gates.in_image import Subject
from ci.gates.signature import proven
from ci.gates.smoke import smoke
from ci.release.evidence import attested, verify
from ci.release.prove import compare, pulled
from ci.release.rebase import in_source, names_of, rebased, rebased_tags
from ci.release.result import Released, restored, saved
from ci.release.unchanged import Keeper, key_of
from ci.report.summary import summary
from ci.report.timeline import lines, rows
from ci.report.timeline_svg import svg

TIMELINE = "timeline.svg"
NOT_PUSHED = "nothing was pushed"


async def publish(run: Run, *, prove: bool = False, fresh: bool = False, profile: bool = False) -> str:
    """Build, run the gates, push, sign, verify as any user can, and set the tags; nothing is pushed if a gate fails.

    Where this engine released the same today, that release is verified and gets its tags, and nothing else is done.

    Args:
        run: the run.
        prove: build a second time from nothing, and say in the provenance that the bytes were the same.
        fresh: judge again, also what was released before.
        profile: add a timeline of the run to the summary.

    Returns:
        A summary for people, with the reference and its digest on the first line.

    Raises:
        ConfigError: no address to push to, or a signature is required and there is nothing to sign with.
        PublishError: a gate failed, or the registry refused.
        ProofError: the second build gave other bytes.
    """
    text = await _published(run, prove=prove, fresh=fresh)
    return "\n".join([text, *lines(rows(run.clock.timeline))]) if profile else text


async def timeline(run: Run) -> dagger.File:
    """Publish, print the summary, and draw the run.

    Raises:
        PipelineError: as of ``publish``.
    """
    print(await publish(run), flush=True)
    title = f"{run.plan.name}: publish of {run.plan.trust.now}"
    return by_content({TIMELINE: svg(rows(run.clock.timeline), title)}).file(TIMELINE)


async def _published(run: Run, *, prove: bool, fresh: bool) -> str:
    _refuse(run)
    again, tags, keeper = prove or fresh, run.plan.release.tags, await _keeper(run)
    if not again:
        with run.clock.step("last release"):
            found = await keeper.look(tags)
        if found.released and found.promoted:
            since = f"{found.since}; verified now: {found.level}"
            return _summary(run, found.released, None, found.promoted, since=since)
        if found.known:
            run.cache.journal.note("release", f"made again: {found.why}")
    inputs = await run.inputs(of_release)
    result = None if again else await _remembered(run, inputs)
    if not result:
        made, verdicts = await pipeline.build_and_check(run, fresh=fresh)
        refuse(run.plan, verdicts.gates, made.image, NOT_PUSHED)
        if prove:
            with run.clock.step("prove"):
                await compare(run.plan.tools, made.image.layout, await run.alone().layout())
        verdicts = replace(verdicts, gates=[*verdicts.gates, proven(equal=prove)])
        sent, signature = await pipeline.released(run, made.image, verdicts, tags=tags, again=prove)
        result = Released.of(made.image, [*verdicts.gates, signature], made.payload)
        await run.cache.store("release", inputs, saved(result))
        with run.clock.step("tags"):
            promoted, problem = await keeper.finish(result, verdicts.scanned.database, tags)
        if problem:
            run.cache.journal.warn("release", f"not remembered: {problem}")
        return _summary(run, result, sent, promoted)
    return _summary(run, result, None, await pipeline.tagged(run, result.digest, tags))


async def rebase(run: Run, ref: str, tags: list[str]) -> str:
    """Put the pinned base below a published image, run the gates on the result, and release it.

    Args:
        run: the run; its app is not built.
        ref: published image.
        tags: tags to set; empty for those that a version moves, and one with the digest of the base.

    Raises:
        ConfigError: no address to push to, or a signature is required and there is nothing to sign with.
        PublishError: a gate failed, or the registry refused.
    """
    plan, clock = run.plan, run.clock
    _refuse(run)
    with clock.step("rebase"):
        published = run.client.towards(ref)
        result = await rebased(run.client, plan, await pulled(published, ref))
        before, looked = await attested(published, run.signing, ref)
        there = await published.run("registry", "released", reference=ref, names=names_of(plan, result.version))
    subject = Subject(image=result.image.image(plan.image.native), command=result.command, chunk=result.chunk)
    early = pipeline.Early(run=run)
    with clock.step("gates") as step:
        started, of_image = await gather(
            pipeline.gate("smoke", smoke(settled(plan, [result.chunk] if result.chunk else []), subject, fresh=True)),
            pipeline.image_gates(run, result.image, None, early),
        )
        found = [*of_image.found, *in_source(before)]
        verdicts = replace(of_image, gates=[started, *of_image.gates], found=found, rules=looked)
        if not all(gate.passed for gate in verdicts.gates):
            progress.fail(step)
    refuse(plan, verdicts.gates, result.image, NOT_PUSHED, full=True)
    wanted = named(tags) if tags else rebased_tags(plan, there["version"])
    sent, signature = await pipeline.released(run, result.image, verdicts, origin=ref, tags=wanted)
    released = Released.of(result.image, [*verdicts.gates, signature])
    return _summary(run, released, sent, await pipeline.tagged(run, result.image.digest, wanted), full=True)


def _refuse(run: Run) -> None:
    run.refuse_nowhere()
    if run.plan.trust.signature == "required" and not run.signing.signs:
        raise ConfigError.of("arguments.no-signer")


async def _keeper(run: Run) -> Keeper:
    """Knows this engine's release of the same inputs."""
    inputs, marks, lockfile = await gather(run.depends(of_release), run.marks(), run.lockfile())
    key = key_of(run.plan, run.signing, inputs, secrets=sorted(run.secrets), marks=marks, lockfile=lockfile)
    return Keeper(client=run.client, plan=run.plan, signing=run.signing, key=key)


async def _remembered(run: Run, inputs: Mapping[str, Any]) -> Released | None:
    """The release of the same inputs, where the registry has all of it, signed where it is to be."""
    with run.clock.step("cache"):
        kept = await run.cache.fetch("release", inputs)
        try:
            released = await restored(kept) if kept else None
            if released:
                await verify(run.client, run.signing, f"{run.plan.release.repository}@{released.digest}")
        except PublishError as missing:
            run.cache.journal.warn("release", missing.what)
            return None
        return released


def _summary(
    run: Run,
    released: Released,
    sent: Mapping[str, Any] | None,
    tags: Mapping[str, Any],
    *,
    since: str = "",
    full: bool = False,
) -> str:
    notes = [*run.cache.journal.notes, *run.plan.notes]
    steps, total = run.clock.steps, run.clock.total
    return summary(released, sent, tags, since=since, steps=steps, total=total, notes=notes, full=full)
