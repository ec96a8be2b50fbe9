"""Parts that an overlay may have, and policies that belong to no namespace. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes import admission, monitoring, network, redis
from ci.decide.bundle.kubernetes.names import HEAD, REDIS, kustomization
from ci.decide.bundle.signer import Signer
from ci.decide.bundle.text import document, documents, template

Objects = Sequence[Mapping[str, Any]]


def components(deployment: Deployment, signer: Signer) -> Mapping[str, Mapping[str, str]]:
    """Parts that an overlay may have, by their directory."""
    found: dict[str, Mapping[str, str]] = {}
    if deployment.redis:
        found[REDIS] = _component(
            {
                "redis.yaml": [
                    redis.service(deployment),
                    redis.workload(deployment),
                    *network.between(deployment, REDIS, redis.PORT),
                ]
            },
            texts={name: template(f"compose/redis/{name}") for name in ("redis.conf", "start.sh")},
            configMapGenerator=[{"name": redis.CONFIG, "files": ["redis.conf", "start.sh"]}],
        )
    found["gateway"] = _component(
        {"httproute.yaml": [network.route(deployment)]},
        patches=[{"patch": document(_without_ingress(deployment))}],
    )
    found["monitoring"] = _component(
        {
            "servicemonitor.yaml": [monitoring.monitor(deployment), network.scraped(deployment)],
            "alerts.yaml": [monitoring.alerts(deployment, deployment.memory)],
        }
    )
    if signer:
        found["admission-kyverno"] = _component({"policy.yaml": [admission.kyverno(deployment, signer)]})
    if signer.identity:
        found["admission-sigstore"] = _component({}, patches=[{"patch": document(_included(deployment))}])
    return found


def of_the_cluster(deployment: Deployment, signer: Signer) -> Mapping[str, Objects]:
    """Policies that belong to no namespace, by their directory: an overlay would give them its own."""
    asked = {"admission-sigstore": [admission.policy_controller(deployment, signer)]} if signer.identity else {}
    return {"admission-digest": admission.by_digest(deployment), **asked}


def _component(
    objects: Mapping[str, Objects], texts: Mapping[str, str] | None = None, **more: Any
) -> Mapping[str, str]:
    own = kustomization("Component", resources=list(objects), **more)
    return {
        "kustomization.yaml": document(own, about=HEAD),
        **{name: documents(values) for name, values in objects.items()},
        **(texts or {}),
    }


def _without_ingress(deployment: Deployment) -> dict[str, Any]:
    named = {"name": deployment.name}
    return {"$patch": "delete", "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": named}


def _included(deployment: Deployment) -> dict[str, Any]:
    """The namespace with the label by which policy-controller looks at it."""
    named = {"name": deployment.name, "labels": {"policy.sigstore.dev/include": "true"}}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": named}
