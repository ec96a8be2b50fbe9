"""Names and labels that the objects of the Kubernetes bundle share. Pure."""

from typing import Any

from ci.decide.bundle.deployment import Deployment

NAME = "app.kubernetes.io/name"
COMPONENT = "app.kubernetes.io/component"
HTTP = "http"
"""Name of the app's port."""

SIDE = "side"
"""Name of the port beside it."""

ENVIRONMENTS = {"staging": "staging.example.com", "production": "app.example.com"}
"""Overlay to the host that stands in it until somebody writes a real one."""

APP, REDIS = "app", "redis"

SETTINGS = "settings.env"
"""File with the app's settings, in ``base`` and in each overlay."""

HEAD = "Written by next-distroless; README.md says how to use it."
"""First line of a file."""


def labels(deployment: Deployment, component: str) -> dict[str, str]:
    """By which a workload's pods are found; they never change."""
    return {NAME: deployment.name, COMPONENT: component}


def metadata(deployment: Deployment, component: str = APP) -> dict[str, Any]:
    """Name and labels of an object that belongs to a workload."""
    name = deployment.name if component == APP else f"{deployment.name}-{component}"
    return {"name": name, "labels": labels(deployment, component)}


def selector(deployment: Deployment, component: str = APP) -> dict[str, Any]:
    """What selects the pods of a workload."""
    return {"matchLabels": labels(deployment, component)}


def kustomization(kind: str = "Kustomization", **values: Any) -> dict[str, Any]:
    """A ``kustomization.yaml``; empty values are left out.

    Args:
        kind: ``Kustomization`` or ``Component``.
        values: by key of Kustomize.
    """
    version = "v1beta1" if kind == "Kustomization" else "v1alpha1"
    given = {key: value for key, value in values.items() if value}
    return {"apiVersion": f"kustomize.config.k8s.io/{version}", "kind": kind, **given}
