"""Registries with faults: the errors that users read, and a next release that succeeds."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CHECKOUT
from tests.engine.released import COMMIT, Call, fates
from tests.engine.test_errors import assert_explained
from tests.registry.conftest import PASSWORD, USER, Registry, serve
from tests.registry.faults import Proxy, proxied

pytestmark = pytest.mark.engine

VERSION = ("--git-ref", "refs/tags/v1.2.3")
WRONG = "a-password-of-nobody"
BY_TAG = "/manifests/(?!sha256:)"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Callable[..., Registry]]:
    """Start a registry that only this machine reaches; it ends with the test."""
    with ExitStack() as ends:

        def start(**options: Any) -> Registry:
            started = serve(tmp_path / "registry", **options)
            ends.callback(started.stop)
            return started

        yield start


@pytest.fixture
def proxy(registry: Callable[..., Registry]) -> Iterator[Proxy]:
    """A proxy with faults before a registry."""
    with proxied(registry().address) as proxy:
        yield proxy


def to(address: str) -> tuple[str, ...]:
    """Arguments that publish there."""
    return (*COMMIT, *VERSION, "--registry", f"tcp://{address}", "--address", f"{address}/tiny", "publish")


def names(address: str) -> list[str]:
    """Tags of the repository, asked without what is between client and registry; one without tags is not known."""
    try:
        with urllib.request.urlopen(f"http://{address}/v2/tiny/tags/list", timeout=10) as answer:
            return list(json.load(answer)["tags"] or [])
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != HTTPStatus.NOT_FOUND:
            raise
        return []


def test_read_only(call: Call, tiny: Path, registry: Callable[..., Registry]) -> None:
    address = registry(read_only=True).address
    assert_explained(call(*to(address), source=tiny), f"push a layer to {address}/tiny", "it is read-only")


def test_login(
    call: Call, tiny: Path, registry: Callable[..., Registry], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = registry(login=True).address
    login = ("--registry-username", USER, "--registry-password")
    monkeypatch.setenv("TEST_PASSWORD", WRONG)
    mistaken = call(*login, "env:TEST_PASSWORD", *to(address), source=tiny)
    monkeypatch.setenv("TEST_PASSWORD", PASSWORD)
    somebody = call(*login, "env:TEST_PASSWORD", *to(address), source=tiny)
    assert_explained(mistaken, f"{address} does not accept the login", "--registry-password env:")
    assert WRONG not in mistaken.stdout + mistaken.stderr
    assert somebody.code == 0, somebody.error
    assert list(tmp_path.glob("registry/storage/**/tiny/_manifests/tags/1.2.3/current/link"))


def test_trouble_that_passes_is_waited_out(call: Call, tiny: Path, proxy: Proxy) -> None:
    proxy.add(method="PUT|POST|PATCH", path="/blobs/", status=500, times=2)
    proxy.add(method="PUT", path=BY_TAG, status=503, times=1)
    called = call(*to(proxy.address), source=tiny)
    assert called.code == 0, called.error
    assert set(fates(called.stdout).values()) == {"set"}
    assert all(fault.seen == fault.times for fault in proxy.faults)


def test_a_client_that_is_killed_before_the_tags_leaves_none(call: Call, tiny: Path, proxy: Proxy) -> None:
    fault = proxy.add(method="PUT", path=BY_TAG, status=503, times=1000)
    with client(*to(proxy.address), source=tiny) as process:
        while not proxy.count("PUT", BY_TAG):
            assert process.poll() is None, "the client ended before it was killed"
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    assert proxy.count("PUT", "/manifests/sha256:") >= 2, "index and manifest were pushed before"
    fault.times = 0
    assert names(proxy.upstream) == []

    called = call(*to(proxy.address), source=tiny)

    assert called.code == 0, called.error
    assert "sent         0.0 MB" in called.stdout
    assert set(names(proxy.upstream)) == set(fates(called.stdout)) >= {"1.2.3", "1.2", "1", "latest"}


@contextmanager
def client(*arguments: str, source: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`dagger call`, in a process group of its own that ends with the block."""
    argv = ["dagger", "--progress=plain", "-m", str(CHECKOUT), "call", "--source", str(source), *arguments]
    process = subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)
