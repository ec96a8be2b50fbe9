"""The embedded installation as a whole: packages, programs, images, then registry and engine."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from offline import devtools, engine, gateway, host, mirror, programs, registry, sdk, signer
from offline.golang import Go, toolchain
from offline.places import Places
from offline.progress import say, step


def up(places: Places) -> None:
    """Build what is missing and start what does not run; quick where all is there.

    Raises:
        OfflineError: the machine lacks something, or a step failed; says what to do.
    """
    host.check(places)
    with _alone(places):
        host.install_packages(places)
        go = toolchain(places)
        built = programs.build(programs.ENGINE, go, places)
        tools = _tools(go, places)
        content = sdk.write(places, signer.public_key(tools, places))
        _point(places.cache / "bin" / "dagger", built / "dagger")
        if not registry.running(places):
            with step(f"starting the registry on {registry.address()}"):
                registry.start(tools, places)
        mirror.fill(tools, places)
        process = engine.daemon(places)
        wanted = {"programs": str(built), "sdk": content.manifest, "registry": registry.address()}
        if process.pid() is not None and any(process.fact(name) != value for name, value in wanted.items()):
            say("the engine's recipe has changed: restarting it")
            engine.stop(places)
        if process.pid() is None:
            with step("starting the engine"):
                engine.start(built, content.directory, content.manifest, places)
        gateway.start(places)
    for place in (places.cache, places.state):
        (place / "ready").touch()


def install_tools(places: Places) -> None:
    """Build what the tests use, whatever engine they run on: registry and client, scanners, the reader of bundles.

    Raises:
        OfflineError: a module could not be had, or does not compile; names the log.
    """
    with _alone(places):
        go = toolchain(places)
        _tools(go, places)
        _linked(programs.BUNDLES, go, places)
        _point(places.cache / "tools" / "semgrep", devtools.semgrep(places))


def install_linters(places: Places) -> None:
    """Build actionlint, beside the linters of ``devtools``.

    Raises:
        OfflineError: a module could not be had, or does not compile; names the log.
    """
    with _alone(places):
        _linked(programs.LINT, toolchain(places), places)


def tools_environment(places: Places) -> dict[str, str]:
    """Variables with which the tools are found, and know the registry on loopback."""
    return {"PATH": f"{places.cache / 'tools'}:$PATH", **mirror.client_environment(places)}


def environment(places: Places) -> dict[str, str]:
    """Variables with which a client finds the embedded engine."""
    return {
        **tools_environment(places),
        "PATH": f"{places.cache / 'bin'}:{places.cache / 'tools'}:$PATH",
        "_EXPERIMENTAL_DAGGER_CLI_BIN": str(places.cache / "bin" / "dagger"),
        "_EXPERIMENTAL_DAGGER_RUNNER_HOST": f"unix://{places.socket}",
        "DAGGER_PROGRESS": "plain",
        "DAGGER_NO_NAG": "1",
        "DO_NOT_TRACK": "1",
    }


def _tools(go: Go, places: Places) -> Path:
    for program in (programs.TOOLS, programs.COSIGN, programs.TRIVY, programs.ADVISORIES):
        _linked(program, go, places)
    return places.cache / "tools"


def _linked(program: programs.Program, go: Go, places: Places) -> None:
    built = programs.build(program, go, places)
    for name in program.names:
        _point(places.cache / "tools" / name, built / name)


def _point(name: Path, target: Path) -> None:
    name.parent.mkdir(parents=True, exist_ok=True)
    if name.is_symlink() and name.readlink() == target:
        return
    name.unlink(missing_ok=True)
    name.symlink_to(target)


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    places.cache.mkdir(parents=True, exist_ok=True)
    with (places.cache / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another set-up on this machine to end")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
