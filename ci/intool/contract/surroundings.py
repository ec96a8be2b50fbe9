"""What has to be prepared in the container around the app: file systems, control groups, IPv6."""

import os
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ci.intool.common.failure import Failure

WORK = Path("/run/contract")
GROUPS = Path("/sys/fs/cgroup")
CONTROLLERS = ("memory", "pids")
SHARED = ("/etc/hosts", "/etc/resolv.conf")
_IPV6 = Path("/proc/sys/net/ipv6/conf")


def prepare() -> None:
    """Mount what upper directories of overlays need: a file system that is no overlay itself.

    Raises:
        Failure: the engine does not let this container mount.
    """
    WORK.mkdir(parents=True, exist_ok=True)
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", str(WORK))


def mount(*arguments: str) -> None:
    """Mount.

    Raises:
        Failure: that is not allowed, or the kernel cannot.
    """
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(f"mount {' '.join(arguments)}: {done.stderr.strip()}", "run on an engine with root capabilities")


def root(name: str, image: Path) -> tuple[Path, Path]:
    """An image's files, in a way that writes leave them as they are.

    Args:
        name: of the start.
        image: the files.

    Returns:
        The root for the start, and the directory that gets what is written.
    """
    place = WORK / name
    for part in ("upper", "work", "root"):
        (place / part).mkdir(parents=True)
    layers = f"lowerdir={image},upperdir={place / 'upper'},workdir={place / 'work'}"
    mount("-t", "overlay", "-o", layers, "overlay", str(place / "root"))
    return place / "root", place / "upper"


def writable(name: str, image: Path, declared: Mapping[str, str], user: int) -> dict[str, str]:
    """The declared paths, in memory, with the image's own files in them, for a user.

    Args:
        name: of the start.
        image: the files.
        declared: path in the image to ``file`` or ``directory``.
        user: number of user and group.

    Returns:
        Path in the image to the place that is mounted there.
    """
    places = {}
    for number, (path, kind) in enumerate(sorted(declared.items())):
        place = WORK / name / "writable" / str(number)
        place.parent.mkdir(parents=True, exist_ok=True)
        if kind == "directory":
            shutil.copytree(image / path, place, symlinks=True)
        else:
            shutil.copy2(image / path, place)
        for one in (place, *(place.rglob("*") if place.is_dir() else ())):
            os.chown(one, user, user, follow_symlinks=False)
        places[path] = str(place)
    return places


def unmount(name: str) -> None:
    """Take the root of a start away."""
    subprocess.run(["umount", str(WORK / name / "root")], capture_output=True, check=False)
    shutil.rmtree(WORK / name, ignore_errors=True)


def groups() -> tuple[str, str]:
    """Make control groups ready: which hierarchy there is, or else why there is none."""
    if (GROUPS / "cgroup.controllers").exists():
        return _unified()
    try:
        for name in CONTROLLERS:
            probe = GROUPS / name / "next-distroless-probe"
            probe.mkdir()
            probe.rmdir()
    except OSError as error:
        return "", f"control groups cannot be made: {error.filename}: {error.strerror}"
    return "cgroup v1", ""


def _unified() -> tuple[str, str]:
    """Only groups without processes may pass controllers on (cgroups(7)), so those of this container move down."""
    try:
        inner = GROUPS / "driver"
        inner.mkdir(exist_ok=True)
        for pid in (GROUPS / "cgroup.procs").read_text("utf-8").split():
            (inner / "cgroup.procs").write_text(pid)
        (GROUPS / "cgroup.subtree_control").write_text(" ".join(f"+{one}" for one in CONTROLLERS))
    except OSError as error:
        return "", f"control groups cannot be made: {error.filename}: {error.strerror}"
    return "cgroup v2", ""


def ipv6(*, on: bool) -> str:
    """Turn IPv6 of this network on or off: what holds then, or empty where it cannot be set."""
    try:
        for name in ("all", "default", "lo"):
            (_IPV6 / name / "disable_ipv6").write_text("0" if on else "1")
    except OSError:
        return ""
    return ("on" if _has_ipv6() else "") if on else "off"


def _has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False
