"""`publish` and `rebase`: from a run to a release."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ci import pipeline
from ci.build.run import Run
from ci.commands.refusal import refuse
from ci.decide.plan.cache_inputs import of_release
from ci.decide.plan.health import settled
from ci.decide.plan.release import named
from ci.engine import progress
from ci.engine.concurrent import gather
from ci.errors import ConfigError, PublishError
from ci.gates.in_image import Subject
from ci.gates.signature import proven
from ci.gates.smoke import smoke
from ci.release.evidence import verify
from ci.release.prove import compare, pulled
from ci.release.rebase import names_of, rebased, rebased_tags
from ci.release.result import Released, restored, saved
from ci.report.summary import summary

NOT_PUSHED = "nothing was pushed"


async def publish(run: Run, *, prove: bool = False) -> str:
    """Build, run the gates, push, sign, verify as any user can, and set the tags; nothing is pushed if a gate fails.

    Args:
        run: the run.
        prove: build a second time from nothing, and say in the provenance that the bytes were the same.

    Returns:
        A summary for people, with the reference and its digest on the first line.

    Raises:
        ConfigError: no address to push to, or a signature is required and there is nothing to sign with.
        PublishError: a gate failed, or the registry refused.
        ProofError: the second build gave other bytes.
    """
    _refuse(run)
    inputs, tags = await run.inputs(of_release), run.plan.release.tags
    result, sent = None if prove else await _remembered(run, inputs), None
    if not result:
        made, verdicts = await pipeline.build_and_check(run, fresh=False)
        refuse(run.plan, verdicts.gates, made.image, NOT_PUSHED)
        if prove:
            with run.clock.step("prove"):
                await compare(run.plan.tools, made.image.layout, await run.alone().layout())
        verdicts = replace(verdicts, gates=[*verdicts.gates, proven(equal=prove)])
        sent, signature = await pipeline.released(run, made.image, verdicts, tags=tags, again=prove)
        result = Released.of(made.image, [*verdicts.gates, signature], made.payload)
        await run.cache.store("release", inputs, saved(result))
    return _summary(run, result, sent, await pipeline.tagged(run, result.digest, tags))


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
        there = await published.run("registry", "released", reference=ref, names=names_of(plan, result.version))
    subject = Subject(image=result.image.image(plan.image.native), command=result.command, chunk=result.chunk)
    early = pipeline.Early(run=run)
    known = await early.known()
    with clock.step("gates") as step:
        started, of_image = await gather(
            pipeline.gate("smoke", smoke(settled(plan, [result.chunk] if result.chunk else []), subject, fresh=True)),
            pipeline.image_gates(run, result.image, None, early),
        )
        found = [*of_image.found, *known.in_source()]
        verdicts = replace(of_image, gates=[started, *of_image.gates], found=found, rules=known.rules)
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
    run: Run, released: Released, sent: Mapping[str, Any] | None, tags: Mapping[str, Any], *, full: bool = False
) -> str:
    notes = [*run.cache.journal.notes, *run.plan.notes]
    return summary(released, sent, tags, steps=run.clock.steps, total=run.clock.total, notes=notes, full=full)
