"""``compose.yaml``: services, networks, volumes and secrets. Pure."""

from collections.abc import Mapping
from typing import Any

from ci.decide.bundle.compose import app
from ci.decide.bundle.compose.hardening import TMP, check, hardened, mount, volume
from ci.decide.bundle.deployment import Deployment

MONITORING = "monitoring"
"""Profile of what only some want."""

REDIS_USER, PROMETHEUS_USER, GRAFANA_USER = "999:999", "65534:65534", "472:0"
"""Users of these images, in numbers."""

_WGET = ("wget", "-q", "-O", "/dev/null")


def project(deployment: Deployment) -> dict[str, Any]:
    """The whole file."""
    redis = {"redis": _redis(deployment.images)} if deployment.redis else {}
    secrets = {
        **({app.SECRETS: "app.env"} if app.reads_secret_files(deployment) else {}),
        **({"redis_password": "redis_password"} if deployment.redis else {}),
        "grafana_password": "grafana_password",
    }
    return {
        "name": deployment.name,
        "services": {
            "app": app.service(deployment),
            **redis,
            "proxy": _proxy(deployment.images),
            "prometheus": _prometheus(deployment.images),
            "grafana": _grafana(deployment.images),
        },
        "networks": {
            "web": {},
            **({"data": {"internal": True}} if deployment.redis else {}),
            "monitoring": {"internal": True},
            "panel": {},
        },
        "volumes": {
            **({"redis-data": {}} if deployment.redis else {}),
            **{name: {} for name in ("proxy-data", "proxy-config", "prometheus-data", "grafana-data")},
        },
        "secrets": {name: {"file": f"./secrets/{file}"} for name, file in secrets.items()},
    }


def _redis(images: Mapping[str, str]) -> dict[str, Any]:
    return {
        "image": images["redis"],
        "command": ["sh", "/etc/redis/start.sh"],
        "user": REDIS_USER,
        **hardened(memory=512),
        "tmpfs": [TMP],
        "secrets": ["redis_password"],
        "volumes": [
            mount("./redis/redis.conf", "/etc/redis/redis.conf"),
            mount("./redis/start.sh", "/etc/redis/start.sh"),
            volume("redis-data", "/data"),
        ],
        "healthcheck": check('REDISCLI_AUTH="$$(cat /run/secrets/redis_password)" redis-cli ping | grep -qx PONG'),
        "stop_grace_period": "30s",
        "networks": ["data"],
    }


def _proxy(images: Mapping[str, str]) -> dict[str, Any]:
    return {
        "image": images["caddy"],
        **hardened(memory=256),
        "cap_add": ["NET_BIND_SERVICE"],
        "tmpfs": [TMP],
        "environment": {
            "DOMAIN": "${DOMAIN:-localhost}",
            "ACME": "${ACME_EMAIL:+email ${ACME_EMAIL:-}}",
        },
        "ports": ["${HTTP_PORT:-80}:80", "${HTTPS_PORT:-443}:443", "${HTTPS_PORT:-443}:443/udp"],
        "volumes": [
            mount("./proxy/Caddyfile", "/etc/caddy/Caddyfile"),
            volume("proxy-data", "/data"),
            volume("proxy-config", "/config"),
        ],
        "healthcheck": check(*_WGET, "http://127.0.0.1:9180/health"),
        "stop_grace_period": "40s",
        "networks": ["web", "monitoring"],
        "depends_on": {"app": {"condition": "service_healthy"}},
    }


def _prometheus(images: Mapping[str, str]) -> dict[str, Any]:
    return {
        "image": images["prometheus"],
        "profiles": [MONITORING],
        "command": [
            "--config.file=/etc/prometheus/prometheus.yml",
            "--storage.tsdb.path=/prometheus",
            "--storage.tsdb.retention.time=15d",
            "--storage.tsdb.retention.size=1GB",
        ],
        "user": PROMETHEUS_USER,
        **hardened(memory=512),
        "tmpfs": [TMP],
        "volumes": [
            mount("./monitoring/prometheus.yml", "/etc/prometheus/prometheus.yml"),
            mount("./monitoring/alerts.yml", "/etc/prometheus/alerts.yml"),
            volume("prometheus-data", "/prometheus"),
        ],
        "healthcheck": check(*_WGET, "http://127.0.0.1:9090/-/healthy"),
        "networks": ["monitoring"],
    }


def _grafana(images: Mapping[str, str]) -> dict[str, Any]:
    settings = {
        "GF_SECURITY_ADMIN_PASSWORD__FILE": "/run/secrets/grafana_password",
        "GF_USERS_ALLOW_SIGN_UP": "false",
        "GF_AUTH_ANONYMOUS_ENABLED": "false",
        "GF_ANALYTICS_REPORTING_ENABLED": "false",
        "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
        "GF_PLUGINS_PREINSTALL_DISABLED": "true",
    }
    provisioning = "/etc/grafana/provisioning"
    return {
        "image": images["grafana"],
        "profiles": [MONITORING],
        "user": GRAFANA_USER,
        **hardened(memory=512),
        "tmpfs": [TMP],
        "environment": settings,
        "secrets": ["grafana_password"],
        "ports": ["127.0.0.1:${GRAFANA_PORT:-3001}:3000"],
        "volumes": [
            mount("./monitoring/grafana/datasources", f"{provisioning}/datasources"),
            mount("./monitoring/grafana/dashboards", f"{provisioning}/dashboards"),
            volume("grafana-data", "/var/lib/grafana"),
        ],
        "healthcheck": check(*_WGET, "http://127.0.0.1:3000/api/health", start=60),
        "networks": ["monitoring", "panel"],
        "depends_on": {"prometheus": {"condition": "service_healthy"}},
    }
