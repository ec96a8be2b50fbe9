"""The README of the Kubernetes bundle, for this app. Pure."""

from collections.abc import Sequence

from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes import redis, workload
from ci.decide.bundle.kubernetes.names import REDIS
from ci.decide.bundle.signer import Signer
from ci.decide.bundle.text import template


def readme(deployment: Deployment, signer: Signer, components: Sequence[str]) -> str:
    """The text.

    Args:
        deployment: what is deployed.
        signer: who signs its images; empty for nobody.
        components: that there are.
    """
    about = {
        REDIS: "redis as a StatefulSet with a volume of 1 GB; leave it out where the cluster or a cloud has one",
        "gateway": "an HTTPRoute in place of the Ingress; set gateway and host in `httproute.yaml`",
        "monitoring": "for the Prometheus Operator: a ServiceMonitor of `/metrics`, where there is one, and alerts",
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
