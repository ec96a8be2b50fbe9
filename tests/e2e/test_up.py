"""The app on a laptop: `dagger call up up` serves it on a port of this machine."""

import os
import signal
import socket
import subprocess
import time
import urllib.request

import pytest

from tests.conftest import CHECKOUT

pytestmark = pytest.mark.engine


@pytest.mark.usefixtures("engine")
def test_up_serves_the_app() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *("dagger", "--progress=plain", "-m", CHECKOUT, "call"),
            *("up", "--env", "PASSWORD=laptop", "--env", "NEXT_PUBLIC_SITE_NAME=Laptop TV"),
            *("up", "--ports", f"{port}:3000"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        assert "Laptop TV" in _answer(f"http://127.0.0.1:{port}/api/server-config", process)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def _answer(url: str, process: subprocess.Popen[bytes]) -> str:
    end = time.monotonic() + 240
    while True:
        assert process.poll() is None, "dagger ended before the app answered"
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:  # noqa: S310  http on loopback
                return str(reply.read().decode())
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)
