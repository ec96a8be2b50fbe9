"""Registries that refuse, and one that wants a login: real ones, started by the test."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Called, command
from tests.engine.test_errors import assert_explained

pytestmark = [pytest.mark.engine, pytest.mark.embedded]

Call = Callable[..., Called]

USER = "somebody"
PASSWORD = "a-test-password"
BCRYPT = "$2b$05$zaghTP2c6CkBmqv0IVDU6u0FnuxK35nGTuO462079097idVDLp0aC"
"""Of that password, for the registry's htpasswd file."""


@contextmanager
def registry(home: Path, **settings: Any) -> Iterator[str]:
    """A registry on a free port of loopback; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    storage = {"filesystem": {"rootdirectory": str(home)}, **settings.pop("storage", {})}
    config = home / "config.json"
    config.write_text(json.dumps({"version": 0.1, "storage": storage, "http": {"addr": address}, **settings}))
    with (
        (home / "log").open("wb") as log,
        subprocess.Popen(
            ["registry", "serve", config], stdout=log, stderr=log, env={**os.environ, "OTEL_TRACES_EXPORTER": "none"}
        ) as process,
    ):
        try:
            _wait(f"http://{address}/v2/")
            yield address
        finally:
            process.terminate()


def _wait(url: str) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  http on loopback
        except urllib.error.HTTPError as answer:
            answer.close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return


def test_read_only(call: Call, tmp_path: Path) -> None:
    with registry(tmp_path, storage={"maintenance": {"readonly": {"enabled": True}}}) as address:
        called = call("--address", f"{address}/refused", "publish")
    assert_explained(called, f"{address}/refused:0.1.0 was not pushed")


def test_login(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = tmp_path / "htpasswd"
    passwords.write_text(f"{USER}:{BCRYPT}\n")
    monkeypatch.setenv("TEST_REGISTRY_PASSWORD", PASSWORD)
    with registry(tmp_path, auth={"htpasswd": {"realm": "test", "path": str(passwords)}}) as address:
        to = ("--address", f"{address}/private", "publish")
        stranger = call(*to)
        somebody = call(*to, "--registry-username", USER, "--registry-password", "env:TEST_REGISTRY_PASSWORD")
        stored = command("find", tmp_path, "-path", "*/private/_manifests/tags/0.1.0/current/link").stdout
    assert_explained(stranger, f"{address}/private:0.1.0 was not pushed", "--registry-password env:NAME")
    assert somebody.code == 0, somebody.error
    assert stored.strip()
    for called in (stranger, somebody):
        assert PASSWORD not in called.stdout + called.stderr
