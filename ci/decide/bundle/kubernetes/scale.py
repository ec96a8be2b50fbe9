"""How many instances run: autoscaler and disruption budget. Pure."""

from typing import Any

from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes.names import metadata, selector

LEAST, MOST = 2, 10
"""Instances in production."""

BUSY = 70
"""Percent of the reserved CPU from which there are more."""


def autoscaler(deployment: Deployment) -> dict[str, Any]:
    """The HorizontalPodAutoscaler: up at once, down by half in 5 minutes."""
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": metadata(deployment),
        "spec": {
            "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": deployment.name},
            "minReplicas": LEAST,
            "maxReplicas": MOST,
            "metrics": [
                {
                    "type": "Resource",
                    "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": BUSY}},
                }
            ],
            "behavior": {
                "scaleUp": {"stabilizationWindowSeconds": 0},
                "scaleDown": {
                    "stabilizationWindowSeconds": 300,
                    "policies": [{"type": "Percent", "value": 50, "periodSeconds": 300}],
                },
            },
        },
    }


def budget(deployment: Deployment) -> dict[str, Any]:
    """The PodDisruptionBudget: a drained node takes one instance at a time, and what does not work at once."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": metadata(deployment),
        "spec": {
            "maxUnavailable": 1,
            "unhealthyPodEvictionPolicy": "AlwaysAllow",
            "selector": selector(deployment),
        },
    }
