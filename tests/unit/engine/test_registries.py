"""The configuration by which regctl reaches registries."""

import copy
import json
from typing import Any

import dagger
import pytest

from ci import module
from ci.commands import registry as commands
from ci.engine import registries
from ci.engine.registries import Registry, hosts

KNOWN: dict[str, Any] = {
    "docker.io": {"hostname": "10.0.0.1:5000", "tls": "disabled"},
    "127.0.0.1:5000": {"hostname": "10.0.0.1:5000", "tls": "disabled"},
}
BOUND = {"hostname": "registry:5000", "tls": "disabled"}
LOGIN = {"user": "me", "pass": "secret"}
ME = ("me", "secret")


@pytest.mark.parametrize(
    ("known", "host", "options", "expected"),
    [
        ({}, "", {}, {}),
        ({}, "", {"port": 5000, "login": ME}, {}),
        ({}, "ghcr.io", {}, {"ghcr.io": {}}),
        ({}, "ghcr.io", {"login": ME}, {"ghcr.io": LOGIN}),
        ({}, "ghcr.io", {"login": ("me", "")}, {"ghcr.io": {}}),
        ({}, "ghcr.io", {"login": ("", "secret")}, {"ghcr.io": {"user": "", "pass": "secret"}}),
        ({}, "r.example:5000", {"port": 5000}, {"r.example:5000": BOUND}),
        ({}, "r.example", {"port": 5000, "login": ME}, {"r.example": {**BOUND, **LOGIN}}),
        ({}, "127.0.0.1:5000", {}, {"127.0.0.1:5000": {"tls": "disabled"}}),
        ({}, "127.0.0.1", {}, {"127.0.0.1": {"tls": "disabled"}}),
        ({}, "localhost:5000", {}, {"localhost:5000": {"tls": "disabled"}}),
        ({}, "localhost", {"login": ME}, {"localhost": {"tls": "disabled", **LOGIN}}),
        ({}, "[::1]:5000", {}, {"[::1]:5000": {"tls": "disabled"}}),
        ({}, "[::1]", {}, {"[::1]": {"tls": "disabled"}}),
        ({}, "localhost.example:5000", {}, {"localhost.example:5000": {}}),
        ({}, "10.0.0.1:5000", {}, {"10.0.0.1:5000": {}}),
        (KNOWN, "", {}, KNOWN),
        (KNOWN, "docker.io", {}, KNOWN),
        (KNOWN, "127.0.0.1:5000", {}, KNOWN),
        (KNOWN, "ghcr.io", {"login": ME}, {**KNOWN, "ghcr.io": LOGIN}),
        (KNOWN, "docker.io", {"login": ME}, {**KNOWN, "docker.io": {**KNOWN["docker.io"], **LOGIN}}),
        (KNOWN, "127.0.0.1:5000", {"port": 5000}, {**KNOWN, "127.0.0.1:5000": BOUND}),
        (
            {"localhost:5000": {"tls": "enabled"}},
            "localhost:5000",
            {},
            {"localhost:5000": {"tls": "enabled"}},
        ),
    ],
)
def test_the_configuration_of_regctl(
    known: dict[str, Any], host: str, options: dict[str, Any], expected: dict[str, Any]
) -> None:
    before = copy.deepcopy(known)
    assert hosts(known, [host], own=host, **options) == {"hosts": expected}
    assert known == before


def test_both_registries_of_a_copy_are_reached_and_only_one_gets_the_login() -> None:
    found = hosts({}, ["ghcr.io", "127.0.0.1:5000", "ghcr.io"], own="ghcr.io", login=ME, ca="PEM")
    assert found == {
        "hosts": {
            "ghcr.io": {**LOGIN, "regcert": "PEM"},
            "127.0.0.1:5000": {"tls": "disabled", "regcert": "PEM"},
        }
    }


def test_a_service_stands_for_its_own_registry_alone() -> None:
    found = hosts({}, ["r.example", "127.0.0.1:5000"], own="r.example", port=5000)
    assert found == {"hosts": {"r.example": BOUND, "127.0.0.1:5000": {"tls": "disabled"}}}


def test_another_registry_gets_no_login() -> None:
    assert hosts({}, ["ghcr.io"], own="docker.io", login=ME) == {"hosts": {"ghcr.io": {}}}


class Secret(dagger.Secret):
    """A password."""

    def __init__(self) -> None:
        """Without an engine."""

    async def plaintext(self) -> str:
        return "secret"


class File(dagger.File):
    """Authorities."""

    def __init__(self) -> None:
        """Without an engine."""

    async def contents(self) -> str:
        return "PEM"


async def written(monkeypatch: pytest.MonkeyPatch, registry: Registry, host: str = "") -> dict[str, Any]:
    """The configuration that a container gets."""
    configs: list[str] = []

    def configured(container: dagger.Container, config: str, *, secret: bool) -> dagger.Container:
        assert secret == ("secret" in config)
        configs.append(config)
        return container

    monkeypatch.setattr(registries, "_configured", configured)
    await registry.reached_from(object.__new__(dagger.Container), host)
    return dict(json.loads(configs[0])["hosts"])


@pytest.mark.parametrize("address", ["me/app", "me/app:1.2", "docker.io/me/app", "index.docker.io/me/app"])
async def test_a_login_for_docker_hub_is_stored_under_its_host(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    registry = Registry(repository=address, username="me", password=Secret())
    assert await written(monkeypatch, registry) == {"docker.io": LOGIN}
    assert await written(monkeypatch, registry, "ghcr.io") == {"ghcr.io": {}}


FACADE = {"registry_username": "me", "registry_password": Secret(), "ca": File()}
BOTH = {"ghcr.io": {**LOGIN, "regcert": "PEM"}, "127.0.0.1:5000": {"tls": "disabled", "regcert": "PEM"}}


@pytest.mark.parametrize(
    ("function", "address", "arguments"),
    [
        ("promote", "ghcr.io/me/app:1", {"ref": "127.0.0.1:5000/app@sha256:a"}),
        ("diff", "", {"old": "ghcr.io/me/app:1", "new": "127.0.0.1:5000/app"}),
    ],
)
async def test_functions_on_two_registries_reach_both(
    monkeypatch: pytest.MonkeyPatch, function: str, address: str, arguments: dict[str, str]
) -> None:
    given: list[Registry] = []

    async def work(registry: Registry, *_: Any, **__: Any) -> str:
        given.append(registry)
        return ""

    monkeypatch.setattr(commands, "promote", work)
    monkeypatch.setattr(commands, "text", work)
    place = object.__new__(dagger.Directory)
    called = module.NextDistroless(source=place, pipelines=place, address=address, **FACADE)
    assert await getattr(called, function)(**arguments) == ""
    assert await written(monkeypatch, given[0]) == BOTH
