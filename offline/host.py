"""What the machine itself must offer: root, kernel features, space, and programs from Debian."""

import os
import shutil
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from offline.commands import run
from offline.errors import OfflineError
from offline.places import Places
from offline.progress import step

NEEDED_GIB = 20
"""Free space that a first set-up with one release needs, in GiB: measured 9, 8 for scanner and signer, some air."""

SOCKET_BYTES = 107
"""The longest path of a Unix socket, without the final zero (unix(7))."""

PACKAGES: Mapping[str, tuple[str, ...]] = {
    "runc": ("/usr/sbin/runc", "/usr/bin/runc"),
    "tini": ("/usr/bin/tini",),
    "dnsmasq-base": ("/usr/sbin/dnsmasq",),
    "iptables": ("/usr/sbin/xtables-nft-multi",),
    "containernetworking-plugins": ("/usr/lib/cni/bridge",),
    "iproute2": ("/usr/sbin/ip", "/usr/bin/ip", "/bin/ip"),
    "git": ("/usr/bin/git",),
    "ripgrep": ("/usr/bin/rg",),
    "socat": ("/usr/bin/socat",),
    "ca-certificates": ("/etc/ssl/certs/ca-certificates.crt",),
    "gcc": ("/usr/bin/gcc",),
    "libc6-dev": ("/usr/include/stdio.h",),
    "npm": ("/usr/bin/npm", "/usr/local/bin/npm"),
    "python3-venv": (f"{sysconfig.get_path('stdlib')}/ensurepip/__init__.py",),
}
"""Debian packages, each with the files of which one shows that it is there."""

TEST_PACKAGES: Mapping[str, tuple[str, ...]] = {
    "qemu-user-static": ("/usr/bin/qemu-aarch64-static",),
    "docker.io": ("/usr/sbin/dockerd", "/usr/bin/dockerd"),
    "podman": ("/usr/bin/podman",),
    "skopeo": ("/usr/bin/skopeo",),
    "busybox-static": ("/bin/busybox",),
}
"""The same for what only the tests use: arm64 images run under qemu-user; Docker brings containerd and its client."""

NO_SERVICES = tuple(
    f"-oDPkg::Options::=--path-exclude={path}" for path in ("/etc/init.d/docker", "/lib/systemd/system/docker.*")
)
"""Options of apt: Docker's package would start a daemon that changes this machine's packet filter."""

KERNEL_FEATURES: Mapping[str, str] = {
    "/proc/self/ns/mnt": "mount namespaces",
    "/proc/self/ns/pid": "process namespaces",
    "/proc/self/ns/net": "network namespaces",
    "/sys/fs/cgroup": "control groups",
}


def check(places: Places) -> None:
    """Refuse early what would fail late.

    Raises:
        OfflineError: not Linux, not root, a missing kernel feature, or too little space; each with its next step.
    """
    if os.uname().sysname != "Linux":
        raise OfflineError(
            "the embedded engine runs on Linux only", "install Docker and the Dagger CLI 0.21.8; `make` then uses them"
        )
    if os.geteuid() != 0:
        raise OfflineError(
            "the embedded engine needs root: it makes mount, process and network namespaces",
            "run the command as root, or install Docker and the Dagger CLI 0.21.8; `make` then uses them",
        )
    for path, feature in KERNEL_FEATURES.items():
        if not Path(path).exists():
            raise OfflineError(f"this kernel offers no {feature} ({path} is missing)", "use a kernel with that feature")
    if "overlay" not in Path("/proc/filesystems").read_text().split():
        run(["modprobe", "overlay"], log=places.log("host"), fix="use a kernel with the overlay file system")
    for place in (places.cache, places.state):
        if place.resolve().is_relative_to("/run"):
            raise OfflineError(
                f"{place} lies below /run, which the engine's mount namespace covers",
                "set NEXT_DISTROLESS_CACHE and NEXT_DISTROLESS_STATE to directories elsewhere",
            )
        place.mkdir(parents=True, exist_ok=True)
        check_space(place)
    if len(os.fsencode(places.socket)) > SOCKET_BYTES:
        raise OfflineError(
            f"the path of the engine's socket is longer than the {SOCKET_BYTES} bytes of unix(7): {places.socket}",
            "set NEXT_DISTROLESS_STATE to a shorter directory",
        )


def check_space(place: Path, needed_gib: float = NEEDED_GIB) -> None:
    """Refuse to fill a disk.

    Args:
        place: directory whose file system counts.
        needed_gib: what must be free, in GiB; an installation that is set up already needs 2.

    Raises:
        OfflineError: less is free.
    """
    needed = 2.0 if (place / "ready").exists() else needed_gib
    free = shutil.disk_usage(place).free / 2**30
    if free < needed:
        raise OfflineError(
            f"{place} has {free:.1f} GiB free, {needed:.0f} GiB are needed",
            "free space there, or set NEXT_DISTROLESS_CACHE and NEXT_DISTROLESS_STATE to another file system",
        )


def install_packages(places: Places, wanted: Mapping[str, tuple[str, ...]] = PACKAGES) -> None:
    """Install what is missing, with the machine's own apt sources.

    Args:
        places: where the log goes.
        wanted: packages with their files.

    Raises:
        OfflineError: apt is not there, or failed.
    """
    missing = [name for name, signs in wanted.items() if not any(Path(sign).exists() for sign in signs)]
    if not missing:
        return
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    log = places.log("apt")
    with step(f"installing {', '.join(missing)} from Debian"):
        run(["apt-get", "update", "-q"], log=log, env=env, fix="this set-up needs Debian's apt")
        run(
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", *NO_SERVICES, *missing],
            log=log,
            env=env,
            fix="install these packages by hand, then run the command again",
        )
