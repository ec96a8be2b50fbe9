"""Stage 4c, image: a payload on distroless Node.js, for one platform."""

import posixpath

import dagger

from ci.plan.model import APP, ImagePlan
from ci.stages import containers
from ci.stages.payload import Payload


def image(plan: ImagePlan, payload: Payload, platform: str) -> dagger.Container:
    """The image of one platform."""
    files = payload.directory.with_timestamps(0)
    container = (
        containers.image(plan.base, platform)
        .with_directory(APP, files, owner="0:0")
        .with_workdir(posixpath.normpath(f"{APP}/{payload.app}"))
    )
    for name, kind in payload.writable.items():
        container = _give(container, files, name, kind, f"{plan.user}:{plan.user}")
    for name, value in plan.env.items():
        container = container.with_env_variable(name, value)
    for name, value in plan.labels.items():
        container = container.with_label(name, value)
    return (
        container.with_user(f"{plan.user}:{plan.user}")
        .with_exposed_port(plan.port)
        .with_default_args(command(plan, payload))
        .with_docker_healthcheck(
            list(plan.healthcheck),
            interval=f"{plan.health.interval}s",
            timeout=f"{plan.health.timeout}s",
            start_period=f"{plan.health.start_period}s",
            retries=plan.health.retries,
        )
    )


def command(plan: ImagePlan, payload: Payload) -> list[str]:
    """Arguments of node: a custom server needs the configuration that Next.js' own server carries in itself."""
    return [*(["--require", f"./{payload.preload}"] if payload.preload else []), *plan.command]


def _give(container: dagger.Container, files: dagger.Directory, name: str, kind: str, owner: str) -> dagger.Container:
    """Hand a file or directory of the payload to the runtime user, and nothing around it."""
    path = f"{APP}/{name}"
    if kind == "file":
        return container.with_file(path, files.file(name), owner=owner)
    return container.with_directory(path, files.directory(name), owner=owner)
