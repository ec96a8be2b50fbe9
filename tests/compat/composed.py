"""A bundle for Compose, run by the real Docker with the real Compose, in a network that has nothing else."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline import programs, registry
from offline.places import Places
from tests.compat.runtimes import Docker
from tests.compat.sandbox import Sandbox, sandbox
from tests.conftest import REGISTRY

PYTHON = "/usr/bin/python3"
PROXY = "caddy-stand-in:1"
PROXY_FILE = """
FROM scratch
COPY . /
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data PATH=/usr/bin:/bin
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
"""
"""The upstream image has the same program, paths and variables, on Alpine."""

ELSEWHERE = {"redis": f"{REGISTRY}/docker.io/library/redis:7-bookworm", "proxy": PROXY}
"""Images of this machine in place of upstream ones, written as docs/how-to/deploy-compose.md says."""

ASK = """
import http.cookiejar, json, ssl, sys, urllib.error, urllib.request
lax = ssl._create_unverified_context()
asks = urllib.request.build_opener(urllib.request.HTTPSHandler(context=lax), urllib.request.HTTPCookieProcessor())
said = []
for method, path, body in json.loads(sys.argv[1]):
    data = None if body is None else json.dumps(body).encode()
    ask = urllib.request.Request("https://localhost" + path, data, {"content-type": "application/json"}, method=method)
    try:
        with asks.open(ask, timeout=30) as answer:
            said.append([answer.status, answer.read().decode()])
    except urllib.error.HTTPError as error:
        said.append([error.code, error.read().decode()])
print(json.dumps(said))
"""

UNTIL = """
import pathlib, ssl, sys, time, urllib.request
lax, end, ok = ssl._create_unverified_context(), pathlib.Path(sys.argv[2]), 0
while not end.exists():
    try:
        with urllib.request.urlopen("https://localhost" + sys.argv[1], timeout=30, context=lax) as answer:
            ok += answer.status == 200
    except Exception as error:
        print("failed:", error, flush=True)
    time.sleep(0.02)
print("answered", ok, flush=True)
"""


@dataclass(frozen=True)
class Stack:
    """A deployment: the directory of its bundle, and the daemon that runs it."""

    docker: Docker
    deploy: Path

    @property
    def box(self) -> Sandbox:
        """Where all of it lives."""
        return self.docker.box

    def sh(self, script: str) -> str:
        """Run what a person would type in the bundle's directory."""
        return self.box.run("sh", "-c", f"cd {self.deploy} && {script}", deadline=300)

    def services(self) -> Mapping[str, Mapping[str, Any]]:
        """What runs, by the name of its service."""
        listed = self.sh("docker compose ps --all --format json").splitlines()
        return {one["Service"]: one for one in map(json.loads, listed)}

    def ask(self, *requests: Sequence[Any]) -> list[tuple[int, str]]:
        """Send requests through the proxy, each a method, a path and a body or None; cookies are kept between them."""
        return [(status, body) for status, body in json.loads(self.box.run(PYTHON, "-c", ASK, json.dumps(requests)))]

    @contextmanager
    def asked_all_the_time(self, path: str) -> Iterator[list[str]]:
        """Request a path again and again; the list has the lines of the result when the context has ended."""
        said: list[str] = []
        end, log = self.box.home / "tmp" / "end", self.box.home / "asked.log"
        with log.open("wb") as output:
            asking = self.box.begin(PYTHON, "-c", UNTIL, path, end, output=output)
            try:
                yield said
            finally:
                end.touch()
                asking.wait(60)
        said += log.read_text().splitlines()


@contextmanager
def composed(home: Path, bundle: Path, secrets: Mapping[str, str]) -> Iterator[Stack]:
    """Docker with Compose, and a bundle that was set up and is not started yet.

    Args:
        home: a directory for all of it.
        bundle: directory that `bundle export` wrote.
        secrets: values for `secrets/app.env`.
    """
    with sandbox(home, apart=True) as box:
        box.env["DOCKER_HOST"] = f"unix://{box.home}/sock"
        _install_compose(box)
        docker = Docker(box)
        _serve_registry(box)
        _build_proxy(docker)
        deploy = box.home / "deploy"
        shutil.copytree(bundle, deploy)
        override = {"services": {name: {"image": image} for name, image in ELSEWHERE.items()}}
        (deploy / "compose.override.yaml").write_text(json.dumps(override))
        stack = Stack(docker, deploy)
        stack.sh("./setup.sh")
        file = deploy / "secrets/app.env"
        lines = [line.partition("=")[0] for line in file.read_text().splitlines()]
        assert set(secrets) <= set(lines)
        for name, value in secrets.items():
            file.write_text(file.read_text().replace(f"{name}=\n", f"{name}={value}\n"))
        yield stack


def _install_compose(box: Sandbox) -> None:
    plugin = box.home / "cli-plugins/docker-compose"
    plugin.parent.mkdir()
    shutil.copy2(programs.built(programs.COMPOSE, Places.of_environment()) / "cmd", plugin)


def _serve_registry(box: Sandbox) -> None:
    """The machine's registry a second time, since loopback is another one here."""
    places = Places.of_environment()
    program, settings = shutil.which("registry"), places.state / "registry.json"
    assert program
    asks = f"import urllib.request; urllib.request.urlopen('http://{registry.address()}/v2/')"
    # It would read this variable of Podman's as a setting of its own.
    plain = ("env", "--unset=REGISTRY_AUTH_FILE", program, "serve", settings)
    box.serve(*plain, ready=lambda: box.succeeds(PYTHON, "-c", asks))


def _build_proxy(docker: Docker) -> None:
    tree = docker.box.home / "proxy"
    for name in ("usr/bin", "bin", "data", "config", "tmp"):
        (tree / name).mkdir(parents=True)
    shutil.copy2(programs.built(programs.CADDY, Places.of_environment()) / "caddy", tree / "usr/bin/caddy")
    shutil.copy2("/bin/busybox", tree / "bin/busybox")
    for name in ("sh", "wget"):
        (tree / "bin" / name).symlink_to("busybox")
    recipe = docker.box.home / "proxy.Dockerfile"
    recipe.write_text(PROXY_FILE)
    docker.call("build", "--quiet", "--tag", PROXY, "--file", recipe, tree)
