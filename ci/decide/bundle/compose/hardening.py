"""What every container of the Compose bundle has in common. Pure."""

from collections.abc import Mapping
from typing import Any

from ci.decide.bundle.deployment import PIDS

TMP = "/tmp:rw,noexec,nosuid,nodev,size=64m,mode=1777"  # noqa: S108  a mount of its own in the container


def hardened(*, memory: int, pids: int = PIDS) -> dict[str, Any]:
    """Keys of a service: no rights that it does not use, limits, and logs that do not fill the disk.

    Args:
        memory: MiB at most; no swap beside it.
        pids: processes and threads at most.
    """
    return {
        "restart": "unless-stopped",
        "read_only": True,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "pids_limit": pids,
        "mem_limit": f"{memory}m",
        "memswap_limit": f"{memory}m",
        "logging": {"driver": "json-file", "options": {"max-size": "10m", "max-file": "3"}},
    }


def check(*command: str, interval: int = 10, timeout: int = 5, start: int = 30, retries: int = 3) -> dict[str, Any]:
    """A health check.

    Args:
        command: without a shell, or one text for the shell of an image that has one.
        interval: seconds between two.
        timeout: seconds of one.
        start: seconds that a start may take.
        retries: failures in a row that count.
    """
    return {
        "test": ["CMD-SHELL", *command] if len(command) == 1 else ["CMD", *command],
        "interval": f"{interval}s",
        "timeout": f"{timeout}s",
        "start_period": f"{start}s",
        "retries": retries,
    }


def mount(source: str, target: str, *, read_only: bool = True) -> dict[str, Any]:
    """A file or directory of the bundle in a container; a source that is not there is an error, not a new directory."""
    return {
        "type": "bind",
        "source": source,
        "target": target,
        "read_only": read_only,
        "bind": {"create_host_path": False},
    }


def volume(name: str, target: str) -> dict[str, Any]:
    """A volume that outlives its container."""
    return {"type": "volume", "source": name, "target": target}


def escaped(value: Any) -> Any:
    """Texts that Compose must not read as references to variables, also those in lists and mappings."""
    match value:
        case str():
            return value.replace("$", "$$")
        case Mapping():
            return {key: escaped(one) for key, one in value.items()}
        case list() | tuple():
            return [escaped(one) for one in value]
    return value
