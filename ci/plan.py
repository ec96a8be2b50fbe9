"""The Plan: everything that a run will do, decided before a container starts. Pure."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from ci.config import PLATFORMS, Health, Patch, Pipeline, Request, Scenario
from ci.errors import ConfigError
from ci.labels import labels
from ci.pins import ImageRef, Package, Pins
from ci.project import Project

BUILD_USER = 1001
"""Who installs and builds: not root, and not the runtime's user."""

APP = "/app"
STORE = "/store"
PACKAGES = "/opt/packages"
"""Where packages of the pipeline's own, the manager and fonts, are unpacked."""


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """An npm package that the pipeline itself needs, and where it goes."""

    package: Package
    to: str
    bin: str = ""


@dataclass(frozen=True, kw_only=True)
class BuildPlan:
    """Install and build.

    Attributes:
        image: Node.js with a shell.
        fetch: the manager, where it does not come with Node, and fonts.
        inputs: globs of the source on which the install depends.
        install: command that installs.
        rebuild: command that runs allowed install scripts; empty for none.
        store: name of the cache volume with the manager's store.
        patches: changes to the source.
        steps: commands that build, in order.
        fonts: names of ``next/font/google`` that are built without a font host.
        env: variables of the build.
        next_cache: name of the cache volume for ``.next/cache``.
    """

    image: ImageRef
    fetch: tuple[Fetch, ...]
    inputs: tuple[str, ...]
    install: tuple[str, ...]
    rebuild: tuple[str, ...]
    store: str
    patches: tuple[Patch, ...]
    steps: tuple[tuple[str, ...], ...]
    fonts: tuple[str, ...]
    env: Mapping[str, str]
    next_cache: str


@dataclass(frozen=True, kw_only=True)
class ImagePlan:
    """The image.

    Attributes:
        base: distroless Node.js.
        platforms: what is made.
        files: of the app, beside what Next.js traced.
        exclude: globs left out.
        writable: belongs to the runtime user.
        user: numeric user and group.
        command: arguments of node, the base's entrypoint.
        env: variables.
        labels: OCI labels.
        port: exposed.
        health: settings of the health check.
        healthcheck: its command, in exec form.
    """

    base: ImageRef
    platforms: tuple[str, ...]
    files: tuple[str, ...]
    exclude: tuple[str, ...]
    writable: tuple[str, ...]
    user: int
    command: tuple[str, ...]
    env: Mapping[str, str]
    labels: Mapping[str, str]
    port: int
    health: Health
    healthcheck: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SmokePlan:
    """The smoke test.

    Attributes:
        deadline: seconds until the health path must answer.
        scenarios: what is tried.
        services: image as the pipeline file names it, to its pin; over all scenarios.
    """

    deadline: int
    scenarios: tuple[Scenario, ...]
    services: Mapping[str, ImageRef]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All decisions of a run.

    Attributes:
        name: the app's name.
        manager: its package manager's name.
        build: install and build.
        image: what is packed.
        smoke: what is tried.
        address: where the image is pushed, with tag; empty where neither file nor caller said.
        notes: reasons and warnings, a line each.
    """

    name: str
    manager: str
    build: BuildPlan
    image: ImagePlan
    smoke: SmokePlan
    address: str
    notes: tuple[str, ...]

    def to_json(self) -> str:
        """The plan for people and for ``diff``."""
        return json.dumps(asdict(self), indent=2, default=str)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the caller asks for, beside the pipeline file.

    Attributes:
        address: overrides the repository; a missing tag becomes the version.
        version: overrides that of package.json.
        revision: commit of the source, 40 hex digits.
        created: time of that commit, RFC 3339.
        platforms: overrides the pipeline's.
        native: the engine's own platform.
        today: for support that has ended.
    """

    address: str = ""
    version: str = ""
    revision: str = ""
    created: str = ""
    platforms: Sequence[str] = ()
    native: str = "linux/amd64"
    today: date = date.min


