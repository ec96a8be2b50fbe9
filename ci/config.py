"""The pipeline file: ``pipelines/*.yaml`` as frozen values. Everything has a default."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from ci import schema
from ci.errors import ConfigError

VERSION = 1
PLATFORMS = ("linux/amd64", "linux/arm64")


@dataclass(frozen=True, kw_only=True)
class Patch:
    """A change to the app's source before it is built. One that matches nothing is an error.

    Attributes:
        files: glob of files below the app, such as ``src/app/**/route.ts``.
        replace: text to find; empty where text is only appended.
        with_: what takes its place (key ``with``).
        append: text to add at the end of each file.
    """

    files: str
    replace: str = ""
    with_: str = ""
    append: str = ""


@dataclass(frozen=True, kw_only=True)
class Image:
    """The image's name and labels.

    Attributes:
        repository: where ``publish`` pushes, without tag; ``--address`` overrides it.
        title: label ``org.opencontainers.image.title``; default: the package's name.
        description: label of that name; default: the package's.
        url: label of that name.
        source: label of that name.
        documentation: label of that name.
        vendor: label of that name.
        licenses: label of that name, an SPDX expression; default: the package's.
        labels: further labels.
    """

    repository: str = ""
    title: str = ""
    description: str = ""
    url: str = ""
    source: str = ""
    documentation: str = ""
    vendor: str = ""
    licenses: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Build:
    """How the app is built.

    Attributes:
        env: variables of the build. Never secrets: Next.js freezes many of them into the bundle.
        script: the script of package.json that builds.
        run_scripts: packages whose install scripts may run (key ``run-scripts``); all others' do not.
    """

    env: Mapping[str, str] = field(default_factory=dict)
    script: str = "build"
    run_scripts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Health:
    """When the app counts as healthy.

    Attributes:
        path: requested from inside the container.
        status: the accepted answer, an HTTP status.
        interval: seconds between checks.
        timeout: seconds that one check may take.
        start_period: seconds that the app may take to start.
        retries: failures in a row that make it unhealthy.
    """

    path: str = "/"
    status: int = 200
    interval: int = 30
    timeout: int = 3
    start_period: int = 10
    retries: int = 3


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """What the image runs.

    Attributes:
        command: arguments of node.
        files: files and directories of the app, beside what Next.js traced, that the image needs.
        exclude: globs of the payload that the image does not need.
        writable: files and directories below the app that belong to the runtime user.
        env: variables of the image.
        port: port that the app listens on.
        user: numeric user; 65532 is distroless' nonroot.
        health: the health check.
    """

    command: tuple[str, ...] = ("server.js",)
    files: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    port: int = 3000
    user: int = 65532
    health: Health | None = None


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request of a smoke test, and what must come back.

    Attributes:
        path: path and query; ``{chunk}`` is a static chunk that the build made.
        method: HTTP method.
        json: request body, sent as JSON.
        status: expected status.
        location: expected ``location`` header; empty for any.
        contains: text that the body must contain.
        header: headers that must be there, with text that their value contains.
        cookies: whether cookies of earlier answers are sent.
    """

    path: str
    method: str = "GET"
    json: str = ""
    status: int = 200
    location: str = ""
    contains: tuple[str, ...] = ()
    header: Mapping[str, str] = field(default_factory=dict)
    cookies: bool = True


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One start of the image and the requests made of it.

    Attributes:
        name: what the report calls it.
        env: variables of the container.
        services: host name to image (a name in pins.toml, or a reference with a digest).
        requests: in order; cookies are kept from one to the next.
    """

    name: str = "default"
    env: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    requests: tuple[Request, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Smoke:
    """The smoke test.

    Attributes:
        deadline: seconds that the app may take until its health path answers.
        scenarios: what is tried; none tries the health path and a static chunk.
    """

    deadline: int = 60
    scenarios: tuple[Scenario, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """A pipeline file.

    Attributes:
        version: of the file's format.
        node: major version of Node.js, 20, 22 or 24; default: what the app asks for.
        platforms: platforms of the image; default: that of the engine.
        patches: changes to the source before the build.
        image: name and labels.
        build: how the app is built.
        runtime: what the image runs.
        smoke: the smoke test.
    """

    version: int = VERSION
    node: str = ""
    platforms: tuple[str, ...] = ()
    patches: tuple[Patch, ...] = ()
    image: Image = field(default_factory=Image)
    build: Build = field(default_factory=Build)
    runtime: Runtime = field(default_factory=Runtime)
    smoke: Smoke = field(default_factory=Smoke)


def parse(text: str, file: str) -> Pipeline:
    """Read a pipeline file.

    Args:
        text: its content.
        file: its name, for messages.

    Raises:
        ConfigError: not YAML, or a key or value without a meaning; names the place.
    """
    try:
        value = yaml.load(text, _Loader)  # noqa: S506  a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ConfigError(f"{file}{line}: not YAML: {error.problem}", "correct the file") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{file}: not YAML: {str(error).splitlines()[0]}", "correct the file") from None
    pipeline = schema.read(Pipeline, {} if value is None else value, file)
    _refuse(pipeline, file)
    _refuse_numbers(pipeline, file)
    return pipeline


def _refuse(pipeline: Pipeline, file: str) -> None:
    """Raise a ConfigError for values that have the right type and no meaning."""
    if pipeline.version != VERSION:
        raise ConfigError(f"{file}.version: {pipeline.version} is not known", f"this release reads version {VERSION}")
    if pipeline.node and not re.match(r"v?\d", pipeline.node):
        raise ConfigError(f"{file}.node: `{pipeline.node}` is not a version", "write a major version, such as 22")
    for platform in pipeline.platforms:
        if platform not in PLATFORMS:
            raise ConfigError(f"{file}.platforms: `{platform}` is not supported", f"use {' or '.join(PLATFORMS)}")
    for n, patch in enumerate(pipeline.patches):
        if not patch.replace and not patch.append:
            raise ConfigError(f"{file}.patches[{n}]: changes nothing", "add `replace:` and `with:`, or `append:`")
    if pipeline.runtime.user == 0:
        raise ConfigError(f"{file}.runtime.user: 0 is root", "use a numeric user such as 65532")
    names = [scenario.name for scenario in pipeline.smoke.scenarios]
    for n, name in enumerate(names):
        if name in names[:n]:
            raise ConfigError(f"{file}.smoke.scenarios[{n}].name: `{name}` is there twice", "give each its own name")


def _refuse_numbers(pipeline: Pipeline, file: str) -> None:
    """Raise a ConfigError for numbers that a port, a status or a time cannot be; a timeout of 0 would be none."""
    health = pipeline.runtime.health or Health()
    requests = [request for scenario in pipeline.smoke.scenarios for request in scenario.requests]
    for key, value, least, most in (
        ("runtime.port", pipeline.runtime.port, 1, 65535),
        ("runtime.user", pipeline.runtime.user, 1, 2**31 - 1),
        ("runtime.health.status", health.status, 100, 599),
        ("runtime.health.interval", health.interval, 1, 86400),
        ("runtime.health.timeout", health.timeout, 1, 86400),
        ("runtime.health.start-period", health.start_period, 0, 86400),
        ("runtime.health.retries", health.retries, 1, 1000),
        ("smoke.deadline", pipeline.smoke.deadline, 1, 86400),
        *(("smoke.scenarios.requests.status", request.status, 100, 599) for request in requests),
    ):
        if not least <= value <= most:
            raise ConfigError(f"{file}.{key}: {value} is out of range", f"use {least} to {most}")


class _Loader(yaml.SafeLoader):
    """Takes text as it is written (``1.10``, ``no``, ``12:30``: YAML 1.2, core schema), and no key twice."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.composer.ComposerError(None, None, f"the key `{key.value}` is there twice", key.start_mark)
            seen.add(key.value)
        return node


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"0|-?[1-9]\d*", "-0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))
