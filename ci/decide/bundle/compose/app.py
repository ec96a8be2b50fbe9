"""The app as a service of Compose. Pure."""

from typing import Any

from ci.decide.bundle.compose.hardening import TMP, check, escaped, hardened, mount
from ci.decide.bundle.deployment import Deployment, Writable

SECRETS = "app_env"
"""Compose secret with the app's secret variables."""

ENV_FILE = f"--env-file=/run/secrets/{SECRETS}"
"""Argument of node, which reads variables from a file itself (Node.js 20.6 and later)."""

STATE = "./state"
"""Directory of the bundle with what the app writes and keeps."""

FIRST = 10
"""Seconds between two health checks at most: `up --wait`, the proxy and an update wait for the first one."""


def reads_secret_files(deployment: Deployment) -> bool:
    """Whether secrets reach the app as a file; else as variables of the container, which its metadata shows."""
    return bool(deployment.variables.secrets) and deployment.image.runs_node


def service(deployment: Deployment) -> dict[str, Any]:
    """The service."""
    image, health = deployment.image, deployment.health
    by_file = reads_secret_files(deployment)
    by_environment = bool(deployment.variables.secrets) and not by_file
    kept = [mount(place(one), one.path, read_only=False) for one in deployment.kept]
    throwaway = [_tmpfs(one, deployment.user) for one in deployment.writable if one.throwaway]
    return {
        "image": image.reference,
        **({"command": escaped([ENV_FILE, *image.cmd])} if by_file else {}),
        "user": f"{deployment.user}:{deployment.user}",
        "init": True,
        **hardened(memory=deployment.memory),
        "tmpfs": [TMP, *throwaway],
        "env_file": [".env", *(["secrets/app.env"] if by_environment else [])],
        **({"secrets": [SECRETS]} if by_file else {}),
        **({"volumes": escaped(kept)} if kept else {}),
        "healthcheck": check(
            *escaped(health.command),
            interval=min(health.interval, FIRST),
            timeout=health.timeout,
            start=health.start_period,
            retries=health.retries,
        ),
        "stop_grace_period": f"{deployment.grace}s",
        "networks": [
            "web",
            *(["data"] if deployment.redis else []),
            *(["monitoring"] if deployment.metrics else []),
        ],
        **({"depends_on": {"redis": {"condition": "service_healthy"}}} if deployment.redis else {}),
    }


def place(one: Writable) -> str:
    """Where the bundle keeps a path of the image."""
    return f"{STATE}{one.path}"


def _tmpfs(one: Writable, user: int) -> str:
    return f"{one.path}:rw,noexec,nosuid,nodev,size=256m,mode=0755,uid={user},gid={user}"
