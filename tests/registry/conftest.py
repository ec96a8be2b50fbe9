"""Real registries on loopback, each with storage of its own, and the fault proxy before them."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CHECKOUT
from tests.ports import free_port
from tests.registry.faults import Proxy, proxied

USER, PASSWORD = "someone", "right"
HTPASSWD = f"{USER}:$2y$04$abcdefghijklmnopqrstuuFmEfrkTQnczNzw475xE2VhDrK1uwJiC\n"
"""The password's bcrypt hash, of the lowest cost."""


@dataclass
class Registry:
    """A running registry."""

    address: str
    storage: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def serve(
    directory: Path,
    *,
    storage: Path | None = None,
    read_only: bool = False,
    deletable: bool = True,
    login: bool = False,
    tls: bool = False,
) -> Registry:
    """Start a registry on a free port, with its files in a directory; ``ca.pem`` there is what to trust for TLS."""
    directory.mkdir(parents=True, exist_ok=True)
    address = f"127.0.0.1:{free_port()}"
    storage = storage or directory / "storage"
    config: dict[str, Any] = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(storage)},
            "delete": {"enabled": deletable},
            "maintenance": {"uploadpurging": {"enabled": False}, "readonly": {"enabled": read_only}},
        },
        "http": {"addr": address},
    }
    if login:
        (directory / "htpasswd").write_text(HTPASSWD)
        config["auth"] = {"htpasswd": {"realm": "test", "path": str(directory / "htpasswd")}}
    if tls:
        config["http"]["tls"] = _certified(directory)
    # YAML is a superset of JSON, and the registry reads YAML.
    (directory / "config.json").write_text(json.dumps(config))
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(
            ["registry", "serve", directory / "config.json"],
            env={**os.environ, "OTEL_TRACES_EXPORTER": "none"},
            stdout=log,
            stderr=log,
        )
    for _ in range(200):
        if process.poll() is None and _answers(address):
            return Registry(address, storage, process)
        time.sleep(0.05)
    process.kill()
    process.wait()
    pytest.fail(f"the registry does not start:\n{(directory / 'log').read_text()}")


def _certified(directory: Path) -> dict[str, str]:
    """A certificate for loopback, which is its own authority."""
    certificate, key = directory / "ca.pem", directory / "key.pem"
    options = [
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=test",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
    ]
    command = ["openssl", "req", "-x509", *options, "-keyout", key, "-out", certificate]
    subprocess.run(command, check=True, capture_output=True)
    return {"certificate": str(certificate), "key": str(key)}


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/v2/", timeout=2):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return error.code in (400, 401)  # 400: it wants TLS
    except OSError:
        return False


@pytest.fixture(scope="session", autouse=True)
def programs() -> None:
    """Fail, never skip, where a program is missing."""
    for program in ("regctl", "registry"):
        if not shutil.which(program):
            pytest.fail(f'no {program} on PATH: run `make test`, or eval "$(make -s env)" first')


@pytest.fixture
def registries(tmp_path: Path) -> Iterator[Callable[..., Registry]]:
    """Start a registry; it ends with the test."""
    with ExitStack() as ends:

        def start(**options: Any) -> Registry:
            registry = serve(tmp_path / f"registry-{free_port()}", **options)
            ends.callback(registry.stop)
            return registry

        yield start


@pytest.fixture
def registry(registries: Callable[..., Registry]) -> Registry:
    return registries()


@pytest.fixture
def proxy(registry: Registry, reach: Callable[..., None]) -> Iterator[Proxy]:
    """The proxy before `registry`; regctl reaches it by plain HTTP."""
    with proxied(registry.address) as proxy:
        reach(proxy.address, registry.address)
        yield proxy


@pytest.fixture
def reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Write regctl's configuration: plain HTTP for these addresses, and a login."""

    def configure(*addresses: str, **login: str) -> None:
        config = tmp_path / "regctl.json"
        config.write_text(json.dumps({"hosts": {address: {"tls": "disabled", **login} for address in addresses}}))
        monkeypatch.setenv("REGCTL_CONFIG", str(config))

    return configure


@dataclass
class Program:
    """`python3 -m ci.intool.registry`, running in a process group of its own."""

    process: subprocess.Popen[str]
    report: Path

    def end(self) -> dict[str, Any]:
        """Wait for a good end; returns the report."""
        code, error = self.fail()
        assert code == 0, error
        return dict(json.loads(self.report.read_text()))

    def fail(self) -> tuple[int, str]:
        """Wait for the end; returns the exit code and standard error."""
        _, error = self.process.communicate(timeout=60)
        return self.process.returncode, error

    def kill(self) -> None:
        """Kill -9 it and its children."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate(timeout=10)


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Start `python3 -m ci.intool.registry OPERATION` with keyword arguments."""
    started: list[Program] = []

    def start(operation: str, **arguments: Any) -> Program:
        report = tmp_path / f"report-{len(started)}.json"
        given = tmp_path / f"arguments-{len(started)}.json"
        given.write_text(json.dumps(arguments))
        process = subprocess.Popen(
            [sys.executable, "-m", "ci.intool.registry", operation, given, report],
            cwd=CHECKOUT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(Program(process, report))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.kill()
