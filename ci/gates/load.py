"""Gate `load`: an image under load, started by runc in a tool container, and asked there by autocannon.

The app runs as the engine starts an image in the smoke test: its root can be written, its user is the image's own, and
it has no further rights. Its memory can be seen because the tool container runs it.

The generator is autocannon: npm packages by version and checksum (``ci/programs/autocannon.json``), installed on the
pinned image of Node.js as the pipeline installs all other npm packages, through the same mirror.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dagger
from dagger import dag

from ci.build.base import Access, asking, trusting
from ci.decide.load import asked
from ci.decide.load.asked import Rounds
from ci.decide.pins import ImageRef
from ci.decide.plan.model import Plan
from ci.engine import tool
from ci.engine.containers import PROGRAMS, finished, run, with_program
from ci.engine.containers import image as pinned
from ci.gates import by_runc
from ci.gates.contract import STREAM
from ci.intool.load.measured import Measured
from ci.intool.policy.codec import decode
from ci.messages import message

NAME = "load"
GENERATOR = "/opt/autocannon"
NODE = "/usr/local/bin/node"
IMAGES = "/images"
ARCHIVE = "/image.tar"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An image that is put under load.

    Attributes:
        archive: OCI image layout as one file, with an image for the engine's platform.
        layout: the same as a directory.
    """

    archive: dagger.File
    layout: dagger.Directory

    @classmethod
    def of(cls, archive: dagger.File, python: dagger.Container) -> "Subject":
        """From the archive alone.

        Args:
            archive: OCI image layout as one file.
            python: a container that can unpack it.
        """
        done = python.with_mounted_file(ARCHIVE, archive).with_exec(
            ["sh", "-c", f"mkdir /unpacked && tar -xf {ARCHIVE} -C /unpacked"]
        )
        return cls(archive=archive, layout=done.directory("/unpacked"))


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the generator of the load needs.

    Attributes:
        node: image with Node.js and npm.
        access: how the npm registry is reached.
    """

    node: ImageRef
    access: Access


async def load(
    plan: Plan, subjects: Mapping[str, Subject], rounds: Rounds, around: Surroundings, *, chunk: str = ""
) -> Measured:
    """Put images under load.

    Args:
        plan: what is asked, and how the app is started.
        subjects: images by the names in `rounds`.
        rounds: the starts.
        around: what the generator needs.
        chunk: URL path of a static chunk of the image; empty where none is known.

    Raises:
        BuildError: the generator could not be installed.
        ConfigError: a route is a static chunk, and none is known.
        PublishError: an image has no form that can be started, or the generator failed.
    """
    arguments = questions(plan, rounds, chunk)
    generator = await installed(plan, around)
    container = tool.with_runc(tool.python(plan.tools, NAME), plan.tools)
    container = with_program(container.with_file(NODE, pinned(around.node).file(NODE)), NAME)
    container = container.with_mounted_directory(GENERATOR, generator)
    platform = dagger.Platform(plan.image.native)
    for name, subject in subjects.items():
        root = dag.container(platform=platform).import_(subject.archive).rootfs()
        container = container.with_mounted_directory(f"{IMAGES}/{name}/root", root)
        container = container.with_mounted_directory(f"{IMAGES}/{name}/layout", subject.layout)
    container = by_runc.beside(container, plan, asked.scenario(plan))
    container = container.with_env_variable("NODE_PATH", f"{GENERATOR}/node_modules")
    found = await by_runc.report(container, NAME, "measure", arguments, fresh=True)
    return Measured(unavailable=by_runc.HOW_TO_ALLOW) if found is None else measured(found)


def measured(report: object) -> Measured:
    """What was measured, from the report. Pure.

    Raises:
        Failure: the report has another form.
    """
    found: Measured = decode(Measured, report, "report of the load")
    return found


def questions(plan: Plan, rounds: Rounds, chunk: str) -> Mapping[str, Any]:
    """The arguments of the operation. Pure.

    Args:
        plan: what is asked, and how the app is started.
        rounds: the starts.
        chunk: URL path of a static chunk; empty where none is known.

    Raises:
        ConfigError: a route is a static chunk, and none is known.
    """
    health, scenario = plan.image.health, asked.scenario(plan)
    return {
        "images": {
            name: {part: f"{IMAGES}/{name}/{part}" for part in ("layout", "root")}
            for name in dict.fromkeys(rounds.order)
        },
        "order": list(rounds.order),
        "platform": plan.image.native,
        "runc": tool.RUNC,
        "load": {
            "generator": [NODE, f"{PROGRAMS}/{NAME}.cjs"],
            "asked": asked.generator(plan.load, asked.routes(plan, chunk), chunk),
            "warmup": rounds.warmup,
            "seconds": rounds.seconds,
            "session": plan.load.session,
        },
        "env": dict(scenario.env),
        "port": plan.image.port,
        "health": health.path,
        "status": health.status,
        "others": list(plan.image.others),
        "deadline": plan.smoke.deadline,
        "writable": {},
        "questions": [
            {
                "path": one.path.replace(asked.CHUNK, chunk),
                "method": one.method,
                "json": one.json,
                "status": one.status,
                "cookies": one.cookies,
                "stream": any(STREAM in value for value in one.header.values()),
            }
            for one in scenario.requests
            if chunk or asked.CHUNK not in one.path
        ],
        "memory_mb": plan.trust.harden.memory,
        "pids": 0,
    }


async def installed(plan: Plan, around: Surroundings) -> dagger.Directory:
    """The generator with all that it needs, checked against the pinned checksums.

    Raises:
        BuildError: a package could not be fetched, or is not what was pinned.
    """
    container = asking(
        await trusting(pinned(around.node), around.access.ca), plan.install.registry, around.access.npmrc
    )
    done = await finished(run(container, "autocannon", GENERATOR), message("load.generator"))
    return done.directory(GENERATOR)
