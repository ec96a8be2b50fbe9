"""runc's configuration of a start (OCI runtime specification 1.0), from the image and the contract. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ci.intool.contract.seccomp import seccomp
from ci.intool.contract.wanted import Wanted

VERSION = "1.0.2"

EVERYWHERE = ("CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_CHOWN")
"""With these, permissions of files stop no write, so that the first start shows all that the app would write."""

MIB = 1 << 20

MASKED = (
    "/proc/acpi",
    "/proc/asound",
    "/proc/interrupts",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/timer_list",
    "/proc/timer_stats",
    "/sys/devices/virtual/powercap",
    "/sys/firmware",
)
"""Paths that containers do not see: those of Docker and containerd."""

READ_ONLY = ("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")

PROVIDED = ("proc", "dev", "sys", "etc/hosts", "etc/resolv.conf", "etc/hostname")
"""Paths without leading slash that a runtime mounts or writes in every container."""

TMP = "tmp"
"""Every deployment under a read-only root gives a directory for temporary files."""

SHM_KIB = 65536


@dataclass(frozen=True, kw_only=True)
class Contract:
    """How one start differs from another.

    Attributes:
        name: of the start.
        user: number of user and group.
        read_only: whether the root is, and declared paths alone can be written.
        everywhere: whether permissions of files are passed over.
        limited: whether limits of memory and processes can be set.
        ipv6: whether there is any.
        group: name of the control group.
    """

    name: str
    user: int
    read_only: bool = True
    everywhere: bool = False
    limited: bool = True
    ipv6: bool = True
    group: str = "next-distroless"


def spec(wanted: Wanted, contract: Contract, root: str, writable: Mapping[str, str], shared: Sequence[str]) -> Any:
    """The file ``config.json`` of a bundle.

    The app shares the network of the container around it, because its services are reached from there; everything else
    is its own.

    Args:
        wanted: the image.
        contract: this start.
        root: directory with the image's files.
        writable: path in the container to the directory or file of this machine that is mounted there.
        shared: files of the container around it that the app reads, such as ``/etc/hosts``.
    """
    rights = list(EVERYWHERE) if contract.everywhere else []
    return {
        "ociVersion": VERSION,
        "process": {
            "terminal": False,
            "user": {"uid": contract.user, "gid": contract.user},
            "args": list(wanted.argv),
            "env": [f"{name}={value}" for name, value in wanted.env.items()],
            "cwd": wanted.cwd,
            "capabilities": dict.fromkeys(("bounding", "effective", "inheritable", "permitted", "ambient"), rights),
            "noNewPrivileges": True,
        },
        "root": {"path": root, "readonly": contract.read_only},
        "hostname": "contract",
        "mounts": [*_system(), *(_bind(path, path, "ro") for path in shared), *_own(contract, writable)],
        "linux": {
            "namespaces": [{"type": kind} for kind in ("pid", "mount", "ipc", "uts")],
            "maskedPaths": list(MASKED),
            "readonlyPaths": list(READ_ONLY),
            "seccomp": seccomp(wanted.architecture),
            **({"cgroupsPath": f"/{contract.group}", "resources": _limits(wanted)} if contract.limited else {}),
        },
    }


def _limits(wanted: Wanted) -> dict[str, Any]:
    limit = wanted.memory_mb * MIB
    devices = [{"allow": False, "access": "rwm"}]
    return {"memory": {"limit": limit, "swap": limit}, "pids": {"limit": wanted.pids}, "devices": devices}


def _own(contract: Contract, writable: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the app may write: the declared paths, and a directory for temporary files."""
    if not contract.read_only:
        return []
    options = ["nosuid", "nodev", "mode=1777", "size=64m"]
    tmp = {"destination": f"/{TMP}", "type": "tmpfs", "source": "tmpfs", "options": options}
    return [tmp, *(_bind(f"/{path}", source, "rw") for path, source in sorted(writable.items()))]


def _bind(destination: str, source: str, access: str) -> dict[str, Any]:
    options = ["rbind", access, "nosuid", "nodev"]
    return {"destination": destination, "type": "bind", "source": source, "options": options}


def _system() -> list[dict[str, Any]]:
    """The file systems of every container."""
    secure = ["nosuid", "noexec", "nodev"]
    return [
        {"destination": "/proc", "type": "proc", "source": "proc", "options": secure},
        {
            "destination": "/dev",
            "type": "tmpfs",
            "source": "tmpfs",
            "options": ["nosuid", "strictatime", "mode=755", "size=65536k"],
        },
        {
            "destination": "/dev/pts",
            "type": "devpts",
            "source": "devpts",
            "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"],
        },
        {
            "destination": "/dev/shm",  # noqa: S108  in the container
            "type": "tmpfs",
            "source": "shm",
            "options": [*secure, "mode=1777", f"size={SHM_KIB}k"],
        },
        {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": [*secure, "ro"]},
    ]
