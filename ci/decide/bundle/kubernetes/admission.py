"""Which images the cluster admits: by their digest alone, and by their signature. Pure."""

from typing import Any

from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes.names import NAME
from ci.decide.bundle.signer import Signer
from ci.intool.attest.predicates import PROVENANCE

FULCIO, REKOR = "https://fulcio.sigstore.dev", "https://rekor.sigstore.dev"
"""Sigstore's public authority and log."""

_PODS = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["pods"]}
_EVERY = (
    "(images.containers + images.?initContainers.orValue([]) + images.?ephemeralContainers.orValue([]))"
    ".map(image, {}).all(count, count > 0)"
)


def by_digest(deployment: Deployment) -> list[dict[str, Any]]:
    """A ValidatingAdmissionPolicy, which needs nothing but Kubernetes 1.30: no image by its tag, none of others.

    It says what may run in the namespaces of the app, and not who made it.
    """
    allowed = [f"c.image.startsWith('{deployment.image.repository}@sha256:')"]
    allowed += [f"c.image == '{deployment.images['redis']}'"] if deployment.redis else []
    kinds = ("containers", "initContainers", "ephemeralContainers")
    name = f"{deployment.name}-images"
    return [
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicy",
            "metadata": {"name": name},
            "spec": {
                "failurePolicy": "Fail",
                "matchConstraints": {
                    "resourceRules": [{**_PODS, "resources": ["pods", "pods/ephemeralcontainers"]}],
                },
                "validations": [
                    {
                        "expression": f"object.spec.?{kind}.orValue([]).all(c, {' || '.join(allowed)})",
                        "message": f"{kind}: only images of {deployment.image.repository} by digest may run here",
                    }
                    for kind in kinds
                ],
            },
        },
        {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingAdmissionPolicyBinding",
            "metadata": {"name": name},
            "spec": {
                "policyName": name,
                "validationActions": ["Deny"],
                "matchResources": {"namespaceSelector": {"matchLabels": {NAME: deployment.name}}},
            },
        },
    ]


def kyverno(deployment: Deployment, signer: Signer) -> dict[str, Any]:
    """A policy of Kyverno 1.19 or later: images of the app are signed, and so is their provenance."""
    cosign: dict[str, Any] = (
        {"key": {"data": signer.key}, "ctlog": {"insecureIgnoreTlog": True}}
        if signer.key
        else {
            "keyless": {"identities": [{"issuer": signer.issuer, "subject": signer.identity}]},
            "ctlog": {"url": REKOR},
        }
    )
    return {
        "apiVersion": "policies.kyverno.io/v1",
        "kind": "NamespacedImageValidatingPolicy",
        "metadata": {"name": f"{deployment.name}-signed"},
        "spec": {
            "failurePolicy": "Fail",
            "validationActions": ["Deny"],
            "webhookConfiguration": {"timeoutSeconds": 30},
            "matchConstraints": {"resourceRules": [_PODS]},
            "matchImageReferences": [{"glob": f"{deployment.image.repository}@*"}],
            "validationConfigurations": {"mutateDigest": False, "verifyDigest": True, "required": True},
            "attestors": [{"name": "release", "cosign": cosign}],
            "attestations": [{"name": "provenance", "intoto": {"type": PROVENANCE}}],
            "validations": [
                {
                    "expression": _EVERY.format("verifyImageSignatures(image, [attestors.release])"),
                    "message": "the image is not signed by the release's signer",
                },
                {
                    "expression": _EVERY.format(
                        "verifyAttestationSignatures(image, attestations.provenance, [attestors.release])"
                    ),
                    "message": "the image has no provenance of the release's signer",
                },
            ],
        },
    }


def policy_controller(deployment: Deployment, signer: Signer) -> dict[str, Any]:
    """A policy of Sigstore's policy-controller 0.13 or later, which reads bundles of identities, and none of keys."""
    return {
        "apiVersion": "policy.sigstore.dev/v1beta1",
        "kind": "ClusterImagePolicy",
        "metadata": {"name": f"{deployment.name}-signed"},
        "spec": {
            "mode": "enforce",
            "images": [{"glob": f"{deployment.image.repository}**"}],
            "authorities": [
                {
                    "name": "release",
                    "signatureFormat": "bundle",
                    "keyless": {
                        "url": FULCIO,
                        "identities": [{"issuer": signer.issuer, "subject": signer.identity}],
                    },
                    "ctlog": {"url": REKOR},
                    "attestations": [{"name": "provenance", "predicateType": PROVENANCE}],
                }
            ],
        },
    }
