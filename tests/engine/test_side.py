"""An image with ``runtime.side``: what it answers beside the app, and how it ends."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.engine.released import Call
from tests.pulled import pull

pytestmark = pytest.mark.engine

APP, SIDE = 34568, 34569
FILE = f"""\
version: 2
runtime:
  side: {{ port: {SIDE}, metrics: true }}
  writable: [.next/server/route-cache/]
"""


@pytest.fixture(scope="module")
def chosen(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str | Path, ...]:
    """Arguments of a call: the tiny app with a pipeline file."""
    file = tmp_path_factory.mktemp("side") / "side.yaml"
    file.write_text(FILE)
    return "--source", tiny, "--pipeline-file", file


@pytest.fixture(scope="module")
def config(call: Call, chosen: tuple[str | Path, ...], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The image's configuration, and the directory of its files."""
    home = tmp_path_factory.mktemp("image")
    called = call(*chosen, "layout", "export", "--path", home / "exported")
    assert called.code == 0, called.error or called.stderr[-3000:]
    index = json.loads((home / "exported/index.json").read_text())["manifests"][0]["digest"]
    pulled = pull(f"ocidir://{home}/exported@{index}", home)
    (root,) = pulled.roots.values()
    return {**pulled.configs[next(iter(pulled.configs))]["config"], "root": root}


@pytest.fixture
def running(config: dict[str, Any]) -> Iterator[subprocess.Popen[bytes]]:
    """The image's own entrypoint and command, as its own user, in its own files."""
    root = config["root"]
    for directory in [root, *root.parents]:
        if directory.stat().st_uid == os.getuid() and directory != Path("/"):
            directory.chmod(directory.stat().st_mode | 0o055)
    uid = config["User"].partition(":")[0]
    env = dict(pair.split("=", 1) for pair in config["Env"]) | {"PORT": str(APP), "HOSTNAME": "127.0.0.1"}
    start = f"process.chdir('{config['WorkingDir']}')"
    (root / "tmp").mkdir(exist_ok=True)
    (root / "tmp/start.cjs").write_text(start)
    argv = [*config["Entrypoint"], "--require", "/tmp/start.cjs", *config["Cmd"][:-1]]  # noqa: S108  in the chroot
    argv.append(f"{config['WorkingDir']}/{config['Cmd'][-1]}")
    process = subprocess.Popen(["chroot", f"--userspec={uid}:{uid}", root, *argv], env=env)
    yield process
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def asked(port: int, path: str) -> tuple[int, str]:
    """Status and body; 0 where nobody listens."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        try:
            connection.request("GET", path)
        except ConnectionRefusedError:
            return 0, ""
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def until(port: int, path: str, status: int) -> None:
    end = time.monotonic() + 60
    while asked(port, path)[0] != status:
        assert time.monotonic() < end, f"{path} does not answer {status}"
        time.sleep(0.05)


def test_the_configuration(config: dict[str, Any]) -> None:
    assert config["Cmd"] == ["--require", "/app/.next-distroless/side.cjs", "server.js"]
    assert config["ExposedPorts"] == {"3000/tcp": {}}
    assert f'port:{SIDE},path:"/readyz"' in config["Healthcheck"]["Test"][-1], "the app has no health route"
    files = {path.name: path.lstat() for path in (config["root"] / "app/.next-distroless").iterdir()}
    assert set(files) == {"side.cjs", "side.json", "side-labels.cjs", "side-metrics.cjs", "side-watch.cjs"}
    assert {stat.st_uid for stat in files.values()} == {0}


def test_it_is_ready_counts_requests_and_drains(running: subprocess.Popen[bytes]) -> None:
    until(SIDE, "/readyz", 200)
    assert asked(APP, "/")[0] == 200
    assert asked(APP, "/logo.svg")[0] == 200
    families = {one.name: one for one in text_string_to_metric_families(asked(SIDE, "/metrics")[1])}
    routes = {
        one.labels["route"]
        for one in families["http_request_duration_seconds"].samples
        if one.name.endswith("_count") and one.labels["status"] == "2xx"
    }
    assert routes == {"/", "other"}
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", APP, timeout=20)) as connection:
        connection.putrequest("GET", "/")
        assert connection.sock is None
        connection.connect()
        connection.sock.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n")
        for _ in range(3):
            assert asked(SIDE, "/healthz")[0] == 200
        running.send_signal(signal.SIGTERM)
        until(SIDE, "/readyz", 503)
        until(APP, "/", 0)
        connection.sock.sendall(b"\r\n")
        assert connection.sock.recv(4096).startswith(b"HTTP/1.1 200 OK\r\n")
    assert running.wait(30) == 0


def test_it_runs_under_the_contract_of_a_cluster(call: Call, chosen: tuple[str | Path, ...]) -> None:
    called = call(*chosen, "contract")
    assert called.code == 0, called.error or called.stderr[-3000:]
    assert called.stdout.startswith("contract     passed (ready ms ")
