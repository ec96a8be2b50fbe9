"""Redis as a StatefulSet, for an app that uses it and a cluster that has none. Pure."""

from typing import Any

from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes.names import REDIS, labels, metadata, selector
from ci.decide.bundle.kubernetes.pod import container_security, pod_security, resources, scratch
from ci.decide.bundle.kubernetes.workload import secret_name

PORT = 6379
USER = 999
PASSWORD = "redis_password"  # noqa: S105  a key of the Secret
CONFIG = "redis-config"


def host(deployment: Deployment) -> str:
    """Name of its Service."""
    return str(metadata(deployment, REDIS)["name"])


def service(deployment: Deployment) -> dict[str, Any]:
    """The Service."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(deployment, REDIS),
        "spec": {
            "type": "ClusterIP",
            "selector": labels(deployment, REDIS),
            "ports": [{"name": REDIS, "port": PORT, "targetPort": REDIS, "protocol": "TCP"}],
        },
    }


def workload(deployment: Deployment) -> dict[str, Any]:
    """The StatefulSet: one instance, whose data outlives it."""
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata(deployment, REDIS),
        "spec": {
            "serviceName": host(deployment),
            "replicas": 1,
            "selector": selector(deployment, REDIS),
            "template": {"metadata": {"labels": labels(deployment, REDIS)}, "spec": _pod(deployment)},
            "volumeClaimTemplates": [
                {
                    "metadata": {"name": "data"},
                    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
                }
            ],
        },
    }


def _pod(deployment: Deployment) -> dict[str, Any]:
    password = {
        "secretName": secret_name(deployment),
        "defaultMode": 0o440,
        "items": [{"key": PASSWORD, "path": PASSWORD}],
    }
    return {
        "serviceAccountName": deployment.name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": pod_security(USER),
        "terminationGracePeriodSeconds": 30,
        "containers": [
            {
                "name": REDIS,
                "image": deployment.images["redis"],
                "imagePullPolicy": "IfNotPresent",
                "command": ["sh", "/etc/redis/start.sh"],
                "ports": [{"name": REDIS, "containerPort": PORT, "protocol": "TCP"}],
                "readinessProbe": _probe(failures=2),
                "livenessProbe": _probe(failures=6),
                "resources": resources(512, 128),
                "securityContext": container_security(),
                "volumeMounts": [
                    {"name": "data", "mountPath": "/data"},
                    {"name": "config", "mountPath": "/etc/redis", "readOnly": True},
                    {"name": "password", "mountPath": "/run/secrets", "readOnly": True},
                    {"name": "tmp", "mountPath": "/tmp"},  # noqa: S108  a volume of the pod's own
                ],
            }
        ],
        "volumes": [
            {"name": "config", "configMap": {"name": CONFIG}},
            {"name": "password", "secret": password},
            scratch("tmp", 64),
        ],
    }


def _probe(*, failures: int) -> dict[str, Any]:
    ask = 'REDISCLI_AUTH="$(cat /run/secrets/redis_password)" redis-cli ping | grep -qx PONG'
    return {
        "exec": {"command": ["sh", "-c", ask.replace("$(", "$$(")]},
        "initialDelaySeconds": 2,
        "periodSeconds": 10,
        "timeoutSeconds": 5,
        "failureThreshold": failures,
    }
