"""How registries are reached from a container: addresses, logins, and a registry that only the caller reaches."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagger
from dagger import dag

from ci.engine.containers import by_content
from ci.intool.common.reference import host_of

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
        username: for the registry; empty for none.
        password: its password or token.
        logins: a ``config.json`` that ``docker login`` wrote.
        service: a registry that only the caller's machine reaches, in place of that of `repository`.
        ca: certificates in PEM of authorities to trust beside the image's own.
        others: further images that are read, which may be in other registries; login and service are not theirs.
    """

    repository: str = ""
    username: str = ""
    password: dagger.Secret | None = None
    logins: dagger.Secret | None = None
    service: dagger.Service | None = None
    ca: dagger.File | None = None
    others: tuple[str, ...] = ()

    async def reached_from(self, container: dagger.Container, host: str = "") -> dagger.Container:
        """Let a container with regctl reach registries; no login gets into a layer or an argument.

        Args:
            container: the container.
            host: the only registry that is reached, with its port; default: those of `repository` and `others`.
        """
        own = host_of(self.repository)
        reached = [host] if host else [own, *map(host_of, self.others)]
        mine = own in reached
        port = 0
        if self.service and mine:
            container = container.with_service_binding(ALIAS, self.service)
            port = await (await self.service.ports())[0].port()
        password = await self.password.plaintext() if self.password and mine else ""
        if self.logins:
            place = f"{LOGINS}/config.json"
            container = container.with_mounted_secret(place, self.logins).with_env_variable("DOCKER_CONFIG", LOGINS)
        ca = await self.ca.contents() if self.ca else ""
        config = hosts(_known(), reached, own=own, port=port, login=(self.username, password), ca=ca)
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
        container = container.with_mounted_file(CONFIG, by_content({"regctl.json": config}).file("regctl.json"))
    return container.with_env_variable("REGCTL_CONFIG", CONFIG)


def hosts(
    known: Mapping[str, Mapping[str, Any]],
    reached: Sequence[str],
    *,
    own: str = "",
    port: int = 0,
    login: tuple[str, str] = ("", ""),
    ca: str = "",
) -> dict[str, Any]:
    """The configuration of regctl. Pure.

    Args:
        known: hosts with another address than their name.
        reached: hosts of the registries that are used; empty ones count for nothing.
        own: the one of them that service and login are for.
        port: of the registry that is bound as a service in place of `own`; 0 for none.
        login: name and password for `own`.
        ca: certificates in PEM of authorities that all of them may be signed by.
    """
    every = {name: dict(settings) for name, settings in known.items()}
    for host in filter(None, reached):
        settings = every.setdefault(host, {})
        if host == own and port:
            settings |= {"hostname": f"{ALIAS}:{port}", "tls": "disabled"}
        elif host.rpartition(":")[0] in LOOPBACK or host in LOOPBACK:
            settings.setdefault("tls", "disabled")
        if host == own and login[1]:
            settings |= {"user": login[0], "pass": login[1]}
        if ca:
            settings["regcert"] = ca
    return {"hosts": every}
