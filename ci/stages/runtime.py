"""Stage 4, runtime: the traced server on distroless Node.js, for each platform."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import dagger

from ci.errors import PayloadError
from ci.plan import APP, ImagePlan
from ci.stages.containers import finished, image, program

PAYLOAD = "/tmp/payload"  # noqa: S108  a path inside the build container
REPORT = "/tmp/payload.json"  # noqa: S108


@dataclass(frozen=True, kw_only=True)
class Payload:
    """What goes on top of the base.

    Attributes:
        directory: its files.
        app: directory of server.js in it; ``.`` unless the app is part of a workspace.
        bytes: size of all files.
        native: files of machine code, with the platform they are for.
        writable: paths that belong to the runtime user, ``file`` or ``directory`` each.
        chunk: URL path of a static chunk.
    """

    directory: dagger.Directory
    app: str
    bytes: int
    native: Mapping[str, str]
    writable: Mapping[str, str]
    chunk: str


async def payload(plan: ImagePlan, build: dagger.Container) -> Payload:
    """Collect the payload from a finished build.

    Raises:
        PayloadError: no standalone output, a file that is not there, a link that leads nowhere.
    """
    wishes = {"files": plan.files, "exclude": plan.exclude, "writable": plan.writable}
    done = await finished(
        build.with_exec(program("payload", wishes, PAYLOAD, REPORT)),
        "the build's result could not be packed",
        "see the lines above",
        PayloadError,
    )
    report = json.loads(await done.file(REPORT).contents())
    return Payload(directory=done.directory(PAYLOAD), **report)


def images(plan: ImagePlan, payload: Payload) -> dict[str, dagger.Container]:
    """The image for each platform: the same JavaScript, each platform's base.

    Raises:
        PayloadError: the payload has machine code for another platform.
    """
    for platform in plan.platforms:
        foreign = [name for name, machine in payload.native.items() if machine != platform]
        if foreign:
            raise PayloadError(
                f"{foreign[0]} is machine code for {payload.native[foreign[0]]}, so there can be no {platform} image",
                f"leave it out (runtime.exclude), or publish without {platform} (platforms)",
            )
    return {platform: _image(plan, payload, platform) for platform in plan.platforms}


def _image(plan: ImagePlan, payload: Payload, platform: str) -> dagger.Container:
    workdir = APP if payload.app == "." else f"{APP}/{payload.app}"
    files = payload.directory.with_timestamps(0)
    container = image(plan.base, platform).with_directory(APP, files, owner="0:0").with_workdir(workdir)
    for name, kind in payload.writable.items():
        container = _give(container, files, name, kind, f"{plan.user}:{plan.user}")
    for name, value in plan.env.items():
        container = container.with_env_variable(name, value)
    for name, value in plan.labels.items():
        container = container.with_label(name, value)
    return (
        container.with_user(f"{plan.user}:{plan.user}")
        .with_exposed_port(plan.port)
        .with_default_args(list(plan.command))
        .with_docker_healthcheck(
            list(plan.healthcheck),
            interval=f"{plan.health.interval}s",
            timeout=f"{plan.health.timeout}s",
            start_period=f"{plan.health.start_period}s",
            retries=plan.health.retries,
        )
    )


def _give(container: dagger.Container, files: dagger.Directory, name: str, kind: str, owner: str) -> dagger.Container:
    """Hand a file or directory of the payload to the runtime user, and nothing around it."""
    path = f"{APP}/{name}"
    if kind == "file":
        return container.with_file(path, files.file(name), owner=owner)
    return container.with_directory(path, files.directory(name), owner=owner)
