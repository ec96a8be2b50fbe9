"""An image goes from one registry to another by the configuration that a run writes: CA and plain HTTP for both."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ci.engine.registries import hosts
from ci.intool.common.failure import Failure
from ci.intool.manager.diff import diff
from ci.intool.registry.client import Repository
from ci.intool.registry.promote import promote
from ci.intool.registry.push import push
from ci.intool.tags import Tag, Tags
from tests.registry import layouts
from tests.registry.conftest import PASSWORD, USER, Registry

TAGS = Tags(version="", tags=(Tag(name="stable", rule="--tags", reason="asked for"),))


@pytest.fixture
def plain(registries: Callable[..., Registry]) -> Registry:
    """A registry with plain HTTP."""
    return registries()


@pytest.fixture
def secure(registries: Callable[..., Registry]) -> Registry:
    """A registry with TLS, and with a login."""
    return registries(tls=True, login=True)


def configure(
    monkeypatch: pytest.MonkeyPatch, home: Path, reached: list[Registry], *, own: Registry, secure: Registry
) -> None:
    """Write the configuration of a run that reaches these registries; loopback means plain HTTP by default."""
    known = {secure.address: {"tls": "enabled"}}
    ca = (secure.storage.parent / "ca.pem").read_text()
    addresses = [one.address for one in reached]
    login = (USER, PASSWORD) if own is secure else ("", "")
    (home / "regctl.json").write_text(json.dumps(hosts(known, addresses, own=own.address, login=login, ca=ca)))
    monkeypatch.setenv("REGCTL_CONFIG", str(home / "regctl.json"))


def test_a_copy_from_plain_http_to_tls(
    plain: Registry, secure: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, tmp_path, [secure, plain], own=secure, secure=secure)
    layouts.write(tmp_path / "layout", sizes=(1000,))
    source, target = f"{plain.address}/staging", f"{secure.address}/app"
    digest = str(push(tmp_path / "layout", source)["digest"])
    promote(target, digest, TAGS, source=source, lease=0.1)
    assert Repository(target).resolve("stable") == digest
    assert diff(f"{source}@{digest}", f"{target}:stable")["same"]


def test_the_login_is_for_its_own_registry_alone(
    plain: Registry, secure: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate is trusted, and the login is what is missing."""
    configure(monkeypatch, tmp_path, [plain, secure], own=plain, secure=secure)
    with pytest.raises(Failure, match="does not accept the login"):
        Repository(f"{secure.address}/app").tags()


def test_a_registry_that_is_not_reached_is_not_trusted(
    plain: Registry, secure: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, tmp_path, [plain], own=plain, secure=secure)
    with pytest.raises(Failure, match="is not trusted"):
        Repository(f"{secure.address}/app").tags()
