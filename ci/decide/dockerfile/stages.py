"""The stages of the file: programs, base, deps, build, payload, and the image itself."""

import base64
import posixpath
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from ci.decide.dockerfile import words
from ci.decide.ecosystems import by_id
from ci.decide.plan.health import START_INTERVAL
from ci.decide.plan.image import STATIC
from ci.decide.plan.model import (
    APP,
    BUILD_USER,
    CANARY,
    HOME,
    STORE,
    SURROUNDINGS,
    BuildPlan,
    Fetch,
    ImagePlan,
    InstallPlan,
    Plan,
)
from ci.decide.plan.start import command

OUT = "/out"
CONFIG = ".next-distroless/config.cjs"
"""Module that a server of the app's own loads before itself, as in an image of the pipeline."""

WATCHING = ("side.cjs", "side-labels.cjs", "side-metrics.cjs", "side-watch.cjs")
"""Programs beside the app, where there is ``runtime.side``; each loads the next ones."""

SERVER = "server.js"
OWNER = f"{BUILD_USER}:{BUILD_USER}"
CACHED = "DL3060"
"""Rule of hadolint that asks for an empty cache of yarn, which is a mount here, and so no part of the stage."""

_CACHING = re.compile(r"\byarn install\b")
"""What that rule looks for."""

_REGISTRY = "npm_config_registry"
_CA = "/run/secrets/ca"
_PROGRAMS = "type=bind,from=programs,target=/pipeline"
_TRUST = f"[ ! -f {_CA} ] || export NODE_EXTRA_CA_CERTS={_CA}"


def needed(plan: Plan) -> tuple[str, ...]:
    """Names of the pipeline's programs that the file carries, each complete with what it loads."""
    build, install = plan.build, plan.install
    return (
        *(
            "elf.cjs",
            "fail.cjs",
            "glob.cjs",
            "libraries.cjs",
            "never.cjs",
            "next-build.cjs",
            "pack.cjs",
            "packages.cjs",
        ),
        *(["patch.cjs"] if build.patches else []),
        *(["rebuild.cjs"] if install.scripts else []),
        *(["generate.cjs"] if build.generate else []),
        *(["font-calls.cjs", "fonts.cjs", "serve-fonts.cjs"] if build.fonts else []),
        *(["serve-static.cjs"] if plan.image.serve == STATIC else []),
        *(WATCHING if plan.image.side else []),
    )


def programs(plan: Plan, texts: Mapping[str, str]) -> list[str]:
    """Programs of the pipeline, which no image gets.

    Args:
        plan: all decisions.
        texts: file name to text, of all in ``needed``.
    """
    lines = ["# Programs of the pipeline that the stages below run. No image gets them.", "FROM scratch AS programs"]
    for name in needed(plan):
        lines += words.document(f"COPY {{mark}} /{name}", texts[name])
    return lines


def base(plan: InstallPlan, app: str) -> list[str]:
    """Node.js, the package manager at its exact version, and the fonts, each checked by its checksum."""
    owned = [HOME, APP, STORE, OUT, posixpath.normpath(f"{APP}/{app}/.next")]
    script = [_TRUST, *(line for one in plan.fetch for line in _fetch(one))]
    script.append(f"install -d -o {BUILD_USER} -g {BUILD_USER} {shlex.join(_parents(owned))}")
    return [
        "# Node.js, and by their checksums the package manager and fonts.",
        f"FROM {plan.image} AS base",
        *_registry(plan),
        *words.run([_secret("npmrc", "/root/.npmrc", 0), _secret("ca", _CA, 0)], script),
    ]


