"""Stage 1, base: Node.js with a shell, the exact package manager, and a build user."""

from dataclasses import asdict, dataclass

import dagger
from dagger import dag

from ci.decide.plan.model import APP, BUILD_USER, HOME, STORE, SURROUNDINGS, InstallPlan
from ci.engine.containers import finished, image, inside, run
from ci.messages import message

ROOT_NPMRC = "/root/.npmrc"
CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


@dataclass(frozen=True, kw_only=True)
class Access:
    """How packages are reached from where the caller is.

    Attributes:
        npmrc: registries and tokens, mounted while packages are fetched.
        ca: certificates in PEM of authorities to trust beside the image's own.
    """

    npmrc: dagger.Secret | None = None
    ca: dagger.File | None = None


async def base(plan: InstallPlan, access: Access, apart: str = "") -> dagger.Container:
    """The container in which the app is installed and built.

    Args:
        plan: what to fetch.
        access: how.
        apart: a text that keeps this run's results apart from all others; empty to share them.

    Raises:
        BuildError: a package of the pipeline's own could not be fetched, or is not what was pinned.
    """
    owner = f"{BUILD_USER}:{BUILD_USER}"
    container = await trusting(image(plan.image), access.ca)
    if apart:
        container = container.with_env_variable("NEXT_DISTROLESS_APART", apart)
    if plan.fetch:
        container = await fetched(container, [asdict(fetch) for fetch in plan.fetch], plan.registry, access.npmrc)
    for directory in (HOME, APP, STORE):
        container = container.with_directory(directory, dag.directory(), owner=owner)
    for name, value in SURROUNDINGS.items():
        container = container.with_env_variable(name, value)
    return inside(container, APP).with_user(owner)


async def fetched(
    container: dagger.Container, wanted: list[dict[str, object]], registry: str, npmrc: dagger.Secret | None
) -> dagger.Container:
    """Unpack npm packages that the pipeline itself needs, as root.

    Args:
        container: with node and npm.
        wanted: packages, as ``programs/fetch.cjs`` takes them.
        registry: URL of the npm registry; empty for the public one.
        npmrc: registries and tokens.

    Raises:
        BuildError: one could not be fetched, or is not what was pinned.
    """
    container = await finished(
        run(asking(container, registry, npmrc), "fetch", wanted),
        message("build.fetch-failed"),
    )
    container = container.without_mount(ROOT_NPMRC) if npmrc else container
    return container.without_env_variable("npm_config_registry") if registry else container


def asking(container: dagger.Container, registry: str, npmrc: dagger.Secret | None) -> dagger.Container:
    """A container whose npm, as root, asks the registry of the run.

    Args:
        container: with npm.
        registry: URL of the npm registry; empty for the public one.
        npmrc: registries and tokens.
    """
    if npmrc:
        container = container.with_mounted_secret(ROOT_NPMRC, npmrc, mode=0o400)
    return container.with_env_variable("npm_config_registry", registry) if registry else container


async def trusting(container: dagger.Container, ca: dagger.File | None) -> dagger.Container:
    """A container whose Node.js trusts further authorities.

    Node does not use the system's, where an engine puts those of a company's proxy.

    Args:
        container: with Node.js.
        ca: certificates in PEM; None for the container's own alone.
    """
    if ca:
        own = await container.file(CA_BUNDLE).contents() if await container.rootfs().exists(CA_BUNDLE) else ""
        container = container.with_new_file(CA_BUNDLE, f"{own}\n{await ca.contents()}")
    return container.with_env_variable("NODE_EXTRA_CA_CERTS", CA_BUNDLE)
