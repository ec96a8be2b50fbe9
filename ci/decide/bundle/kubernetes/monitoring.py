"""What the Prometheus Operator is given: where the app's metrics are, and alerts. Pure."""

from typing import Any

from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes.names import HTTP, SIDE, metadata, selector
from ci.decide.plan.health import METRICS


def monitor(deployment: Deployment) -> dict[str, Any]:
    """The ServiceMonitor, of the port beside the app's, or for an app that has metrics of its own.

    An app that has them at another path patches it.
    """
    port = SIDE if deployment.metrics else HTTP
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "ServiceMonitor",
        "metadata": metadata(deployment),
        "spec": {
            "selector": selector(deployment),
            "endpoints": [{"port": port, "path": METRICS, "interval": "30s", "scrapeTimeout": "10s"}],
        },
    }


def alerts(deployment: Deployment, memory: int) -> dict[str, Any]:
    """The PrometheusRule, on what kube-state-metrics and kubelets count of every app.

    Args:
        deployment: whose pods.
        memory: MiB of their limit.
    """
    name = deployment.name
    scaler = f'{{horizontalpodautoscaler="{name}"}}'
    pods = f'pod=~"{name}-[a-z0-9]+-[a-z0-9]+",container="app"'
    rules = [
        (
            "AppDown",
            f'kube_deployment_status_replicas_available{{deployment="{name}"}} == 0',
            "2m",
            "critical",
            "No instance of the app is ready",
        ),
        (
            "AppRestarts",
            f"increase(kube_pod_container_status_restarts_total{{{pods}}}[15m]) > 3",
            "0m",
            "warning",
            "An instance of the app was restarted more than 3 times in 15 minutes",
        ),
        (
            "AppMemory",
            f"container_memory_working_set_bytes{{{pods}}} > 0.9 * {memory} * 1024 * 1024",
            "10m",
            "warning",
            "An instance of the app uses more than 90 % of its memory",
        ),
        (
            "AppAtItsLimit",
            (
                f"kube_horizontalpodautoscaler_status_current_replicas{scaler}"
                " >= on (namespace, horizontalpodautoscaler) "
                f"kube_horizontalpodautoscaler_spec_max_replicas{scaler}"
            ),
            "15m",
            "warning",
            "The app runs in as many instances as it may",
        ),
    ]
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": metadata(deployment),
        "spec": {
            "groups": [
                {
                    "name": name,
                    "rules": [
                        {
                            "alert": alert,
                            "expr": expression,
                            "for": lasting,
                            "labels": {"severity": severity},
                            "annotations": {"summary": summary},
                        }
                        for alert, expression, lasting, severity, summary in rules
                    ],
                }
            ]
        },
    }