def deps(plan: InstallPlan) -> list[str]:
    """The frozen install, from manifests and lockfile alone, so that a change of the source does not repeat it."""
    settings = by_id(plan.manager).settings.file
    mounts = [
        f"type=cache,id={plan.store},target={STORE},uid={BUILD_USER},gid={BUILD_USER}",
        _secret(settings.removeprefix("."), f"{HOME}/{settings}"),
        _secret("ca", _CA),
        *([_PROGRAMS] if plan.scripts else []),
    ]
    script = [_TRUST, *(shlex.join(command) for command in plan.commands)]
    script += [words.program("rebuild", list(plan.scripts))] if plan.scripts else []
    registry = _registry_names(plan)
    return [
        "# The packages: only manifests and lockfile decide them.",
        "FROM base AS deps",
        f"WORKDIR {APP}",
        f"COPY --parents --chown={OWNER} {' '.join(map(_optional, plan.inputs))} ./",
        f"USER {OWNER}",
        *words.pairs("ENV", {**SURROUNDINGS, **{n: v for n, v in plan.env.items() if n not in registry}}),
        *([f"WORKDIR {posixpath.normpath(f'{APP}/{plan.directory}')}"] if plan.directory != "." else []),
        *words.run(mounts, script, *([CACHED] if any(map(_CACHING.search, script)) else [])),
    ]


def build(plan: BuildPlan) -> list[str]:
    """Patches, generators and the app's scripts; variables of the build and dummies are in this one command only."""
    given = {**plan.settings, **plan.dummies, **plan.env}
    cache = posixpath.normpath(f"{APP}/{plan.app}/.next/cache")
    script = [_TRUST, *words.exports({name: value for name, value in given.items() if name != CANARY})]
    if plan.patches:
        script.append(words.program("patch", [asdict(patch) for patch in plan.patches]))
    for one in plan.generate:
        asked = {"root": APP, "command": one.command, "env": dict(one.env)}
        script.append(_within(one.directory, words.program("generate", asked)))
    for step in plan.steps:
        command = ["node", "/pipeline/serve-fonts.cjs", *step.command] if plan.fonts else step.command
        script.append(_within(step.directory, shlex.join(command)))
    mounts = [
        f"type=cache,id={plan.next_cache},target={cache},uid={BUILD_USER},gid={BUILD_USER},sharing=locked",
        _secret("ca", _CA),
        _PROGRAMS,
    ]
    return [
        "# The build; its variables are set in this one command.",
        "FROM deps AS build",
        f"WORKDIR {APP}",
        f"COPY --chown={OWNER} . .",
        *words.run(mounts, script),
    ]


def payload(plan: Plan) -> list[str]:
    """What goes on top of the base image."""
    image = plan.image
    asked = {
        "app": plan.build.app,
        "serve": image.serve,
        "files": list(image.files),
        "command": list(image.command),
        "entry": CONFIG if custom(image) else "",
        "exclude": list(image.exclude),
        "writable": list(image.writable),
        "sourceMaps": image.source_maps,
        "side": asdict(image.side) if image.side else None,
        "watching": list(WATCHING) if image.side else [],
    }
    return [
        "# The standalone output with the files of the app, without what no image may have.",
        "FROM build AS payload",
        *words.run([_PROGRAMS], [words.program("pack", asked, OUT)]),
    ]


def image(plan: ImagePlan, app: str) -> list[str]:
    """The image: files of root on distroless Node.js, without a shell and with another user."""
    directory = posixpath.normpath(app) if plan.serve != STATIC else "."
    checks = plan.health
    times = {
        "interval": checks.interval,
        "timeout": checks.timeout,
        "start-period": checks.start_period,
        "start-interval": START_INTERVAL,
    }
    flags = " ".join(f"--{name}={seconds}s" for name, seconds in times.items())
    return [
        "# Without a shell; only the named files belong to the user.",
        f"FROM {plan.base}",
        f"WORKDIR {posixpath.normpath(f'{APP}/{directory}')}",
        f"COPY --chown=0:0 --from=payload {OUT}/node_modules/ {APP}/node_modules/",
        f"COPY --chown=0:0 --from=payload {OUT}/app/ {APP}/",
        *(_writable(plan.user, posixpath.normpath(f"{directory}/{name}")) for name in plan.writable),
        *words.pairs("ENV", words.single(plan.env)),
        *words.pairs("LABEL", words.single(plan.labels)),
        f"USER {plan.user}:{plan.user}",
        f"EXPOSE {plan.port}",
        f"HEALTHCHECK {flags} --retries={checks.retries} CMD {words.listed(plan.healthcheck)}",
        f"CMD {words.listed(command(plan, directory, CONFIG if custom(plan) else ''))}",
    ]


