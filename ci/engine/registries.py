"""How registries are reached from a container: addresses, logins, and a registry that only the caller reaches."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagger
from dagger import dag

from ci.engine.containers import handed

REGISTRIES = "NEXT_DISTROLESS_REGISTRIES"
"""Variable by which the embedded engine names a file with the addresses of its registry (``offline/gateway.py``)."""

ALIAS = "registry"
CONFIG = "/run/registry/regctl.json"
LOGINS = "/run/registry/docker"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, kw_only=True)
class Registry:
    """How registries are reached.

    Attributes:
        repository: where the caller pushes to; empty where nothing is pushed.
        username: for a registry that wants one.
        password: its password or token.
        logins: a ``config.json`` that ``docker login`` wrote.
        service: a registry that only the caller's machine reaches.
        ca: certificates in PEM of authorities to trust beside the image's own.
    """

    repository: str = ""
    username: str = ""
    password: dagger.Secret | None = None
    logins: dagger.Secret | None = None
    service: dagger.Service | None = None
    ca: dagger.File | None = None

    async def reached_from(self, container: dagger.Container, host: str = "") -> dagger.Container:
        """Let a container with regctl reach a registry; no login gets into a layer or an argument.

        Args:
            container: the container.
            host: of the registry, with its port; default: the caller's.
        """
        own = host_of(self.repository)
        host = host or own
        mine = host == own
        port = 0
        if self.service and mine:
            container = container.with_service_binding(ALIAS, self.service)
            port = await (await self.service.ports())[0].port()
        password = await self.password.plaintext() if self.password and mine else ""
        config = hosts(_known(), host, port=port, login=(self.username, password))
        if self.logins:
            place = f"{LOGINS}/config.json"
            container = container.with_mounted_secret(place, self.logins).with_env_variable("DOCKER_CONFIG", LOGINS)
        if self.ca and host:
            config["hosts"][host]["regcert"] = await self.ca.contents()
        return _configured(container, json.dumps(config), secret=bool(password))


def _known() -> Mapping[str, Mapping[str, Any]]:
    """Hosts that the embedded engine has elsewhere than where their names lead."""
    named = os.environ.get(REGISTRIES)
    return dict(json.loads(Path(named).read_text("utf-8"))["hosts"]) if named else {}


def _configured(container: dagger.Container, config: str, *, secret: bool) -> dagger.Container:
    """A secret that a module makes is another one in every call, so that no result could be taken from the cache."""
    if secret:
        container = container.with_mounted_secret(CONFIG, dag.set_secret("next-distroless-registries", config))
    else:
        container = container.with_mounted_file(CONFIG, handed({"regctl.json": config}).file("regctl.json"))
    return container.with_env_variable("REGCTL_CONFIG", CONFIG)


def host_of(repository: str) -> str:
    """Host, with port, of a repository's name."""
    return repository.partition("/")[0]


def hosts(
    known: Mapping[str, Mapping[str, Any]], host: str, *, port: int = 0, login: tuple[str, str] = ("", "")
) -> dict[str, Any]:
    """The configuration of regctl. Pure.

    Args:
        known: hosts with another address than their name.
        host: the one that is talked to; empty for none.
        port: of the registry that is bound as a service in its place; 0 for none.
        login: name and password for it.
    """
    every = {name: dict(settings) for name, settings in known.items()}
    if host:
        mine = every.setdefault(host, {})
        if port:
            mine |= {"hostname": f"{ALIAS}:{port}", "tls": "disabled"}
        elif host.rpartition(":")[0] in LOOPBACK or host in LOOPBACK:
            mine.setdefault("tls", "disabled")
        if login[1]:
            mine |= {"user": login[0], "pass": login[1]}
    return {"hosts": every}
