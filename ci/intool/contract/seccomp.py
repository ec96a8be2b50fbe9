"""The filter of system calls that clusters give by default, from ``seccomp.toml``. Pure."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROFILE: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "seccomp.toml").read_text("utf-8"))

DENIED = 1
"""EPERM, the answer to a call that is not listed."""


def seccomp(architecture: str) -> dict[str, Any]:
    """The section ``linux.seccomp`` of a bundle (OCI runtime specification 1.0).

    Args:
        architecture: as an image names it, ``amd64`` or ``arm64``.
    """
    of = PROFILE["of"][architecture]
    missing = PROFILE["missing"]
    return {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": DENIED,
        "architectures": list(of["architectures"]),
        "syscalls": [
            {"names": [*PROFILE["names"], *of["names"]], "action": "SCMP_ACT_ALLOW"},
            *({"names": [one["name"]], "action": "SCMP_ACT_ALLOW", "args": [_argument(one)]} for one in _conditional()),
            {"names": list(missing["names"]), "action": "SCMP_ACT_ERRNO", "errnoRet": missing["errno"]},
        ],
    }


def _conditional() -> list[Mapping[str, Any]]:
    return list(PROFILE["with_argument"])


def _argument(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {"index": rule["index"], "value": rule["value"], "valueTwo": 0, "op": rule["op"]}
