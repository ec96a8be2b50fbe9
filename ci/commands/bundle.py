"""``bundle``: deploy files for a published image, with its digest in them."""

from collections.abc import Mapping

import dagger

from ci.build.run import Run
from ci.decide import pins
from ci.decide.bundle.compose import files as compose
from ci.decide.bundle.deployment import Deployment, deployment
from ci.decide.bundle.kubernetes import files as kubernetes
from ci.decide.bundle.published import published
from ci.decide.bundle.signer import Signer
from ci.decide.plan.model import Plan
from ci.engine.containers import by_content
from ci.errors import ConfigError
from ci.release.evidence import own

COMPOSE, KUBERNETES = "compose", "kubernetes"
KINDS = (COMPOSE, KUBERNETES)


async def bundle(run: Run, kind: str, ref: str, key: dagger.File | None, signer: tuple[str, str]) -> dagger.Directory:
    """Write a bundle.

    Args:
        run: its plan says what the app needs; its signer is the default for `key` and `signer`.
        kind: of the bundle.
        ref: published image; empty for the one that has the first tag that `publish` would set.
        key: public key of who must have signed the images that a cluster admits.
        signer: identity and issuer in place of a key.

    Raises:
        ConfigError: there is no such kind, no tag to look for, no image behind the reference, or no single signer.
        PublishError: the registry refused, or has no such image.
    """
    if kind not in KINDS:
        raise ConfigError.of("arguments.bundle-kind", given=kind, known=KINDS)
    identity, issuer = signer
    trusted = Signer.of(key=await key.contents() if key else "", identity=identity, issuer=issuer)
    reference = ref or tagged(run.plan)
    info = await run.client.towards(reference).run("manager", "info", reference=reference)
    if kind == KUBERNETES and not trusted and run.signing.signs:
        trusted = Signer.of(**await own(run.client, run.signing))
    return by_content(written(kind, deployment(run.plan, published(info, reference), pins.load()), trusted))


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


def written(kind: str, what: Deployment, signer: Signer) -> Mapping[str, str]:
    """The files of a bundle. Pure."""
    return compose.files(what) if kind == COMPOSE else kubernetes.files(what, signer)
