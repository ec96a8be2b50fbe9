"""The README's commands, on the embedded engine: set-up once, nothing left behind."""

import os
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from offline import network
from offline.places import Places
from tests.conftest import ANSI, CHECKOUT, REGISTRY, Called, command, tags

pytestmark = [pytest.mark.engine, pytest.mark.embedded]

STEP = re.compile(r"^==> ", re.MULTILINE)


def make(*arguments: str, env: dict[str, str] | None = None) -> Called:
    """Run make as a person does: without the variables that `make test` itself has set."""
    outer = {name: "" for name in os.environ if name.startswith(("MAKE", "MFLAGS", "_EXPERIMENTAL_DAGGER"))}
    return command("make", "--no-print-directory", *arguments, deadline=900, env={**outer, **(env or {})})


@pytest.fixture(autouse=True)
def engine_again(engine: None) -> Iterator[None]:  # noqa: ARG001  it must answer first
    yield
    assert make("up").code == 0


def engine_processes() -> list[str]:
    listed = subprocess.run(["ps", "-ww", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout
    state = str(Places.of_environment().state)
    return [line for line in listed.splitlines() if state in line and "pytest" not in line]


def resolves() -> bool:
    """Whether this machine finds the host of the package registry that it installs from."""
    host = urlsplit(command("npm", "config", "get", "registry").stdout.strip()).hostname
    assert host
    return bool(socket.getaddrinfo(host, 443))


def test_publish_pushes_the_reference_app_and_does_no_set_up_twice() -> None:
    first = make("publish", "ADDRESS=" + f"{REGISTRY}/made:first")
    assert first.code == 0, first.stderr[-3000:]
    assert re.match(rf"{REGISTRY}/made:first@sha256:[0-9a-f]{{64}}", first.stdout)
    assert "first" in tags("made")
    again = make("publish", "ADDRESS=" + f"{REGISTRY}/made:first")
    assert again.code == 0
    assert not STEP.search(again.stderr)


def test_env_makes_a_persons_own_dagger_work(tmp_path: Path) -> None:
    script = f'eval "$(make -s -C {CHECKOUT} env)" && dagger -m {CHECKOUT} call doctor'
    called = command("bash", "-c", script, cwd=tmp_path)
    assert called.code == 0, called.stderr[-3000:]
    assert "ok       engine v0.21.8" in called.stdout
    assert "stand-in: docker.io/library/node:22-bookworm-slim" in called.stdout


def test_down_leaves_nothing_and_dns_works_throughout() -> None:
    names = Path("/etc/resolv.conf").read_text()
    mounts = Path("/proc/self/mountinfo").read_text()
    assert resolves()
    assert network.remember() == "1"
    assert engine_processes()
    assert network.leftovers()

    down = make("down")

    assert down.code == 0, down.stderr
    assert engine_processes() == []
    assert network.leftovers() == []
    for backend in network.BACKENDS:
        assert "CNI-" not in command(f"{backend}-save").stdout
    assert Path("/etc/resolv.conf").read_text() == names
    assert Path("/proc/self/mountinfo").read_text() == mounts
    assert not Path("/sys/class/net", network.BRIDGE).exists()
    assert not [link for link in os.listdir("/sys/class/net") if link.startswith("veth")]  # noqa: PTH208
    assert resolves()
    assert make("down").code == 0


def test_up_again_is_quick_work_and_keeps_the_cache() -> None:
    assert make("down").code == 0
    up = make("up")
    assert up.code == 0
    steps = [line for line in ANSI.sub("", up.stderr).splitlines() if line.startswith("==> ")]
    assert [step.split(" ...")[0] for step in steps] == [
        f"==> starting the registry on {REGISTRY}",
        "==> starting the engine",
    ]
    assert "first" in tags("made")


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        up = make("up", env={"NEXT_DISTROLESS_REGISTRY_PORT": port, "NEXT_DISTROLESS_STATE": str(tmp_path)})
    assert up.code != 0
    assert f"cannot listen on 127.0.0.1:{port}" in up.stderr
    assert "NEXT_DISTROLESS_REGISTRY_PORT" in up.stderr


def test_two_engines_do_not_share_a_network(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    other = {"NEXT_DISTROLESS_REGISTRY_PORT": port, "NEXT_DISTROLESS_STATE": str(tmp_path)}
    up = make("up", env=other)
    down = make("down", env=other)
    assert up.code != 0
    assert "another embedded engine runs on this machine" in up.stderr
    assert down.code == 0
    assert network.in_use()
    assert make("publish", f"ADDRESS={REGISTRY}/made:still").code == 0


def test_not_root_is_said() -> None:
    up = command("setpriv", "--reuid=65534", "--clear-groups", "python3", "-m", "offline", "up", env={"PATH": PATH})
    assert up.code == 1
    assert "needs root" in up.stderr
    assert "fix: " in up.stderr


PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def test_a_dagger_that_is_there_is_used(tmp_path: Path) -> None:
    places = Places.of_environment()
    cli, runner = tmp_path / "dagger", tmp_path / "engine.sock"
    cli.hardlink_to((places.cache / "bin" / "dagger").resolve())
    runner.symlink_to(places.socket)
    env = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    used = make("up", env={**env, "_EXPERIMENTAL_DAGGER_RUNNER_HOST": f"unix://{runner}"})
    assert used.code == 0
    assert f"using the Dagger of this machine: {cli}" in used.stderr
    assert not STEP.search(used.stderr)
