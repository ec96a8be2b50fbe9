"""What pods of the bundle have in common, by Pod Security "restricted" and beyond it. Pure.

Source of the rules: Kubernetes' documentation, "Pod Security Standards".
"""

from typing import Any

WORK = "100m"
"""CPU that is reserved. There is no limit: it would hold back a pod on a machine that has nothing else to do."""


def pod_security(user: int) -> dict[str, Any]:
    """Security context of a pod.

    Args:
        user: numeric user and group, which volumes belong to, too.
    """
    return {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": user,
        "fsGroup": user,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def container_security() -> dict[str, Any]:
    """Security context of a container."""
    return {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "privileged": False,
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
    }


def resources(memory: int, scratch: int) -> dict[str, Any]:
    """What a container is given.

    Args:
        memory: MiB; reserved as a whole, so that the node never takes it back.
        scratch: MiB of files at most, logs among them.
    """
    return {
        "requests": {"cpu": WORK, "memory": f"{memory}Mi", "ephemeral-storage": f"{scratch}Mi"},
        "limits": {"memory": f"{memory}Mi", "ephemeral-storage": f"{scratch}Mi"},
    }


def scratch(name: str, size: int) -> dict[str, Any]:
    """An empty directory that lives as long as the pod.

    Args:
        name: of the volume.
        size: MiB at most.
    """
    return {"name": name, "emptyDir": {"sizeLimit": f"{size}Mi"}}


def spread(selector: dict[str, Any]) -> list[dict[str, Any]]:
    """Pods on different nodes and zones, where there are any."""
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": selector,
            "matchLabelKeys": ["pod-template-hash"],
        }
        for key in ("kubernetes.io/hostname", "topology.kubernetes.io/zone")
    ]
