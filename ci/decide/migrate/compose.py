"""A compose file: how the app is built, what its container has, and which services a test may start."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import yaml

from ci.decide.config.model import Request, Scenario
from ci.decide.config.nodes import compose
from ci.decide.migrate import health, tree
from ci.decide.migrate.result import Findings
from ci.decide.project.facts import Project
from ci.intool.common import reference
from ci.intool.common.secret_forms import secret_by

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""Names by which compose finds a file, the preferred one first."""

_KNOWN = {"redis": "redis", "valkey": ""}
"""Images that need no variables to start, to the name of such an image in ``ci/pins.toml``."""

_RUNS = (
    "ports",
    "volumes",
    "restart",
    "networks",
    "deploy",
    "env_file",
    "extra_hosts",
    "init",
    "read_only",
    "cap_drop",
)
_STORES = re.compile(
    r"redis|valkey|postgres|mysql|mariadb|mongo|memcached|minio|nginx|traefik|caddy|mailhog|mailpit|ollama"
)
_VARIABLE = re.compile(r"\$\{?[A-Za-z_]")


@dataclass(frozen=True, kw_only=True)
class Build:
    """How a file builds the app.

    Attributes:
        context: directory of the build context, below the source.
        dockerfile: path below the source; empty where nothing names one.
        target: stage; empty for the last.
        arguments: build arguments by name, with file and line.
    """

    context: str = "."
    dockerfile: str = ""
    target: str = ""
    arguments: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Compose:
    """A compose file that was read.

    Attributes:
        path: of the file.
        service: name of the app's service; empty where none is known.
        node: that service.
        services: all of them.
        build: how the app is built.
        built: whether the file says so.
    """

    path: str
    service: str
    node: yaml.Node | None
    services: Mapping[str, yaml.Node]
    build: Build
    built: bool = False


def read(text: str, path: str, app: str) -> Compose:
    """Read a compose file, and find the app's service.

    Args:
        text: its content.
        path: of the file.
        app: the app's directory.

    Raises:
        ConfigError: not YAML.
    """
    services = tree.entries(tree.at(compose(text, path), "services"))
    built = {name: _build(node, path) for name, node in services.items() if tree.at(node, "build") is not None}
    of_app = [name for name, build in built.items() if build.context == app] or [
        name for name, build in built.items() if build.context == "."
    ]
    others = [name for name, node in services.items() if not _STORES.search(tree.text(tree.at(node, "image")).lower())]
    chosen = next(iter(of_app or list(built) or others), "")
    return Compose(
        path=path,
        service=chosen,
        node=services.get(chosen),
        services=services,
        build=built.get(chosen, Build()),
        built=chosen in built,
    )


def _build(service: yaml.Node, path: str) -> Build:
    node, root = tree.at(service, "build"), posixpath.dirname(path)
    given = tree.text(node) or tree.text(tree.at(node, "context")) or "."
    context = posixpath.normpath(posixpath.join(root, given))
    dockerfile = tree.text(tree.at(node, "dockerfile"))
    return Build(
        context=context,
        dockerfile=posixpath.normpath(posixpath.join(context, dockerfile)) if dockerfile else "",
        target=tree.text(tree.at(node, "target")),
        arguments={
            name: (value, f"{path}:{number}")
            for name, (value, number) in tree.variables(tree.at(node, "args")).items()
            if value is not None and not _VARIABLE.search(value)
        },
    )


def carry(file: Compose, project: Project, findings: Findings) -> None:
    """Carry over what the app's service says.

    Args:
        file: the compose file.
        project: what detection says of the app.
        findings: get it.
    """
    if file.node is None:
        findings.remark(file.path, "no service is the app: none has `build`")
        return
    place = f"{file.path}:{tree.line(file.node)}"
    variables = tree.variables(tree.at(file.node, "environment"))
    names = [name[:60] for name in variables]
    if names:
        findings.remark(place, f"variables of the container stay in this file: {', '.join(names)}")
    kept = [name for name in _RUNS if tree.at(file.node, name) is not None]
    if kept:
        findings.remark(
            place, f"how the container runs stays in this file: {', '.join(kept)}; replace `build` by `image`"
        )
    for name in ("command", "entrypoint"):
        node = tree.at(file.node, name)
        if node is not None:
            given = " ".join(tree.text(one) for one in tree.items(node)) or tree.text(node)
            what = f"`{name}: {given[:90]}` starts another program: node is /nodejs/bin/node, and there is no shell"
            findings.remark(f"{file.path}:{tree.line(node)}", what)
    _check(file, project, findings)
    _services(file, variables, project, findings)


def _check(file: Compose, project: Project, findings: Findings) -> None:
    node = tree.at(file.node, "healthcheck")
    test = tree.at(node, "test")
    if test is None:
        return
    place = f"{file.path}:{tree.line(test)}"
    command = " ".join(tree.text(one) for one in tree.items(test)) or tree.text(test)
    names = {"interval": "interval", "timeout": "timeout", "retries": "retries", "start_period": "start-period"}
    options = {name: given for key, name in names.items() if (given := tree.text(tree.at(node, key)))}
    health.carry(command, options, place, project, findings)
    findings.remark(
        place, "the container's health check needs a program that the image has not: leave it to the image's own"
    )


def _services(
    file: Compose, variables: Mapping[str, tuple[str | None, int]], project: Project, findings: Findings
) -> None:
    """Services that a smoke test starts beside the app."""
    found: dict[str, str] = {}
    for name, node in file.services.items():
        if name == file.service:
            continue
        image = tree.text(tree.at(node, "image"))
        place = f"{file.path}:{tree.line(node)}"
        known = reference.parse(image).path.rpartition("/")[2]
        plain = not tree.variables(tree.at(node, "environment")) and tree.at(node, "command") is None
        if known in _KNOWN and plain and (_KNOWN[known] or "@sha256:" in image):
            found[name] = image if "@sha256:" in image else _KNOWN[known]
        elif known in _KNOWN and plain:
            findings.remark(place, f"service {name}: name its image by digest in `smoke.scenarios`, {image}@sha256:…")
        elif not _STORES.search(image.lower()) or not plain:
            what = "a service of the smoke test gets no variables, command or files; start it where the app is deployed"
            findings.remark(place, f"service {name} ({image[:90] or 'built'}): {what}")
        else:
            findings.remark(
                place, f"service {name} ({image[:90]}): add it to `smoke.scenarios` by digest if a test needs it"
            )
    if not found:
        return
    env = {
        name: value
        for name, (value, _) in variables.items()
        if value and not secret_by(name, value) and not _VARIABLE.search(value) and _names(value, found)
    }
    path = findings.get("runtime.health.path") or next(iter(project.health), "/")
    requests = (Request(path=path), Request(path="{chunk}"))
    scenario = Scenario(name="with services", env=env, services=found, requests=requests)
    findings.add("smoke.scenarios", scenario, f"{file.path}: services {', '.join(found)}")


def _names(value: str, hosts: Mapping[str, str]) -> bool:
    """Whether a value has the name of a service as a host."""
    return any(re.search(rf"(?:^|[/@]){re.escape(host)}(?:[:/]|$)", value) for host in hosts)
