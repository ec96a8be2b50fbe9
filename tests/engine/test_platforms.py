"""Images for another processor, made without emulation and then run: arm64 under qemu-user."""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.apps import App
from tests.apps.native import NATIVE_ADDON, SHARP_USED
from tests.conftest import Called
from tests.engine.released import new_repository, publish
from tests.pulled import Pulled, pull

pytestmark = pytest.mark.engine

QEMU = "qemu-aarch64-static"
DEADLINE = 240
"""Seconds for an emulated start on a busy machine; measured 6 to 15."""


def emulated(image: Pulled) -> tuple[list[str], dict[str, str]]:
    """Command that runs an arm64 image's own command in its own files, and its variables."""
    qemu = shutil.which(QEMU)
    assert qemu, "qemu-user-static is missing: run `make test`"
    root, config = image.roots["arm64"], image.configs["arm64"]["config"]
    shutil.copy(qemu, root / QEMU)
    for directory in [root, *root.parents]:
        if directory.stat().st_uid == os.getuid() and directory != Path("/"):
            directory.chmod(directory.stat().st_mode | 0o055)
    uid = config["User"].split(":")[0]
    script = f"process.chdir('{config['WorkingDir']}'); require('{config['WorkingDir']}/{config['Cmd'][-1]}')"
    argv = ["chroot", f"--userspec={uid}:{uid}", str(root), f"/{QEMU}", *config["Entrypoint"], "-e", script]
    return argv, dict(pair.split("=", 1) for pair in config["Env"])


@contextlib.contextmanager
def running(image: Pulled) -> Iterator[int]:
    """The emulated app, and the port on which it listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    argv, env = emulated(image)
    process = subprocess.Popen(argv, env=env | {"PORT": str(port), "HOSTNAME": "127.0.0.1"})
    try:
        yield port
    finally:
        process.kill()
        process.wait(20)


def ask(port: int, path: str) -> tuple[int, str, bytes]:
    end = time.monotonic() + DEADLINE
    while True:
        try:
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                connection.request("GET", path, headers={"accept": "image/webp"})
                answer = connection.getresponse()
                return answer.status, answer.headers.get("content-type", ""), answer.read()
        except ConnectionRefusedError:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


def published(call: Callable[..., Called], app: App, home: Path) -> Pulled:
    source = app.make(home / "source")
    done = publish(call, source, new_repository(app.name), "--platforms", "linux/amd64,linux/arm64")
    return pull(done.ref, home)


def machines(root: Path) -> set[bytes]:
    """The ELF machine field of every file of machine code of the app."""
    found = set()
    for path in (root / "app").rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                head = file.read(20)
            if head[:4] == b"\x7fELF":
                found.add(head[18:20])
    return found


AMD64, ARM64 = b"\x3e\x00", b"\xb7\x00"


def test_image_optimizer_on_arm64(call: Callable[..., Called], tmp_path: Path) -> None:
    image = published(call, SHARP_USED, tmp_path)
    assert machines(image.roots["amd64"]) == {AMD64}
    assert machines(image.roots["arm64"]) == {ARM64}
    with running(image) as port:
        assert ask(port, "/")[0] == 200
        status, kind, body = ask(port, "/_next/image?url=%2Fpicture.png&w=64&q=75")
        assert (status, kind) == (200, "image/webp")
        assert body[:4] == b"RIFF"


def test_native_addon_on_arm64(call: Callable[..., Called], tmp_path: Path) -> None:
    image = published(call, NATIVE_ADDON, tmp_path)
    assert machines(image.roots["arm64"]) == {ARM64}
    with running(image) as port:
        status, _, body = ask(port, "/api/hash")
        assert status == 200
        assert body == b'{"verified":true,"refused":true}'
