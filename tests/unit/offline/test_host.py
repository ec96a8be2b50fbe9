"""What is refused early on a machine that would fail late."""

import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from offline import host
from offline.errors import OfflineError
from offline.places import Places


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Places:
    """A machine with everything that is needed, for any user."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(sysname="Linux"))
    monkeypatch.setattr(host, "KERNEL_FEATURES", {"/proc/self/ns/mnt": "mount namespaces"})
    monkeypatch.setattr(host, "run", lambda *_, **__: None)
    free(monkeypatch, 100)
    return Places(cache=tmp_path / "cache", state=tmp_path / "state")


def free(monkeypatch: pytest.MonkeyPatch, gib: float) -> None:
    """Let all disks have so much free space."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=int(gib * 2**30)))


def refused(places: Places) -> OfflineError:
    with pytest.raises(OfflineError) as error:
        host.check(places)
    return error.value


def test_a_machine_with_all_that_is_needed(machine: Places) -> None:
    host.check(machine)
    assert machine.cache.is_dir()
    assert machine.state.is_dir()


def test_another_system(machine: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(sysname="Darwin"))
    error = refused(machine)
    assert error.what == "the embedded engine runs on Linux only"
    assert "install Docker and the Dagger CLI" in error.fix


def test_another_user(machine: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    error = refused(machine)
    assert error.what.startswith("the embedded engine needs root")
    assert error.fix.startswith("run the command as root")


def test_a_kernel_that_lacks_a_feature(machine: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "KERNEL_FEATURES", {"/proc/self/ns/moon": "moon namespaces"})
    assert refused(machine).what == "this kernel offers no moon namespaces (/proc/self/ns/moon is missing)"


@pytest.mark.parametrize("place", ["cache", "state"])
@pytest.mark.parametrize("path", ["/run/ndl", "/run", "/var/../run/ndl"])
def test_places_below_run_are_refused(machine: Places, place: str, path: str) -> None:
    chosen = {"cache": machine.cache, "state": machine.state, place: Path(path)}
    error = refused(Places(**chosen))
    assert error.what == f"{path} lies below /run, which the engine's mount namespace covers"
    assert "NEXT_DISTROLESS_CACHE" in error.fix


def test_a_link_to_run_is_refused(machine: Places) -> None:
    machine.state.symlink_to("/run/ndl")
    assert refused(machine).what.startswith(f"{machine.state} lies below /run")


def test_a_directory_that_only_begins_like_run_is_not_refused(machine: Places, tmp_path: Path) -> None:
    host.check(Places(cache=machine.cache, state=tmp_path / "running"))


@pytest.mark.parametrize(("bytes_", "fits"), [(107, True), (108, False)])
def test_the_path_of_the_socket_has_a_limit(machine: Places, tmp_path: Path, *, bytes_: int, fits: bool) -> None:
    room = bytes_ - len(os.fsencode(tmp_path)) - len("//engine.sock")
    places = Places(cache=machine.cache, state=tmp_path / ("ž" * (room // 2) + "x" * (room % 2)))
    assert len(os.fsencode(places.socket)) == bytes_
    if fits:
        host.check(places)
        return
    error = refused(places)
    assert error.what == f"the path of the engine's socket is longer than the 107 bytes of unix(7): {places.socket}"
    assert error.fix == "set NEXT_DISTROLESS_STATE to a shorter directory"


@pytest.mark.parametrize(
    ("gib", "ready", "needed"),
    [(20, False, None), (19.94, False, "20"), (2, True, None), (1.94, True, "2"), (0, False, "20")],
)
def test_a_disk_that_is_too_full(
    machine: Places, monkeypatch: pytest.MonkeyPatch, gib: float, *, ready: bool, needed: str | None
) -> None:
    for place in (machine.cache, machine.state):
        place.mkdir()
        (place / "ready").touch() if ready else None
    free(monkeypatch, gib)
    if needed is None:
        host.check(machine)
        return
    error = refused(machine)
    assert error.what == f"{machine.cache} has {gib:.1f} GiB free, {needed} GiB are needed"
    assert error.fix.startswith("free space there")


def test_the_real_disk_is_not_endless(tmp_path: Path) -> None:
    host.check_space(tmp_path, needed_gib=0)
    with pytest.raises(OfflineError, match=r"GiB free, 1000000000 GiB are needed"):
        host.check_space(tmp_path, needed_gib=1e9)


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An ``apt-get`` that only writes down what it is asked."""
    monkeypatch.delenv("DEBIAN_FRONTEND", raising=False)
    asked = tmp_path / "asked"
    program = tmp_path / "bin" / "apt-get"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> {asked}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return asked


PACKAGES = {"there": ("/nowhere", "/proc/self/status"), "missing": ("/nowhere",), "gone": ("/nowhere", "/no/where")}


@pytest.mark.parametrize(
    ("wanted", "installed"),
    [(["there"], None), ([], None), (["there", "missing"], "missing"), (["missing", "gone", "there"], "missing gone")],
)
def test_only_missing_packages_are_installed(
    apt: Path, tmp_path: Path, wanted: list[str], installed: str | None
) -> None:
    host.install_packages(Places(cache=tmp_path, state=tmp_path), {name: PACKAGES[name] for name in wanted})
    assert (apt.read_text().splitlines() if apt.exists() else None) == (
        None
        if installed is None
        else [
            "noninteractive update -q",
            f"noninteractive install -y -q --no-install-recommends {' '.join(host.NO_SERVICES)} {installed}",
        ]
    )


def test_a_failing_apt_is_told_with_its_log(apt: Path, tmp_path: Path) -> None:
    (apt.parent / "bin/apt-get").write_text("#!/bin/sh\necho no mirror; exit 100\n")
    places = Places(cache=tmp_path, state=tmp_path)
    with pytest.raises(OfflineError) as error:
        host.install_packages(places, {"missing": PACKAGES["missing"]})
    assert error.value.what == f"apt-get failed with exit code 100 (log: {places.log('apt')})\n  | no mirror"


@pytest.mark.parametrize("signs", [*host.PACKAGES.values(), *host.TEST_PACKAGES.values()])
def test_every_package_has_a_sign_that_is_an_absolute_path(signs: tuple[str, ...]) -> None:
    assert signs
    assert all(Path(sign).is_absolute() for sign in signs)