def custom(plan: ImagePlan) -> bool:
    """Whether the image starts another program than the server that Next.js wrote."""
    return plan.serve != STATIC and (plan.command != (SERVER,) or SERVER in plan.files)


def _writable(user: int, name: str) -> str:
    return f"COPY --chown={user}:{user} --from=payload {OUT}/writable/{name} {APP}/{name}"


def _registry_names(plan: InstallPlan) -> dict[str, str]:
    """Variables by which the npm registry is chosen, with their values in the plan."""
    known = {name: value for name, value in plan.env.items() if plan.registry and value == plan.registry}
    return {_REGISTRY: plan.registry, **known}


def _registry(plan: InstallPlan) -> list[str]:
    """``ARG`` of each, so that another one can be named without a change of the file."""
    lines = []
    for name, value in _registry_names(plan).items():
        lines += words.pairs("ARG", {name: value}) if value else [f"ARG {name}"]
    return lines


def _fetch(fetch: Fetch) -> list[str]:
    package = fetch.package
    tarball = f"/tmp/{package.name.removeprefix('@').replace('/', '-')}-{package.version}.tgz"  # noqa: S108  in a stage
    lines = [f"npm pack {shlex.quote(f'{package.name}@{package.version}')} --silent --pack-destination /tmp"]
    lines += _check(package.integrity, tarball)
    lines += [f"mkdir -p {fetch.to}", f"tar -xzf {tarball} --strip-components=1 --no-same-owner -C {fetch.to}"]
    lines.append(f"rm {tarball}")
    for file, integrity in fetch.files.items():
        lines += _check(integrity, f"{fetch.to}/{file}")
    for name, file in fetch.bins.items():
        lines += [f"chmod 755 {fetch.to}/{file}", f"ln -sf {fetch.to}/{file} /usr/local/bin/{name}"]
    return lines


def _check(integrity: str, file: str) -> list[str]:
    """Compare a file with npm's form of a checksum (sha512-BASE64), or with that of packageManager (sha512.HEX)."""
    found = re.fullmatch(r"(sha(?:1|224|256|384|512))([-.])(.+)", integrity)
    if not found:
        return []
    algorithm, form, value = found.groups()
    digest = value if form == "." else base64.b64decode(value).hex()
    sums = "/tmp/sums"  # noqa: S108  in a stage
    return [f"echo '{digest}  {file}' > {sums}", f"{algorithm}sum --check --strict {sums}"]


def _secret(name: str, target: str, user: int = BUILD_USER) -> str:
    return f"type=secret,id={name},target={target},uid={user},mode=0400"


def _optional(glob: str) -> str:
    """A glob that may match nothing: a name without any wildcard would have to be there."""
    return glob if "*" in glob else f"{glob}*"


def _within(directory: str, command: str) -> str:
    if directory == ".":
        return command
    place = shlex.quote(posixpath.normpath(f"{APP}/{directory}"))
    return f"env --chdir={place} PWD={place} {command}"


def _parents(directories: Sequence[str]) -> list[str]:
    """The directories with those above them in the app, since only the last of a path gets an owner."""
    found: dict[str, None] = {}
    for directory in directories:
        above = [directory]
        while above[-1].startswith(f"{APP}/"):
            above.append(posixpath.dirname(above[-1]))
        found |= dict.fromkeys(reversed(above))
    return list(found)
