"""What the published image promises under every container runtime."""

import json
import platform
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.compat.published import Published
from tests.compat.runtimes import Runtime, Settings
from tests.ports import free_port

NATIVE = {"x86_64": "amd64", "aarch64": "arm64"}[platform.machine()]
MANIFEST = "/app/public/manifest.json"
"""The file that the app writes when it starts."""

FACTS = """
const read = name => require("fs").readFileSync(name, "utf8");
console.log(JSON.stringify({ status: read("/proc/1/status"), mounts: read("/proc/1/mounts") }));
"""


@dataclass(frozen=True)
class Running:
    """A container that answers.

    Attributes:
        address: of its server.
        written: the file that is mounted where the app writes.
    """

    address: str
    written: Path


@contextmanager
def running(runtime: Runtime, reference: str, name: str, *more: str, read_only: bool = False) -> Iterator[Running]:
    """A container of the image with its own entry point, user and working directory."""
    image = runtime.pull(reference, NATIVE)
    port = free_port()
    written = runtime.box.home / f"{name}.json"
    written.write_text("{}")
    written.chmod(0o666)
    env = {"HOSTNAME": "127.0.0.1", "PORT": str(port), "PASSWORD": "x"}
    settings = Settings(env, {written: MANIFEST} if read_only else {}, read_only)
    runtime.start(image, name, settings, *more)
    try:
        _answers(f"http://127.0.0.1:{port}/login") or pytest.fail(f"{name} does not answer:\n{runtime.logs(name)}")
        yield Running(f"http://127.0.0.1:{port}", written)
    finally:
        runtime.remove(name)


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  http://127.0.0.1 of this file
        return bytes(answer.read()).decode()


def _answers(url: str) -> bool:
    for _ in range(150):
        try:
            return bool(fetch(url))
        except OSError as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            time.sleep(0.2)
    return False


class Contract:
    """Tests of a `runtime`, which is a fixture of the module that inherits them."""

    @pytest.mark.parametrize("architecture", ["arm64", "amd64"])
    def test_both_platforms_resolve(self, runtime: Runtime, published: Published, architecture: str) -> None:
        image = runtime.pull(published.tag, architecture)
        assert image.digest == published.digest
        assert image.config == published.configs[architecture]

    @pytest.mark.parametrize("read_only", [False, True], ids=["writable", "read-only"])
    def test_it_answers_as_an_unprivileged_user(
        self, runtime: Runtime, published: Published, *, read_only: bool
    ) -> None:
        name = "read-only" if read_only else "writable"
        with running(runtime, published.tag, name, read_only=read_only) as container:
            facts = json.loads(runtime.execute(name, "/nodejs/bin/node", "-e", FACTS))
            served = fetch(f"{container.address}/manifest.json")
        for kind in ("Uid", "Gid"):
            assert re.search(rf"^{kind}:((?:\t65532){{4}})$", facts["status"], re.MULTILINE)
        [options] = [line.split()[3].split(",") for line in facts["mounts"].splitlines() if line.split()[1] == "/"]
        assert ("ro" in options) == read_only
        assert json.loads(served)["name"]
        assert container.written.read_text() == (served if read_only else "{}")
