"""``machine.cjs``: what a container sees of the machine."""

import http.server
import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from ci.decide.doctor.machine import Machine

PROGRAM = Path(__file__).parents[3] / "ci/programs/machine.cjs"
Server = Callable[[int, dict[str, str]], str]


@pytest.fixture
def server() -> Iterator[Server]:
    """Starts a registry that answers everything in one way; returns its URL."""
    started: list[http.server.ThreadingHTTPServer] = []

    def start(status: int, headers: dict[str, str]) -> str:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response_only(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def do_HEAD(self) -> None:
                self.send_response_only(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Print nothing."""

        found = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        started.append(found)
        threading.Thread(target=found.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{found.server_address[1]}/"

    yield start
    for one in started:
        one.shutdown()
        one.server_close()


def look(home: Path, registry: str, **variables: str) -> dict[str, Any]:
    proxies = {name: "" for name in os.environ if name.lower().endswith("_proxy")}
    env = {**os.environ, **proxies, "npm_config_registry": registry, "NPM_CONFIG_REGISTRY": registry, **variables}
    done = subprocess.run(
        ["node", str(PROGRAM), str(home / "report")], capture_output=True, text=True, check=False, env=env, cwd=home
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads((home / "report").read_text()))


def test_it_says_all_that_is_judged(tmp_path: Path, server: Server) -> None:
    registry = server(200, {})
    found = look(tmp_path, registry)
    assert set(found) == {field.name for field in fields(Machine)}
    assert Machine(**found).registry == registry
    assert (found["answer"], found["skew"], found["proxies"]) == ("", None, [])
    assert found["cpus"] == len(os.sched_getaffinity(0))
    assert found["kernel"] == os.uname().release
    assert min(found["memory"], found["disk"]) > 0
    assert isinstance(found["filters"], bool)


def test_a_clock_that_is_ahead(tmp_path: Path, server: Server) -> None:
    found = look(tmp_path, server(200, {"Date": "Thu, 01 Jan 2015 00:00:00 GMT"}))
    assert found["skew"] > 10 * 365 * 24 * 3600


@pytest.mark.parametrize(("status", "answer"), [(404, ""), (500, ""), (405, ""), (401, "E401"), (403, "E403")])
def test_what_a_registry_answers(tmp_path: Path, server: Server, status: int, answer: str) -> None:
    assert look(tmp_path, server(status, {}))["answer"] == answer


def test_a_registry_that_does_not_answer(tmp_path: Path) -> None:
    assert look(tmp_path, "http://127.0.0.1:9/")["answer"] == "ECONNREFUSED"


def test_proxies_by_name(tmp_path: Path, server: Server) -> None:
    found = look(tmp_path, server(200, {}), https_proxy="http://127.0.0.1:9", NO_PROXY="127.0.0.1,localhost")
    assert (found["proxies"], found["no_proxy"]) == (["https_proxy"], "127.0.0.1,localhost")
