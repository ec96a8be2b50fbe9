"""``bundle``: deploy files for a published image, with its digest in them."""

from collections.abc import Mapping

import dagger

from ci.build.run import Run
from ci.decide import pins
from ci.decide.bundle.compose import files as compose
from ci.decide.bundle.deployment import Deployment, deployment
from ci.decide.bundle.published import published
from ci.decide.plan.model import Plan
from ci.engine.containers import by_content
from ci.errors import ConfigError

KINDS = ("compose",)


async def bundle(run: Run, kind: str, ref: str) -> dagger.Directory:
    """Write a bundle.

    Args:
        run: its plan says what the app needs.
        kind: of the bundle.
        ref: published image; empty for the one that has the first tag that `publish` would set.

    Raises:
        ConfigError: there is no such kind, no tag to look for, or no image behind the reference.
        PublishError: the registry refused, or has no such image.
    """
    if kind not in KINDS:
        raise ConfigError.of("arguments.bundle-kind", given=kind, known=KINDS)
    reference = ref or tagged(run.plan)
    info = await run.client.towards(reference).run("manager", "info", reference=reference)
    return by_content(written(deployment(run.plan, published(info, reference), pins.load())))


def tagged(plan: Plan) -> str:
    """The reference of the first tag that a release would set. Pure.

    Raises:
        ConfigError: there is no address, or no rule gives a tag.
    """
    release = plan.release
    if not release.repository:
        raise ConfigError.of("arguments.no-address")
    if not release.tags.tags:
        raise ConfigError.of("arguments.bundle-ref")
    return f"{release.repository}:{release.tags.main}"


def written(what: Deployment) -> Mapping[str, str]:
    """The files of a bundle. Pure."""
    return compose.files(what)
