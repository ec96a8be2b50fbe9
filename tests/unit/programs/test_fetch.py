"""``fetch.cjs``: packages of the pipeline's own, checked, unpacked and put on PATH."""

import base64
import gzip
import hashlib
import io
import json
import os
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from ci.decide.pins import Package

NAME = "@scope/tool"
PROGRAM = Path(__file__).parents[3] / "ci/programs/fetch.cjs"
TOOL = "#!/usr/bin/env node\nconsole.log('tool 1.0.0')\n"


def packed(files: dict[str, str]) -> bytes:
    """An npm tarball, the same bytes in every process."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"package/{name}")
            entry.size = len(content.encode())
            tar.addfile(entry, io.BytesIO(content.encode()))
    return gzip.compress(buffer.getvalue(), mtime=0)


TARBALL = packed({"package.json": '{"name": "@scope/tool", "version": "1.0.0"}', "bin/tool.js": TOOL})


def npm_form(algorithm: str, data: bytes = TARBALL) -> str:
    return f"{algorithm}-{base64.b64encode(hashlib.new(algorithm, data).digest()).decode()}"


def hex_form(algorithm: str, data: bytes = TARBALL) -> str:
    return f"{algorithm}.{hashlib.new(algorithm, data).hexdigest()}"


class Registry(BaseHTTPRequestHandler):
    """An npm registry with one package."""

    def do_GET(self) -> None:
        if self.path.endswith(".tgz"):
            return self.answer(200, TARBALL)
        if self.path != "/@scope%2ftool":
            return self.answer(404, b"{}")
        host = self.headers["host"]
        dist = {"tarball": f"http://{host}/tool.tgz", "integrity": npm_form("sha512")}
        one = {"name": "@scope/tool", "version": "1.0.0", "dist": dist}
        document = {"name": "@scope/tool", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": one}}
        return self.answer(200, json.dumps(document).encode())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def registry() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


Fetch = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def fetch(tmp_path: Path, registry: str) -> Fetch:
    """Runs the program; packages go to ``tmp_path/opt``, programs to ``tmp_path/bin``, both by their number."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "npmrc").touch()
    env = {
        "PATH": os.environ["PATH"],
        "npm_config_registry": registry,
        "npm_config_cache": str(tmp_path / "cache"),
        "npm_config_userconfig": str(tmp_path / "npmrc"),
        "npm_config_fetch_retries": "0",
    }

    def fetch(*asked: dict[str, Any]) -> tuple[int, list[str], str]:
        wanted = [
            {
                "package": asdict(
                    Package(one.get("name", NAME), one.get("version", "1.0.0"), one.get("integrity", ""))
                ),
                "to": str(tmp_path / f"opt/{number}"),
                "bins": {f"tool{number}": "bin/tool.js"},
                "files": one.get("files", {}),
            }
            for number, one in enumerate(asked)
        ]
        command = ["node", str(PROGRAM), json.dumps(wanted), str(tmp_path / "bin")]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines(), done.stderr

    return fetch


def test_packages_are_checked_unpacked_and_their_programs_linked(fetch: Fetch, tmp_path: Path) -> None:
    (tmp_path / "bin/tool0").symlink_to("/nowhere")
    program = {"bin/tool.js": hex_form("sha224", TOOL.encode())}
    code, said, _ = fetch(
        {"integrity": npm_form("sha512")},
        {"integrity": hex_form("sha512")},
        {"integrity": hex_form("sha1"), "files": program},
        {"files": program},
        {},
    )
    assert code == 0
    assert said == [
        "@scope/tool@1.0.0: sha512 as pinned",
        "@scope/tool@1.0.0: sha512 as pinned",
        "@scope/tool@1.0.0: sha1 as pinned",
        "@scope/tool@1.0.0/bin/tool.js: sha224 as pinned",
        "@scope/tool@1.0.0/bin/tool.js: sha224 as pinned",
        "@scope/tool@1.0.0: not pinned, so the registry's own checksum is used",
    ]
    for number in range(5):
        assert subprocess.check_output([tmp_path / f"bin/tool{number}"], text=True) == "tool 1.0.0\n"
        assert (tmp_path / f"opt/{number}/package.json").is_file()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"integrity": npm_form("sha512", b"")},
            f"@scope/tool@1.0.0 has the sha512 checksum {npm_form('sha512')[7:]}, but ",
        ),
        (
            {"integrity": hex_form("sha1", b"")},
            f"@scope/tool@1.0.0 has the sha1 checksum {hex_form('sha1')[5:]}, but da39a3",
        ),
        ({"files": {"bin/tool.js": hex_form("sha224")}}, "@scope/tool@1.0.0/bin/tool.js has the sha224 checksum "),
        ({"integrity": "md0.abc"}, "the pin of @scope/tool@1.0.0, md0.abc, is not a checksum"),
        ({"version": "2.0.0"}, "the package @scope/tool@2.0.0 could not be fetched: code ETARGET, "),
        ({"name": "other"}, "the package other@1.0.0 could not be fetched: code E404, "),
    ],
)
def test_what_is_not_as_wanted_is_refused_before_it_can_run(
    fetch: Fetch, tmp_path: Path, asked: dict[str, Any], message: str
) -> None:
    code, _, stderr = fetch(asked)
    assert code == 9
    assert f"\nnext-distroless: {message}" in stderr
    assert "\n  fix: " in stderr
    assert not list((tmp_path / "bin").iterdir())
