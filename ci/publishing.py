"""From an image that passed to a release: push, evidence, a stranger's look, tags."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ci import judge
from ci.errors import ConfigError, PublishError
from ci.gates.result import GateResult
from ci.gates.signed import proven, signed
from ci.gates.smoke import smoke
from ci.gates.started import Subject
from ci.plan.ingredients import of_release
from ci.plan.release import named, split
from ci.release.evidence import Known, attest, verify
from ci.release.prove import compare, pulled
from ci.release.push import promote, push
from ci.release.rebase import rebased, rebased_tags
from ci.release.released import Released
from ci.release.released import restored as recalled
from ci.release.released import saved as remembered
from ci.report.summary import summary
from ci.run import Run
from ci.stages.assemble import Assembled
from ci.tags import Tags
from ci.together import together
from ci.trial import Tried, refuse


async def publish(run: Run, *, prove: bool = False) -> str:
    """Everything: pushes only what passed, and names it only when a stranger could pull and check it.

    Args:
        run: the run.
        prove: build a second time from nothing, and say in the provenance that the bytes were the same.

    Returns:
        A summary for people, with the reference and its digest on the first line.

    Raises:
        ConfigError: nobody said where to push, or a signature is required and there is nothing to sign with.
        PublishError: a gate failed, or the registry refused.
        ProofError: the second build gave other bytes.
    """
    _refuse(run)
    inputs = await run.inputs(of_release)
    released, sent = None if prove else await _remembered(run, inputs), None
    if not released:
        made, tried = await judge.tried(run, fresh=False)
        refuse(run.plan, tried.gates, made.image, "nothing was pushed")
        if prove:
            with run.clock.step("prove"):
                await compare(run.plan.tools, made.image.layout, await run.alone().layout())
        tried = replace(tried, gates=[*tried.gates, proven(equal=prove)])
        sent, signature = await _sent(run, made.image, tried, tags=run.plan.release.tags, again=prove)
        released = Released.of(made.image, [*tried.gates, signature], made.payload)
        await run.cache.store("release", inputs, remembered(released))
    return _told(run, released, sent, await _tagged(run, released.digest, run.plan.release.tags))


async def rebase(run: Run, ref: str, tags: list[str]) -> str:
    """Put the pinned base below a published image, try the result, and release it.

    Args:
        run: the run; its app is not built.
        ref: published image.
        tags: tags to set; empty for those that a version moves, and one with the digest of the base.

    Raises:
        ConfigError: nobody said where to push, or a signature is required and there is nothing to sign with.
        PublishError: a gate failed, or the registry refused.
    """
    plan, clock = run.plan, run.clock
    _refuse(run)
    with clock.step("rebase"):
        result = await rebased(run.client, plan, await pulled(run.client.towards(ref), ref))
    subject = Subject(image=result.image.image(plan.image.native), command=result.command, chunk=result.chunk)
    with clock.step("gates"):
        started, looked = await together(smoke(plan, subject, fresh=True), judge.looked(run, result.image, None))
    tried = replace(looked, gates=[started, *looked.gates])
    refuse(plan, tried.gates, result.image, "nothing was pushed")
    wanted = named(tags) if tags else rebased_tags(plan, result.version)
    sent, signature = await _sent(run, result.image, tried, origin=ref, tags=wanted)
    released = Released.of(result.image, [*tried.gates, signature])
    return _told(run, released, sent, await _tagged(run, result.image.digest, wanted))


def _refuse(run: Run) -> None:
    run.refuse_nowhere()
    if run.plan.trust.signature == "required" and not run.signing.signs:
        raise ConfigError(
            "release.signature is `required`, and there is nothing to sign with",
            "pass --signing-key and --signing-password, or --identity-token",
        )


async def _remembered(run: Run, inputs: Mapping[str, Any]) -> Released | None:
    """The release of the same inputs, where the registry has all of it, signed where it is to be."""
    with run.clock.step("cache"):
        kept = await run.cache.fetch("release", inputs)
        released = await recalled(kept) if kept else None
        try:
            if released:
                await verify(run.client, run.signing, f"{run.plan.release.repository}@{released.digest}")
        except PublishError as missing:
            run.cache.notes.append(f"warning: cache: release: {missing.what}")
            return None
        return released


async def _sent(
    run: Run, image: Assembled, tried: Tried, *, tags: Tags, origin: str = "", again: bool = False
) -> tuple[Mapping[str, Any], GateResult]:
    """Push, attach the evidence, and look at the result as a stranger would; returns what was sent, and the verdict.

    Args:
        run: the run.
        image: that passed.
        tried: verdicts and evidence.
        tags: that it is to get.
        origin: published image that it is a rebase of; empty for a build.
        again: whether a second build gave the same.

    Raises:
        PublishError: the registry refused.
    """
    with run.clock.step("push"):
        mounts = [split(run.plan.image.base.name)[0]]
        sent = await push(run.client, run.plan.release.repository, image, mounts)
    with run.clock.step("attest"):
        if run.signing.signs:
            known = Known(
                tags=[tag.name for tag in tags.tags],
                secrets=sorted(run.secrets),
                lockfile="" if origin else await run.lockfile(),
                origin=origin,
                rebuilt=image.digest if again else "",
            )
            await attest(run.client, run.plan, run.signing, image, tried=tried, known=known)
    with run.clock.step("verify"):
        level = await verify(run.client, run.signing, sent["ref"])
    return sent, signed(run.plan, level)


async def _tagged(run: Run, digest: str, tags: Tags) -> Mapping[str, Any]:
    with run.clock.step("tags"):
        return await promote(run.client, run.plan.release.repository, digest, tags)


def _told(run: Run, released: Released, sent: Mapping[str, Any] | None, tags: Mapping[str, Any]) -> str:
    return summary(released, sent, tags, steps=run.clock.steps, notes=[*run.cache.notes, *run.plan.notes])
