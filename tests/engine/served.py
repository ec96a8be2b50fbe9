"""Git repositories, served by a real git on loopback."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import command

IDENTITY = ("-c", "user.name=test", "-c", "user.email=test@example.com")


def git(repository: Path, *arguments: str) -> str:
    """Run git in a repository; returns what it prints."""
    done = command("git", "-C", repository, *IDENTITY, *arguments)
    assert done.code == 0, done.stderr
    return done.stdout.strip()


def commit(source: Path) -> str:
    """Make a repository of a directory, with one commit on `main`; returns the commit."""
    git(source, "init", "-q", "-b", "main")
    git(source, "add", "-A")
    git(source, "commit", "-qm", "release")
    return git(source, "rev-parse", "HEAD")


@contextmanager
def serving(repository: Path) -> Iterator[str]:
    """Serve a repository; gives its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = repository.parent
    options = ("--export-all", f"--base-path={home}", "--listen=127.0.0.1", f"--port={port}")
    daemon = subprocess.Popen(["git", "daemon", *options, home], stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        yield f"git://127.0.0.1:{port}/{repository.name}"
    finally:
        daemon.terminate()
        daemon.wait(10)


def _wait(port: int) -> None:
    for _ in range(100):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("git daemon does not listen")
