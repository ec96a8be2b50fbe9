"""All files of the Compose bundle. Pure."""

import json
from collections.abc import Mapping

from ci.decide.bundle.compose import app
from ci.decide.bundle.compose.dashboard import dashboard
from ci.decide.bundle.compose.environment import PASSWORD, secrets, settings
from ci.decide.bundle.compose.project import project
from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.text import document, template

PROMETHEUS = "monitoring/prometheus.yml"
PROCESS = "monitoring/grafana/dashboards/process.json"

_MONITORING = (
    "monitoring/alerts.yml",
    "monitoring/grafana/datasources/prometheus.yml",
    "monitoring/grafana/dashboards/app.yml",
    "monitoring/grafana/dashboards/app.json",
)
_REDIS = ("redis/redis.conf", "redis/start.sh", "backup.sh", "restore.sh")


def files(deployment: Deployment) -> Mapping[str, str]:
    """The bundle: path to text.

    Args:
        deployment: what is deployed.
    """
    same = [*_MONITORING, *(_REDIS if deployment.redis else ())]
    given = {"secrets/app.env.example": secrets(deployment)} if deployment.variables.secrets else {}
    if deployment.metrics:
        given[PROCESS] = dashboard()
    return {
        "compose.yaml": document(project(deployment), about=_about(deployment)),
        ".env.example": settings(deployment),
        ".gitignore": "/.env\n/backups/\n/secrets/*\n!/secrets/app.env.example\n/state/\n",
        **given,
        "proxy/Caddyfile": template(
            "compose/proxy/Caddyfile",
            port=deployment.port,
            health_port=f"\n\t\thealth_port {deployment.health.port}" if deployment.health.port else "",
            health_path=json.dumps(deployment.health.path),
            health_status=deployment.health.status,
        ),
        "setup.sh": _setup(deployment),
        **{name: template(f"compose/{name}") for name in same},
        PROMETHEUS: template(f"compose/{PROMETHEUS}", app=_scraped(deployment)),
        "README.md": _readme(deployment),
    }


def _scraped(deployment: Deployment) -> str:
    """What Prometheus asks the app itself."""
    if not (deployment.side and deployment.side.metrics):
        return ""
    return f'  - job_name: app\n    static_configs:\n      - targets: ["app:{deployment.side.port}"]\n'


def _about(deployment: Deployment) -> str:
    version = f" {deployment.image.version}" if deployment.image.version else ""
    return (
        f"{deployment.name}{version}. Written by next-distroless; README.md says how to use it.\n"
        "To change something, write compose.override.yaml: this file is replaced by the next bundle."
    )


def _setup(deployment: Deployment) -> str:
    made = ["grafana_password", *(["redis_password"] if deployment.redis else [])]
    text = template("compose/setup.sh", random=" ".join(made))
    if deployment.variables.secrets:
        fill = f'sed "s/{PASSWORD}/$(cat secrets/redis_password)/"' if deployment.redis else "cat"
        text += template("compose/setup-secrets.sh", fill=fill)
    if deployment.kept:
        paths = " ".join(_word(one.path) for one in deployment.kept)
        text += template("compose/setup-state.sh", paths=paths, reference=deployment.image.reference)
    return text


def _word(text: str) -> str:
    """One word of a shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _readme(deployment: Deployment) -> str:
    text = template("compose/readme.text", name=deployment.name, reference=deployment.image.reference)
    if deployment.variables.secrets:
        by_file = app.reads_secret_files(deployment)
        names = ", ".join(f"`{one.name}`" for one in deployment.variables.secrets)
        text += template(f"compose/readme-secrets-{'file' if by_file else 'env'}.text", names=names)
    if deployment.redis:
        text += template("compose/readme-redis.text")
    if deployment.writable:
        text += "\n## What the app writes\n\nThe root of its file system is read-only. It can write to:\n\n"
        text += "".join(
            f"- `{one.path}`: {'in memory, gone after a restart' if one.throwaway else f'kept in `{app.place(one)}`'}\n"
            for one in deployment.writable
        )
    return text
