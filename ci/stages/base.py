"""Stage 1, base: Node.js with a shell, the exact package manager, and a build user."""

from dataclasses import asdict

import dagger

from ci.plan import APP, BUILD_USER, BuildPlan
from ci.stages.containers import finished, image, program, with_programs

HOME = "/home/build"
ROOT_NPMRC = "/root/.npmrc"
CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


async def base(plan: BuildPlan, npmrc: dagger.Secret | None) -> dagger.Container:
    """The container in which the app is installed and built.

    Args:
        plan: what to fetch.
        npmrc: registries and tokens, mounted while the pipeline's own packages are fetched.

    Raises:
        BuildError: a package of the pipeline's own could not be fetched, or is not what was pinned.
    """
    owner = f"{BUILD_USER}:{BUILD_USER}"
    # Node does not use the system's authorities, where an engine puts those of a company's proxy.
    container = with_programs(image(plan.image)).with_env_variable("NODE_EXTRA_CA_CERTS", CA_BUNDLE)
    if plan.fetch:
        fetching = container.with_mounted_secret(ROOT_NPMRC, npmrc, mode=0o400) if npmrc else container
        fetched = fetching.with_exec(program("fetch", [asdict(fetch) for fetch in plan.fetch]))
        container = await finished(
            fetched.without_mount(ROOT_NPMRC) if npmrc else fetched,
            "fetching the pipeline's own packages failed",
            "check that the npm registry is in reach",
        )
    return (
        container.with_directory(HOME, _empty(), owner=owner)
        .with_directory(APP, _empty(), owner=owner)
        .with_env_variable("HOME", HOME)
        .with_env_variable("CI", "1")
        .with_workdir(APP)
        .with_user(owner)
    )


def _empty() -> dagger.Directory:
    return dagger.dag.directory()
