"""The pushed image, pulled back by a registry client: config, files, and whether it runs."""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import REGISTRY, Called, command
from tests.engine.released import COMMIT, CREATED, REVISION, digest, new_repository, publish
from tests.pulled import Pulled, pull

pytestmark = pytest.mark.engine

SHELLS = {"sh", "bash", "dash", "ash", "busybox", "zsh"}
MANAGERS = {"npm", "npx", "pnpm", "yarn", "corepack", "apt", "apt-get", "dpkg"}


LINES = 100
"""That a publish prints at most beside its result."""

STEPS = ["plan", "deps", "build", "payload", "assemble", "gates", "push", "verify", "tags"]
GATES = {"rules", "source", "hardening", "scan", "sbom", "base", "leaks", "smoke", "slim"}


@pytest.fixture(scope="module")
def done(call: Callable[..., Called]) -> Called:
    called = call(*COMMIT, "--address", f"{new_repository('pulled-back')}:1.2.3", "publish")
    assert called.code == 0, called.error or called.stderr[-3000:]
    return called


@pytest.fixture(scope="module")
def published(done: Called) -> str:
    return done.stdout


@pytest.fixture(scope="module")
def pulled(published: str, tmp_path_factory: pytest.TempPathFactory) -> Pulled:
    return pull(published.splitlines()[0], tmp_path_factory.mktemp("pulled"))


def test_the_progress_is_the_steps_and_gates_by_name(done: Called) -> None:
    ended = re.findall(r"^\d+ *: ┆ (\S+) DONE \[", done.stderr, re.MULTILINE)
    assert sorted(step for step in ended if step in STEPS) == sorted(STEPS), "in the order that telemetry comes in"
    assert set(ended) >= GATES
    assert "withExec" not in done.stderr
    assert len(done.stderr.splitlines()) <= LINES, done.stderr


def test_summary_names_the_image_and_its_figures(pulled: Pulled, published: str) -> None:
    assert re.fullmatch(rf"{REGISTRY}/\S+/pulled-back:1\.2\.3@sha256:[0-9a-f]{{64}}", pulled.ref)
    assert re.search(r"linux/amd64 +\d+\.\d MB compressed in \d+ layers", published)
    assert re.search(r"push +\d+\.\d s", published)
    named, _, found = pulled.ref.partition("@")
    assert digest(named) == found


def test_platforms(pulled: Pulled) -> None:
    assert {(c["os"], c["architecture"]) for c in pulled.configs.values()} == {("linux", "amd64"), ("linux", "arm64")}
    machine = {"amd64": b"\x3e\x00", "arm64": b"\xb7\x00"}
    for arch, root in pulled.roots.items():
        with (root / "nodejs/bin/node").open("rb") as node:
            assert node.read(20)[18:20] == machine[arch]


def test_config(pulled: Pulled) -> None:
    for config in (c["config"] for c in pulled.configs.values()):
        assert config["User"] == "65532:65532"
        assert config["Entrypoint"] == ["/nodejs/bin/node"]
        assert config["Cmd"] == ["start.js"]
        assert config["WorkingDir"] == "/app"
        assert config["ExposedPorts"] == {"3000/tcp": {}}
        assert config["Healthcheck"]["Test"][:2] == ["CMD", "/nodejs/bin/node"]
        env = dict(pair.split("=", 1) for pair in config["Env"])
        assert env["HOSTNAME"] == "0.0.0.0"  # noqa: S104  what a container must say
        assert (env["NODE_ENV"], env["NEXT_TELEMETRY_DISABLED"], env["PORT"]) == ("production", "1", "3000")
        assert not {name for name in env if name.startswith(("NEXT_PRIVATE", "NODE_EXTRA", "SMOKE"))}


def test_labels(pulled: Pulled) -> None:
    for config in pulled.configs.values():
        labels = {k.removeprefix("org.opencontainers.image."): v for k, v in config["config"]["Labels"].items()}
        assert labels["title"] == "MoonTV"
        assert labels["version"] == "1.2.3"
        assert labels["revision"] == REVISION
        assert labels["created"] == CREATED
        assert labels["base.name"] == "gcr.io/distroless/nodejs22-debian12:nonroot"
        assert re.fullmatch(r"sha256:[0-9a-f]{64}", labels["base.digest"])


def test_no_shell_and_no_package_manager(pulled: Pulled) -> None:
    for root in pulled.roots.values():
        names = {path.name for path in root.rglob("*") if path.is_file() and os.access(path, os.X_OK)}
        names |= {path.name for path in root.rglob("*") if path.is_symlink()}
        assert not names & (SHELLS | MANAGERS)
        assert "node" in names


def test_files(pulled: Pulled) -> None:
    for root in pulled.roots.values():
        app = root / "app"
        for name in ("server.js", "start.js", "config.json", "scripts/generate-manifest.js", ".next/BUILD_ID"):
            assert (app / name).is_file(), name
        assert list((app / ".next/static").rglob("*.js"))
        assert not [p for p in root.rglob("*") if p.name.startswith(".env") or p.name == ".npmrc"]
        assert not [p for p in app.rglob("*") if p.is_symlink() and not p.exists()]
        foreign = {(p.lstat().st_uid, p.name) for p in app.rglob("*") if p.lstat().st_uid != 0}
        assert foreign == {(65532, "manifest.json")}


def test_fonts_are_real(pulled: Pulled) -> None:
    fonts = list((pulled.roots["amd64"] / "app/.next/static").rglob("*.woff2"))
    assert fonts
    assert all(font.read_bytes()[:4] == b"wOF2" for font in fonts)


@pytest.fixture
def running(pulled: Pulled) -> Iterator[int]:
    """The image's own command as its own user, in its own files and a network of its own."""
    root, config = pulled.roots["amd64"], pulled.configs["amd64"]["config"]
    env = dict(pair.split("=", 1) for pair in config["Env"]) | {"PASSWORD": "pulled", "PORT": "34567"}
    uid = config["User"].split(":")[0]
    for directory in [root, *root.parents]:
        if directory.stat().st_uid == os.getuid() and directory != Path("/"):
            directory.chmod(directory.stat().st_mode | 0o055)
    process = subprocess.Popen(
        [
            *("chroot", f"--userspec={uid}:{uid}", root),
            *("/nodejs/bin/node", "-e", f"process.chdir('{config['WorkingDir']}'); require('/app/{config['Cmd'][0]}')"),
        ],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield 34567
    process.send_signal(signal.SIGKILL)
    process.wait(10)


def test_it_answers_on_its_health_path(running: int, pulled: Pulled) -> None:
    assert _status(running, "/login") == 200
    check = pulled.configs["amd64"]["config"]["Healthcheck"]["Test"][1:]
    root = str(pulled.roots["amd64"])
    assert command("chroot", root, *check, env={"PORT": str(running)}).code == 0
    assert command("chroot", root, *check, env={"PORT": "1"}).code == 1


def _status(port: int, path: str) -> int:
    end = time.monotonic() + 30
    while True:
        try:
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", path)
                return connection.getresponse().status
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def test_deleted_image_is_pushed_again(call: Callable[..., Called], tiny: Path) -> None:
    """What the engine remembers of a push is no reason to leave it out."""
    first = publish(call, tiny, new_repository("deleted"), "--git-ref", "refs/tags/v1.2.3")
    assert command("regctl", "manifest", "delete", first.ref).code == 0
    assert digest(first.ref) == ""
    again = publish(call, tiny, first.repository, "--git-ref", "refs/tags/v1.2.3")
    assert again.tags == first.tags
