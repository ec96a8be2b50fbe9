"""All files of the Kubernetes bundle. Pure."""

from collections.abc import Mapping

from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes import cluster, network, scale, workload
from ci.decide.bundle.kubernetes.components import Objects, components, of_the_cluster
from ci.decide.bundle.kubernetes.names import ENVIRONMENTS, HEAD, SETTINGS, kustomization
from ci.decide.bundle.kubernetes.overlays import overlay
from ci.decide.bundle.kubernetes.readme import readme
from ci.decide.bundle.kubernetes.secrets import example, of_redis
from ci.decide.bundle.signer import Signer
from ci.decide.bundle.text import document, documents


def files(deployment: Deployment, signer: Signer) -> Mapping[str, str]:
    """The bundle: path to text.

    Args:
        deployment: what is deployed.
        signer: who signs its images; empty for nobody, and then no policy asks for a signature.
    """
    parts, policies = components(deployment, signer), of_the_cluster(deployment, signer)
    written = {
        **_base(deployment),
        **{f"cluster/{name}/policy.yaml": documents(values) for name, values in policies.items()},
        **{
            f"cluster/{name}/kustomization.yaml": document(kustomization(resources=["policy.yaml"]), about=HEAD)
            for name in policies
        },
        **{f"components/{name}/{file}": text for name, one in parts.items() for file, text in one.items()},
        **{
            f"overlays/{name}/{file}": text
            for name, host in ENVIRONMENTS.items()
            for file, text in overlay(deployment, name, host, list(parts)).items()
        },
    }
    if deployment.variables.secrets:
        written["secret.example.yaml"] = document(
            example(deployment),
            about="Names without values. README.md says how to make the Secret; do not commit values.",
        )
    return {**written, "README.md": readme(deployment, signer, list(parts))}


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
    values = {one.name: of_redis(deployment, one) for one in deployment.variables.settings}
    settings = {name: value for name, value in values.items() if value and value.isprintable()}
    own = kustomization(
        resources=list(objects),
        configMapGenerator=[{"name": workload.settings_name(deployment), "envs": [SETTINGS]}],
    )
    return {
        "base/kustomization.yaml": document(own, about=f"{HEAD}\nWhat the app needs, everywhere."),
        f"base/{SETTINGS}": "".join(f"{name}={value}\n" for name, value in settings.items()),
        **{f"base/{name}": documents(values) for name, values in objects.items()},
    }
