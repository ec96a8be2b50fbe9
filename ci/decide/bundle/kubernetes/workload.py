"""The app as a Deployment. Pure."""

import math
from dataclasses import replace
from typing import Any

from ci.decide.bundle.deployment import Deployment, HealthProbe
from ci.decide.bundle.kubernetes.names import HTTP, SIDE, labels, metadata, selector
from ci.decide.bundle.kubernetes.pod import container_security, pod_security, resources, scratch, spread
from ci.decide.plan.health import ALIVE
from ci.decide.plan.model import NODE

DRAIN = 10
"""Seconds between a pod's removal from the service and its SIGTERM: the time that proxies need to hear of it."""

START = 120
"""Seconds that a start may take at least."""

TMP, STATE, ENV = "tmp", "state", "app-env"
"""Names of volumes."""

SECRETS = "/secrets/app.env"
"""Where the app's secrets are in the container."""

STATE_SIZE, TMP_SIZE = 256, 64
"""MiB."""

SEED = """\
const fs = require('fs'), path = require('path')
for (const from of process.argv.slice(1)) {
  const to = path.join('/state', from)
  fs.mkdirSync(path.dirname(to), { recursive: true })
  if (fs.existsSync(from)) fs.cpSync(from, to, { recursive: true })
  else fs.mkdirSync(to)
}
"""
"""Copies paths of the image into the volume that is mounted over them afterwards."""


def secret_name(deployment: Deployment) -> str:
    """Name of the Secret with the app's secrets."""
    return f"{deployment.name}-secrets"


def settings_name(deployment: Deployment) -> str:
    """Name of the ConfigMap with the app's settings."""
    return f"{deployment.name}-settings"


def workload(deployment: Deployment) -> dict[str, Any]:
    """The Deployment. It has no number of replicas, which the autoscaler sets."""
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(deployment),
        "spec": {
            "revisionHistoryLimit": 10,
            "minReadySeconds": 5,
            "progressDeadlineSeconds": 600,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
            "selector": selector(deployment),
            "template": {"metadata": {"labels": labels(deployment, "app")}, "spec": _pod(deployment)},
        },
    }


def _pod(deployment: Deployment) -> dict[str, Any]:
    return {
        "serviceAccountName": deployment.name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": pod_security(deployment.user),
        "terminationGracePeriodSeconds": DRAIN + deployment.grace,
        "topologySpreadConstraints": spread(selector(deployment)),
        **({"initContainers": [_seed(deployment)]} if deployment.writable else {}),
        "containers": [_container(deployment)],
        "volumes": _volumes(deployment),
    }


def _container(deployment: Deployment) -> dict[str, Any]:
    image, as_file, side = deployment.image, by_file(deployment), deployment.side
    return {
        "name": "app",
        "image": image.reference,
        "imagePullPolicy": "IfNotPresent",
        **({"args": [_literal(one) for one in (f"--env-file={SECRETS}", *image.cmd)]} if as_file else {}),
        "ports": [
            {"name": HTTP, "containerPort": deployment.port, "protocol": "TCP"},
            *([{"name": SIDE, "containerPort": side.port, "protocol": "TCP"}] if side else []),
        ],
        "env": _listening(deployment),
        "envFrom": _environment(deployment),
        "startupProbe": _probe(deployment.health, period=2, failures=math.ceil(_start(deployment) / 2)),
        "readinessProbe": _probe(deployment.health, period=5, failures=2),
        "livenessProbe": _probe(_alive(deployment), period=10, failures=6),
        "lifecycle": {"preStop": {"sleep": {"seconds": DRAIN}}},
        "resources": resources(deployment.memory, STATE_SIZE + TMP_SIZE + 128),
        "securityContext": container_security(),
        "volumeMounts": [
            {"name": TMP, "mountPath": "/tmp"},  # noqa: S108  a volume of the pod's own
            *({"name": STATE, "mountPath": one.path, "subPath": one.path.lstrip("/")} for one in deployment.writable),
            *([{"name": ENV, "mountPath": SECRETS.rpartition("/")[0], "readOnly": True}] if as_file else []),
        ],
    }


def _seed(deployment: Deployment) -> dict[str, Any]:
    paths = [_literal(one.path) for one in deployment.writable]
    return {
        "name": "seed",
        "image": deployment.image.reference,
        "imagePullPolicy": "IfNotPresent",
        "command": [NODE, "-e", _literal(SEED), *paths],
        "resources": resources(128, STATE_SIZE),
        "securityContext": container_security(),
        "volumeMounts": [{"name": STATE, "mountPath": "/state"}],
    }


def _volumes(deployment: Deployment) -> list[dict[str, Any]]:
    item = {"key": SECRETS.rpartition("/")[2], "path": SECRETS.rpartition("/")[2]}
    secret = {"secretName": secret_name(deployment), "defaultMode": 0o440, "items": [item]}
    return [
        scratch(TMP, TMP_SIZE),
        *([scratch(STATE, STATE_SIZE)] if deployment.writable else []),
        *([{"name": ENV, "secret": secret}] if by_file(deployment) else []),
    ]


def _listening(deployment: Deployment) -> list[dict[str, Any]]:
    """The address that the server listens on: some runtimes set ``HOSTNAME`` to the pod's name."""
    address = deployment.image.env.get("HOSTNAME", "0.0.0.0")  # noqa: S104  all addresses of the pod
    return [{"name": "HOSTNAME", "value": address}]


def _environment(deployment: Deployment) -> list[dict[str, Any]]:
    by_environment = bool(deployment.variables.secrets) and not by_file(deployment)
    return [
        {"configMapRef": {"name": settings_name(deployment)}},
        *([{"secretRef": {"name": secret_name(deployment)}}] if by_environment else []),
    ]


def by_file(deployment: Deployment) -> bool:
    """Whether the app's secrets are a file that node reads; else they are variables of the container."""
    return bool(deployment.variables.secrets) and deployment.image.runs_node


def _start(deployment: Deployment) -> int:
    return max(START, 2 * deployment.health.start_period)


def _alive(deployment: Deployment) -> HealthProbe:
    """Whether the process answers at all; what the app's own route knows more of is no reason to end it."""
    if not deployment.side:
        return deployment.health
    return replace(deployment.health, path=ALIVE, port=deployment.side.port, status=200)


def _probe(health: HealthProbe, *, period: int, failures: int) -> dict[str, Any]:
    asked: dict[str, Any] = (
        {"httpGet": {"path": health.path, "port": SIDE if health.port else HTTP}}
        if health.plain
        else {"exec": {"command": [_literal(one) for one in health.command]}}
    )
    return {**asked, "periodSeconds": period, "timeoutSeconds": max(health.timeout, 1), "failureThreshold": failures}


def _literal(text: str) -> str:
    """A text that Kubernetes must not read as a reference to a variable: ``$(NAME)``."""
    return text.replace("$(", "$$(")