def decide(project: Project, pipeline: Pipeline, pins: Pins, asked: Asked, pipeline_from: str) -> Plan:
    """Decide a run.

    Args:
        project: facts of the app.
        pipeline: the pipeline file.
        pins: images and packages.
        asked: the caller's wishes.
        pipeline_from: where the pipeline file came from, for the notes.

    Raises:
        ConfigError: a choice that cannot be met.
    """
    _refuse(asked)
    version = asked.version or project.version
    base = pins.image(f"distroless{project.node}")
    health = pipeline.runtime.health or Health()
    smoke = _smoke(pipeline, health, pins)
    image = ImagePlan(
        base=base,
        platforms=_platforms(pipeline, asked),
        files=pipeline.runtime.files,
        exclude=pipeline.runtime.exclude,
        writable=pipeline.runtime.writable,
        user=pipeline.runtime.user,
        command=pipeline.runtime.command,
        env={**_runtime_env(pipeline.runtime.port), **pipeline.runtime.env},
        labels=labels(pipeline.image, project, base, version=version, revision=asked.revision, created=asked.created),
        port=pipeline.runtime.port,
        health=health,
        healthcheck=_healthcheck(health),
    )
    build = _build(project, pipeline, pins)
    return Plan(
        name=project.name,
        manager=project.manager.name,
        build=build,
        image=image,
        smoke=smoke,
        address=_address(asked.address or pipeline.image.repository, version),
        notes=_notes(project, pins, asked, pipeline_from, [build.image, base, *smoke.services.values()]),
    )


def _refuse(asked: Asked) -> None:
    if asked.revision and not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", asked.revision):
        raise ConfigError(f"--revision: `{asked.revision}` is not a commit", "pass $(git rev-parse HEAD)")
    if asked.created and not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", asked.created):
        raise ConfigError(f"--created: `{asked.created}` is not a time", "pass $(git log -1 --format=%cI)")


def _platforms(pipeline: Pipeline, asked: Asked) -> tuple[str, ...]:
    for platform in asked.platforms:
        if platform not in PLATFORMS:
            raise ConfigError(f"--platforms: `{platform}` is not supported", f"use {' or '.join(PLATFORMS)}")
    platforms = tuple(asked.platforms) or pipeline.platforms or (asked.native,)
    if asked.native not in platforms:
        raise ConfigError(
            f"the engine runs {asked.native}, so {', '.join(platforms)} images alone cannot be tried before a push",
            f"add {asked.native} to the platforms, or use an engine on one of them",
        )
    return platforms


def _build(project: Project, pipeline: Pipeline, pins: Pins) -> BuildPlan:
    manager = project.manager
    if pipeline.build.script not in project.scripts:
        raise ConfigError(
            f"package.json has no script `{pipeline.build.script}`", "add it (`next build`), or set build.script"
        )
    vendored = _vendored_fonts(project, pins)
    return BuildPlan(
        image=pins.image(f"node{project.node}"),
        fetch=(*_manager_fetch(project, pins), *(_font_fetch(pins.fonts[name]) for name in vendored)),
        inputs=("**/package.json", manager.lockfile, ".npmrc", *manager.inputs),
        install=tuple(manager.install(STORE)),
        rebuild=tuple(manager.rebuild(pipeline.build.run_scripts)) if pipeline.build.run_scripts else (),
        store=f"next-distroless-{manager.name}-store",
        patches=pipeline.patches,
        steps=_steps(project, pipeline.build.script),
        fonts=vendored,
        env={
            "NEXT_TELEMETRY_DISABLED": "1",
            "NEXT_PRIVATE_STANDALONE": "true",
            **({"NEXT_FONT_GOOGLE_MOCKED_RESPONSES": "/pipeline/fonts.cjs"} if vendored else {}),
            **pipeline.build.env,
        },
        next_cache=f"next-distroless-next-cache-{project.name}",
    )


