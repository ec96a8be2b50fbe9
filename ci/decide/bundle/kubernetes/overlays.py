"""The overlays: what differs from one environment to the next. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes.names import HEAD, REDIS, SETTINGS, kustomization
from ci.decide.bundle.kubernetes.secrets import of_redis
from ci.decide.bundle.kubernetes.workload import settings_name
from ci.decide.bundle.text import document


def overlay(deployment: Deployment, name: str, host: str, components: Sequence[str]) -> Mapping[str, str]:
    """The files of one.

    Args:
        deployment: what is deployed.
        name: of the environment.
        host: that stands in it.
        components: that there are.
    """
    used = [one for one in components if one == REDIS]
    own = kustomization(
        namespace=f"{deployment.name}-{name}",
        resources=["../../base"],
        components=[f"../../components/{one}" for one in used],
        images=[{"name": deployment.image.repository, "digest": deployment.image.digest}],
        configMapGenerator=[
            {"name": settings_name(deployment), "behavior": "merge", "envs": [SETTINGS]},
        ],
        patches=[
            {"target": {"kind": "Ingress"}, "patch": _json_patch(*_hosts(host))},
            *(
                [{"target": {"kind": "HorizontalPodAutoscaler"}, "patch": _json_patch(*_few())}]
                if name == "staging"
                else []
            ),
        ],
    )
    about = f"{HEAD}\nYours to change: the host, the settings, the components, and the digest that runs."
    return {
        "kustomization.yaml": document(own, about=about),
        SETTINGS: _settings(deployment),
    }


def _hosts(host: str) -> list[tuple[str, Any]]:
    return [("/spec/rules/0/host", host), ("/spec/tls/0/hosts/0", host)]


def _few() -> list[tuple[str, Any]]:
    return [("/spec/minReplicas", 1), ("/spec/maxReplicas", 2)]


def _json_patch(*values: tuple[str, Any]) -> str:
    """A JSON patch (RFC 6902) that replaces values, as text."""
    return "".join(f"- op: replace\n  path: {path}\n  value: {value}\n" for path, value in values)


def _settings(deployment: Deployment) -> str:
    head = "# Settings of the app in this environment, NAME=value. A line with `#` before it is not set.\n"
    values = ((one, of_redis(deployment, one)) for one in deployment.variables.settings)
    return head + "".join(
        f"{'' if one.required and not value else '# '}{one.name}={value if value.isprintable() else ''}\n"
        for one, value in values
    )
