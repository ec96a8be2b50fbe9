"""All files of the Kubernetes bundle. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes import admission, cluster, monitoring, network, redis, scale, workload
from ci.decide.bundle.kubernetes.names import ENVIRONMENTS, REDIS, kustomization
from ci.decide.bundle.kubernetes.secrets import example
from ci.decide.bundle.signer import Signer
from ci.decide.bundle.text import document, documents, template

Objects = Sequence[Mapping[str, Any]]

SETTINGS = "settings.env"
_HEAD = "Written by next-distroless; README.md says how to use it."


def files(deployment: Deployment, signer: Signer) -> Mapping[str, str]:
    """The bundle: path to text.

    Args:
        deployment: what is deployed.
        signer: who signs its images; empty for nobody, and then no policy asks for a signature.
    """
    components, policies = _components(deployment, signer), _of_the_cluster(deployment, signer)
    written = {
        **_base(deployment),
        **{f"cluster/{name}/policy.yaml": documents(values) for name, values in policies.items()},
        **{
            f"cluster/{name}/kustomization.yaml": document(kustomization(resources=["policy.yaml"]), about=_HEAD)
            for name in policies
        },
        **{f"components/{name}/{file}": text for name, one in components.items() for file, text in one.items()},
        **{
            f"overlays/{name}/{file}": text
            for name, host in ENVIRONMENTS.items()
            for file, text in _overlay(deployment, name, host, list(components)).items()
        },
    }
    if deployment.variables.secrets:
        written["secret.example.yaml"] = document(
            example(deployment),
            about="Names without values. README.md says how to make the Secret; do not commit values.",
        )
    return {**written, "README.md": _readme(deployment, signer, list(components))}


def _base(deployment: Deployment) -> Mapping[str, str]:
    objects: dict[str, Objects] = {
        "namespace.yaml": [cluster.namespace(deployment)],
        "serviceaccount.yaml": [cluster.account(deployment)],
        "deployment.yaml": [workload.workload(deployment)],
        "service.yaml": [network.service(deployment)],
        "ingress.yaml": [network.ingress(deployment)],
        "hpa.yaml": [scale.autoscaler(deployment)],
        "pdb.yaml": [scale.budget(deployment)],
        "networkpolicy.yaml": network.policies(deployment),
    }
    own = kustomization(
        resources=list(objects),
        configMapGenerator=[{"name": workload.settings_name(deployment), "envs": [SETTINGS]}],
    )
    return {
        "base/kustomization.yaml": document(own, about=f"{_HEAD}\nWhat the app needs, everywhere."),
        f"base/{SETTINGS}": "".join(f"{one.name}={one.value}\n" for one in deployment.variables.settings if one.value),
        **{f"base/{name}": documents(values) for name, values in objects.items()},
    }


def _components(deployment: Deployment, signer: Signer) -> Mapping[str, Mapping[str, str]]:
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


def _of_the_cluster(deployment: Deployment, signer: Signer) -> Mapping[str, Objects]:
    """Policies that belong to no namespace, by their directory: an overlay would give them its own."""
    asked = {"admission-sigstore": [admission.policy_controller(deployment, signer)]} if signer.identity else {}
    return {"admission-digest": admission.by_digest(deployment), **asked}


def _component(
    objects: Mapping[str, Objects], texts: Mapping[str, str] | None = None, **more: Any
) -> Mapping[str, str]:
    own = kustomization("Component", resources=list(objects), **more)
    return {
        "kustomization.yaml": document(own, about=_HEAD),
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


def _overlay(deployment: Deployment, name: str, host: str, components: list[str]) -> Mapping[str, str]:
    used = [one for one in components if one == REDIS]
    own = kustomization(
        namespace=f"{deployment.name}-{name}",
        resources=["../../base"],
        components=[f"../../components/{one}" for one in used],
        images=[{"name": deployment.image.repository, "digest": deployment.image.digest}],
        configMapGenerator=[
            {"name": workload.settings_name(deployment), "behavior": "merge", "envs": [SETTINGS]},
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
    about = f"{_HEAD}\nYours to change: the host, the settings, the components, and the digest that runs."
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
    return head + "".join(
        f"{'' if one.required and not one.value else '# '}{one.name}={one.value}\n"
        for one in deployment.variables.settings
    )


def _readme(deployment: Deployment, signer: Signer, components: list[str]) -> str:
    about = {
        REDIS: "redis as a StatefulSet with a volume of 1 GB; leave it out where the cluster or a cloud has one",
        "gateway": "an HTTPRoute in place of the Ingress; set the gateway in `httproute.yaml`",
        "monitoring": "for the Prometheus Operator: a ServiceMonitor of `/metrics`, for an app that has it, and alerts",
        "admission-kyverno": "signature and provenance, checked by Kyverno 1.19 or later",
        "admission-sigstore": "the label by which Sigstore's policy-controller looks at the namespace",
    }
    rows = "".join(f"| `{name}` | {about[name]} |\n" for name in components)
    values = {"name": deployment.name, "repository": deployment.image.repository}
    text = template("kubernetes/readme.text", **values, reference=deployment.image.reference, components=rows)
    text += template(f"kubernetes/readme-admission{'-identity' if signer.identity else ''}.text")
    if not signer:
        text += template("kubernetes/readme-no-signer.text")
    if deployment.variables.secrets:
        kind = "file" if workload.by_file(deployment) else "env"
        names = ", ".join(f"`{one.name}`" for one in deployment.variables.secrets)
        secret = workload.secret_name(deployment)
        text += template(f"kubernetes/readme-secrets-{kind}.text", **values, names=names, secret=secret)
    if deployment.redis:
        text += template(
            "kubernetes/readme-redis.text", secret=workload.secret_name(deployment), host=redis.host(deployment)
        )
    if deployment.writable:
        text += template("kubernetes/readme-writable.text")
        text += "".join(f"- `{one.path}`\n" for one in deployment.writable)
    return text
