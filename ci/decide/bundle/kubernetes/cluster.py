"""The namespace with its rules, and the account that the app runs under. Pure."""

from typing import Any

from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes.names import NAME, metadata

LEVEL = "restricted"
"""Of Pod Security; what breaks it is not admitted."""


def namespace(deployment: Deployment) -> dict[str, Any]:
    """The Namespace; overlays give it their name."""
    modes = {f"pod-security.kubernetes.io/{mode}": LEVEL for mode in ("enforce", "audit", "warn")}
    return {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": deployment.name, "labels": {NAME: deployment.name, **modes}},
    }


def account(deployment: Deployment) -> dict[str, Any]:
    """The ServiceAccount. It has no rights, and its token is in no pod."""
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": metadata(deployment),
        "automountServiceAccountToken": False,
    }