def _steps(project: Project, script: str) -> tuple[tuple[str, ...], ...]:
    run = project.manager.run
    generate = "gen:runtime" in project.scripts and "gen:runtime" not in project.scripts[script]
    return (*([tuple(run("gen:runtime"))] if generate else []), tuple(run(script)))


def _manager_fetch(project: Project, pins: Pins) -> list[Fetch]:
    if not project.manager_version:
        return []
    known = pins.manager(project.manager.name, project.manager_version)
    package = Package(known.name, known.version, project.manager_integrity or known.integrity)
    return [Fetch(package=package, to=f"{PACKAGES}/{known.name}", bin=known.name)]


def _vendored_fonts(project: Project, pins: Pins) -> tuple[str, ...]:
    # A mock answers for all fonts or for none: with one family unknown the build has to ask the font host.
    return project.fonts if all(name in pins.fonts for name in project.fonts) else ()


def _font_fetch(package: Package) -> Fetch:
    return Fetch(package=package, to=f"{PACKAGES}/fonts/{package.name.rpartition('/')[2]}")


def _runtime_env(port: int) -> dict[str, str]:
    return {
        "NODE_ENV": "production",
        "NEXT_TELEMETRY_DISABLED": "1",
        "HOSTNAME": "0.0.0.0",  # noqa: S104  a container listens on all of its own addresses
        "PORT": str(port),
    }


def _healthcheck(health: Health) -> tuple[str, ...]:
    """Node asks the app: a distroless image has no shell and no curl (requirement A4)."""
    script = (
        f"require('http').get({{host:'127.0.0.1',port:process.env.PORT||3000,path:{json.dumps(health.path)},"
        f"timeout:{health.timeout * 1000}}},r=>process.exit(r.statusCode==={health.status}?0:1))"
        ".on('timeout',()=>process.exit(1)).on('error',()=>process.exit(1))"
    )
    return ("/nodejs/bin/node", "-e", script)


def _smoke(pipeline: Pipeline, health: Health, pins: Pins) -> SmokePlan:
    default = Scenario(requests=(Request(path=health.path, status=health.status), Request(path="{chunk}")))
    scenarios = pipeline.smoke.scenarios or (default,)
    return SmokePlan(
        deadline=pipeline.smoke.deadline,
        scenarios=scenarios,
        services={image: pins.image(image) for s in scenarios for image in s.services.values()},
    )


def _address(repository: str, version: str) -> str:
    if "@" in repository:
        raise ConfigError(f"{repository} names a digest", "give a repository, with or without a tag")
    if not repository or ":" in repository.rpartition("/")[2]:
        return repository
    # A tag has neither the `+` of a build number nor more than 128 characters (OCI distribution specification 1.1).
    return f"{repository}:{re.sub(r'[^A-Za-z0-9_.-]', '-', version)[:128]}"


def _notes(
    project: Project, pins: Pins, asked: Asked, pipeline_from: str, images: Sequence[ImageRef]
) -> tuple[str, ...]:
    notes = [
        f"pipeline: {pipeline_from}",
        f"node {project.node}: from {project.node_reason}",
        f"package manager: {project.manager.name} {project.manager_version or '(the one that comes with Node)'}",
    ]
    ended = pins.eol.get(f"node{project.node}", "")
    if ended and asked.today.isoformat() > ended:
        notes.append(f"warning: Node.js {project.node} is out of support since {ended}: set `node:` to a newer one")
    manager = project.manager
    if project.manager_version and not (
        project.manager_integrity or pins.manager(manager.name, project.manager_version).integrity
    ):
        notes.append(
            f"warning: {manager.name} {project.manager_version} is not pinned by checksum: "
            f"let `corepack use {manager.name}@{project.manager_version}` write it into package.json"
        )
    unknown = [name for name in project.fonts if name not in pins.fonts]
    if unknown:
        notes.append(f"warning: the build asks fonts.googleapis.com for {', '.join(unknown)}")
    notes += [f"stand-in: {image.name} (this engine has no upstream images)" for image in images if image.stand_in]
    return tuple(dict.fromkeys(notes))
