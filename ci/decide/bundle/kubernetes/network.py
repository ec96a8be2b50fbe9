"""How the app is reached and what it reaches: Service, Ingress, HTTPRoute, NetworkPolicies. Pure."""

from typing import Any

from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes.names import ENVIRONMENTS, HTTP, SIDE, labels, metadata, selector
from ci.decide.config.model import Side

INGRESS = ("ingress-nginx", "traefik", "envoy-gateway-system", "istio-ingress", "kong", "cilium")
"""Namespaces of common controllers of ingresses and gateways."""

PRIVATE = {"0.0.0.0/0": ["169.254.0.0/16"], "::/0": ["fe80::/10", "fd00:ec2::254/128"]}
"""Everything, but where clouds hand out the machine's own credentials."""

WEB = (80, 443)


def service(deployment: Deployment) -> dict[str, Any]:
    """The Service."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(deployment),
        "spec": {
            "type": "ClusterIP",
            "selector": labels(deployment, "app"),
            "ports": [
                {"name": HTTP, "port": 80, "targetPort": HTTP, "protocol": "TCP", "appProtocol": "http"},
                *([_side(deployment.side)] if deployment.side and deployment.side.metrics else []),
            ],
        },
    }


def _side(side: Side) -> dict[str, Any]:
    """For Prometheus alone: the NetworkPolicies let nothing else of the cluster reach it."""
    return {"name": SIDE, "port": side.port, "targetPort": SIDE, "protocol": "TCP", "appProtocol": "http"}


def ingress(deployment: Deployment) -> dict[str, Any]:
    """The Ingress; overlays give it their host."""
    host = ENVIRONMENTS["production"]
    backend = {"service": {"name": deployment.name, "port": {"name": HTTP}}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": metadata(deployment),
        "spec": {
            "tls": [{"hosts": [host], "secretName": f"{deployment.name}-tls"}],
            "rules": [
                {"host": host, "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}},
            ],
        },
    }


def route(deployment: Deployment) -> dict[str, Any]:
    """The same for the Gateway API, on a gateway that the cluster has."""
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": metadata(deployment),
        "spec": {
            "parentRefs": [{"name": "gateway", "namespace": "gateway-system"}],
            "hostnames": [ENVIRONMENTS["production"]],
            "rules": [
                {
                    "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                    "backendRefs": [{"name": deployment.name, "port": 80}],
                }
            ],
        },
    }


def policies(deployment: Deployment) -> list[dict[str, Any]]:
    """Nothing reaches or leaves a pod of the namespace, but for what the app needs."""
    return [
        _policy(
            {"name": f"{deployment.name}-nothing", "labels": labels(deployment, "app")},
            {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
        ),
        _policy(
            metadata(deployment),
            {
                "podSelector": selector(deployment),
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [{"from": [_namespaces(*INGRESS)], "ports": [_port(HTTP)]}],
                "egress": [
                    dns(),
                    {
                        "to": [{"ipBlock": {"cidr": cidr, "except": but}} for cidr, but in PRIVATE.items()],
                        "ports": [_port(number) for number in sorted({*WEB, *deployment.variables.ports})],
                    },
                ],
            },
        ),
    ]


def dns() -> dict[str, Any]:
    """Names of the cluster and the world."""
    server = {**_namespaces("kube-system"), "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}}
    return {"to": [server], "ports": [_port(53, "UDP"), _port(53)]}


def between(deployment: Deployment, component: str, port: int) -> list[dict[str, Any]]:
    """NetworkPolicies of something that only the app reaches, and that reaches nothing."""
    return [
        _policy(
            metadata(deployment, component),
            {
                "podSelector": selector(deployment, component),
                "policyTypes": ["Ingress", "Egress"],
                "ingress": [{"from": [{"podSelector": selector(deployment)}], "ports": [_port(port)]}],
            },
        ),
        _policy(
            {"name": f"{deployment.name}-to-{component}", "labels": labels(deployment, "app")},
            {
                "podSelector": selector(deployment),
                "policyTypes": ["Egress"],
                "egress": [{"to": [{"podSelector": selector(deployment, component)}], "ports": [_port(port)]}],
            },
        ),
    ]


def scraped(deployment: Deployment) -> dict[str, Any]:
    """The NetworkPolicy by which a Prometheus in the namespace ``monitoring`` reaches the app."""
    return _policy(
        {"name": f"{deployment.name}-metrics", "labels": labels(deployment, "app")},
        {
            "podSelector": selector(deployment),
            "policyTypes": ["Ingress"],
            "ingress": [
                {
                    "from": [_namespaces("monitoring")],
                    "ports": [_port(SIDE if deployment.metrics else HTTP)],
                }
            ],
        },
    )


def _policy(named: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": named, "spec": spec}


def _namespaces(*names: str) -> dict[str, Any]:
    known = {"key": "kubernetes.io/metadata.name", "operator": "In", "values": list(names)}
    return {"namespaceSelector": {"matchExpressions": [known]}}


def _port(port: int | str, protocol: str = "TCP") -> dict[str, Any]:
    return {"port": port, "protocol": protocol}
