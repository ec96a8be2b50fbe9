"""A company's private npm registry: a real one, which hands out packages only to those who show a token."""

import json
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.apps.sources import to_json
from tests.conftest import command

PROGRAM = {
    "private": True,
    "dependencies": {"verdaccio": "6.2.1"},
    # One of its dependencies asks for a distribution tag, which not every registry has.
    "overrides": {"node-fetch": "2.7.0", "node-fetch-cjs": "npm:node-fetch@2.7.0"},
}
CONFIG = """\
storage: ./storage
auth: { htpasswd: { file: ./htpasswd } }
uplinks: {}
packages:
  '@acme/*': { access: $authenticated, publish: $authenticated }
web: { enable: false }
log: { type: file, path: ./log, format: json, level: http }
"""
"""Nothing but the company's own packages, and no other registry behind it."""

VERSIONS = ("1.0.0", "2.0.0", "3.0.0")
LOUD = VERSIONS[-1]
"""The version with an install script that prints the settings with the token, as base64."""

PRINTS = "node -e \"console.log(require('fs').readFileSync(process.env.HOME + '/.npmrc', 'base64'))\""


@dataclass(frozen=True)
class Registry:
    """A running registry that has one private package in `VERSIONS`.

    Attributes:
        url: its address, with a slash at the end.
        token: of the account that published.
        package: its name. No other registry has the same, so no manager's cache has it.
        text: what it exports as `text`.
    """

    url: str
    token: str
    package: str
    text: str

    @property
    def host(self) -> str:
        """Host and port."""
        return self.url.split("/")[2]

    @property
    def settings(self) -> str:
        """The `.npmrc` that an app commits: where packages of the scope are."""
        return f"@acme:registry={self.url}\n"

    def npmrc(self, token: str = "") -> str:
        """What a person has at home: the settings, and a token; by default the account's."""
        return f"{self.settings}//{self.host}/:_authToken={token or self.token}\n"


def installed(home: Path) -> Path:
    """Install verdaccio into a directory; returns its program."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "package.json").write_text(to_json(PROGRAM))
    done = command("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", cwd=home)
    assert done.code == 0, done.stderr
    return home / "node_modules/.bin/verdaccio"


@contextmanager
def serving(program: Path, home: Path, host: str = "127.0.0.1") -> Iterator[Registry]:
    """Start it on a free port of a host, with the package in it.

    Args:
        program: of verdaccio.
        home: a new directory for its files.
        host: an address of this machine.
    """
    home.mkdir()
    (home / "config.yaml").write_text(CONFIG)
    with socket.socket() as probe:
        probe.bind((host, 0))
        address = f"{host}:{probe.getsockname()[1]}"
    server = subprocess.Popen(
        [program, "--config", home / "config.yaml", "--listen", f"http://{address}"],
        cwd=home,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(server, address)
        name = uuid.uuid4().hex
        package, text = f"@acme/secret-{name[:8]}", f"Known to Acme alone: {name}"
        registry = Registry(f"http://{address}/", _account(address), package, text)
        for version in VERSIONS:
            _publish(registry, version, home / version)
        yield registry
    finally:
        server.terminate()
        server.wait(30)


def _wait(server: "subprocess.Popen[bytes]", address: str) -> None:
    host, _, port = address.rpartition(":")
    for _ in range(300):
        assert server.poll() is None, "verdaccio ended"
        with socket.socket() as client:
            if client.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.2)
    pytest.fail("verdaccio does not listen")


def _account(address: str) -> str:
    """Make an account, as `npm adduser` does; returns its token."""
    name = "someone"
    account = {"_id": f"org.couchdb.user:{name}", "name": name, "password": "right", "type": "user", "roles": []}
    with closing(HTTPConnection(address, timeout=30)) as connection:
        connection.request(
            "PUT", f"/-/user/{account['_id']}", json.dumps(account), {"content-type": "application/json"}
        )
        return str(json.load(connection.getresponse())["token"])


def _publish(registry: Registry, version: str, package: Path) -> None:
    package.mkdir()
    scripts = {"scripts": {"postinstall": PRINTS}} if version == LOUD else {}
    about = {"name": registry.package, "version": version, "main": "index.js", **scripts}
    (package / "package.json").write_text(to_json(about))
    (package / "index.js").write_text(f"exports.text = {json.dumps(registry.text)}\n")
    npmrc = package.with_name("npmrc")
    npmrc.write_text(registry.npmrc())
    done = command("npm", "publish", "--userconfig", npmrc, "--registry", registry.url, cwd=package)
    assert done.code == 0, done.stderr
