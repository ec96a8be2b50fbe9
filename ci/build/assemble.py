"""Stage 5, assembly: payloads on distroless Node.js as one OCI layout, the same bytes on every engine."""

import json
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dagger
from dagger import dag

from ci.build.payload import Payload
from ci.decide.pins import ImageRef
from ci.decide.plan.health import START_INTERVAL
from ci.decide.plan.model import APP, Plan, Tools
from ci.decide.plan.start import command
from ci.engine import tool
from ci.engine.concurrent import gather
from ci.engine.containers import by_content, finished
from ci.engine.registries import Registry
from ci.errors import PayloadError, PipelineError
from ci.intool.common.reference import host_of, split
from ci.messages import message

LAYOUT = "/layout"
ARCHIVE = "/layout.tar"
PLACED = "/placed"
REPORT = "/report.json"
LEVEL = 6
"""Of the compression of layers."""

SECOND = 1_000_000_000
"""Nanoseconds, in which a health check's times are written (Docker image specification 1.2)."""


@dataclass(frozen=True, kw_only=True)
class Assembled:
    """An image for all its platforms.

    Attributes:
        layout: as OCI image layout.
        archive: the same as one tar file.
        digest: of its index.
        platforms: platform to what ``ci/intool/oci`` reports of it: digest, size, layers.
    """

    layout: dagger.Directory
    archive: dagger.File
    digest: str
    platforms: Mapping[str, Any]

    def image(self, platform: str) -> dagger.Container:
        """The image of one platform, as a container that the engine can run."""
        return dag.container(platform=dagger.Platform(platform)).import_(self.archive)


async def assemble(plan: Plan, payloads: Mapping[str, Payload], registry: Registry) -> Assembled:
    """Assemble.

    Args:
        plan: all decisions.
        payloads: platform to the files on top of the base.
        registry: how the base image is reached.

    Raises:
        PayloadError: the payload cannot become layers.
    """
    container = tool.python(plan.tools, "oci")
    bases = await gather(*(base(plan.tools, plan.image.base, platform, registry) for platform in payloads))
    places = {}
    for (platform, payload), below in zip(payloads.items(), bases, strict=True):
        name = platform.replace("/", "-")
        places[platform] = {"base": f"/in/{name}/base", "payload": f"/in/{name}/payload"}
        container = container.with_mounted_directory(f"/in/{name}/base", below).with_mounted_directory(
            f"/in/{name}/payload", payload.directory
        )
    spec = {"platforms": places, "level": LEVEL, **described(plan, next(iter(payloads.values())))}
    image, _ = await written(container, "assemble", spec, PayloadError)
    return image


async def placed(plan: Plan, payload: Payload) -> dagger.Directory:
    """A payload as an image has it at ``APP``, without the work of packing it.

    Args:
        plan: all decisions.
        payload: the files.

    Raises:
        PayloadError: the payload cannot become a part of an image.
    """
    spec = {
        "payload": "/in/payload",
        "app": payload.app,
        "dist": payload.dist,
        "writable": dict(payload.writable),
        "user": plan.image.user,
    }
    container = tool.python(plan.tools, "oci").with_mounted_directory("/in/payload", payload.directory)
    done = await finished(
        container.with_mounted_directory("/spec", by_content({"spec.json": json.dumps(spec)})).with_exec(
            ["python3", "-m", "ci.intool.oci", "place", "/spec/spec.json", PLACED, REPORT]
        ),
        message("build.assembly", operation="place"),
        PayloadError,
    )
    return done.directory(PLACED)


async def written(
    container: dagger.Container, operation: str, spec: Mapping[str, Any], error: type[PipelineError]
) -> tuple[Assembled, Mapping[str, Any]]:
    """Run ``ci/intool/oci`` to write an image; gives its whole report too.

    Args:
        container: with ``ci/intool/oci``, and all that the spec names.
        operation: ``assemble`` or ``rebase``.
        spec: its input.
        error: class of the error where it refuses.

    Raises:
        PipelineError: it does.
    """
    done = await finished(
        container.with_mounted_directory("/spec", by_content({"spec.json": json.dumps(spec)}))
        .with_exec(["python3", "-m", "ci.intool.oci", operation, "/spec/spec.json", LAYOUT, REPORT])
        .with_exec(["tar", "-cf", ARCHIVE, "-C", LAYOUT, "."]),
        message("build.assembly", operation=operation),
        error,
    )
    report = json.loads(await done.file(REPORT).contents())
    image = Assembled(
        layout=done.directory(LAYOUT),
        archive=done.file(ARCHIVE),
        digest=report["digest"],
        platforms=report["platforms"],
    )
    return image, report


async def base(tools: Tools, ref: ImageRef, platform: str, registry: Registry) -> dagger.Directory:
    """A base image, for a platform, as OCI layout, with the very blobs that its registry has.

    The engine itself would pack its layers again after a restart (0.21).
    """
    container = tool.with_regctl(tool.python(tools), tools)
    container = (await registry.reached_from(container, host_of(ref.name))).with_exec(
        ["regctl", "image", "copy", "--platform", platform, _by_digest(ref), "ocidir:///base:base"]
    )
    done = await finished(container, message("build.base", image=ref.name))
    return done.directory("/base")


def _by_digest(ref: ImageRef) -> str:
    return f"{split(ref.name)[0]}@{ref.digest}"


def described(plan: Plan, payload: Payload) -> dict[str, Any]:
    """Input of the assembly beside files: names, owners and configuration. Pure."""
    image = plan.image
    return {
        "base": {"name": image.base.name, "digest": image.base.digest},
        "prefix": APP.lstrip("/"),
        "app": payload.app,
        "dist": payload.dist,
        "writable": dict(payload.writable),
        "user": image.user,
        "config": {
            "User": f"{image.user}:{image.user}",
            "Env": dict(image.env),
            "Cmd": command(image, payload.app, payload.preload),
            "WorkingDir": posixpath.normpath(f"{APP}/{payload.app}"),
            "Labels": dict(image.labels),
            "ExposedPorts": [f"{image.port}/tcp"],
            "Healthcheck": {
                "Test": ["CMD", *image.healthcheck],
                "Interval": image.health.interval * SECOND,
                "Timeout": image.health.timeout * SECOND,
                "StartPeriod": image.health.start_period * SECOND,
                "StartInterval": START_INTERVAL * SECOND,
                "Retries": image.health.retries,
            },
        },
        "created": plan.release.created,
        "annotations": dict(plan.release.annotations),
        "compression": plan.release.compression,
    }
