"""A company's registry: a real one, with a certificate that only the company's own authority vouches for."""

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.apps import locks
from tests.apps.app import App
from tests.apps.sources import LAYOUT, app_manifest, page, written
from tests.conftest import Called, command

pytestmark = [pytest.mark.engine, pytest.mark.embedded]

VERDACCIO = {
    "private": True,
    "dependencies": {"verdaccio": "6.2.1"},
    # One of its dependencies asks for a distribution tag, which not every registry has.
    "overrides": {"node-fetch": "2.7.0", "node-fetch-cjs": "npm:node-fetch@2.7.0"},
}
BRIDGE = "10.213.0.1"
"""This machine, as the embedded engine's containers reach it."""

MANAGER = "10.9.4"
APP = App(
    name="mirrored",
    lock=locks.npm,
    write=written(
        {
            "package.json": app_manifest("mirrored", 14, {"ms": "2.1.3"}, packageManager=f"npm@{MANAGER}"),
            "app/layout.js": LAYOUT,
            "app/page.js": page("Mirrored"),
        }
    ),
)


def certificate(home: Path) -> tuple[Path, Path]:
    """A certificate for the bridge's address that is its own authority, and its key."""
    cert, key = home / "ca.pem", home / "key.pem"
    made = command(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=mirror"),
        *("-addext", f"subjectAltName=IP:{BRIDGE}", "-keyout", key, "-out", cert),
    )
    assert made.code == 0, made.stderr
    return cert, key


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, Path]]:
    """Verdaccio in front of the registry that this machine uses: its URL, the authority's file, and its log."""
    home = tmp_path_factory.mktemp("mirror")
    cert, key = certificate(home)
    with socket.socket() as probe:
        probe.bind((BRIDGE, 0))
        port = probe.getsockname()[1]
    upstream = command("npm", "config", "get", "registry").stdout.strip()
    log = home / "verdaccio.log"
    config = home / "config.yaml"
    config.write_text(
        f"storage: {home}/storage\n"
        f"uplinks: {{npm: {{url: '{upstream}', maxage: 1h}}}}\n"
        "packages: {'**': {access: $all, proxy: npm}}\n"
        f"https: {{key: {key}, cert: {cert}}}\n"
        f"log: {{type: file, path: {log}, format: json, level: http}}\n"
    )
    (home / "package.json").write_text(json.dumps(VERDACCIO))
    installed = command("npm", "install", "--no-audit", "--no-fund", cwd=home)
    assert installed.code == 0, installed.stderr
    server = subprocess.Popen(
        [home / "node_modules/.bin/verdaccio", "--config", config, "--listen", f"https://{BRIDGE}:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(server, port)
        yield f"https://{BRIDGE}:{port}/", cert, log
    finally:
        server.terminate()
        server.wait(30)


def _wait(server: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(600):
        assert server.poll() is None, "verdaccio ended"
        with socket.socket() as client:
            if client.connect_ex((BRIDGE, port)) == 0:
                return
        time.sleep(0.3)
    pytest.fail("verdaccio does not listen")


def test_everything_comes_from_the_mirror(
    call: Callable[..., Called], mirror: tuple[str, Path, Path], tmp_path: Path
) -> None:
    url, authority, log = mirror
    source = APP.make(tmp_path)

    called = call("--npm-registry", url, "--ca", authority, "deps", "sync", source=source)

    assert called.code == 0, called.error or called.stderr[-3000:]
    asked = log.read_text()
    for tarball in (f"/npm/-/npm-{MANAGER}.tgz", "/ms/-/ms-2.1.3.tgz", "/next/-/next-14"):
        assert tarball in asked, tarball


def test_an_authority_that_nobody_named_is_not_trusted(
    call: Callable[..., Called], mirror: tuple[str, Path, Path], tmp_path: Path
) -> None:
    called = call("--npm-registry", mirror[0], "deps", "sync", source=APP.make(tmp_path))

    assert called.code != 0
    assert "SELF_SIGNED_CERT" in called.error
    assert "--ca" in called.error
