"""Deploy files, read by the libraries of the programs that they are for: Kustomize, Kubernetes, Docker Compose."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ci.decide.bundle.compose.files import files as compose
from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes.files import files as kubernetes
from ci.decide.bundle.signer import Signer
from ci.decide.config.model import Health, Pipeline, Runtime, Scenario, Smoke
from tests.tools.conftest import required
from tests.unit.bundles import DIGEST, REDIS, REFERENCE, deployed
from tests.unit.plans import app

KEY = Signer(key="-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n")
IDENTITY = Signer(
    identity="https://github.com/me/app/.github/workflows/publish.yml@refs/heads/main", issuer="https://o"
)
WITH_REDIS = deployed(REDIS, app(name="tv", env=("SITE_NAME", "DATABASE_URL")))
PLAIN = deployed()
OTHERS = {
    "ClusterImagePolicy",
    "HTTPRoute",
    "NamespacedImageValidatingPolicy",
    "PrometheusRule",
    "ServiceMonitor",
}
"""Kinds that are no part of Kubernetes itself."""

Place = Callable[[Mapping[str, str]], Path]


@pytest.fixture(scope="module", autouse=True)
def _tool() -> None:
    required("bundles")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Writes a bundle."""

    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return tmp_path

    return write


def read(*arguments: object, **environment: str) -> dict[str, Any]:
    """What the program says of a bundle."""
    done = subprocess.run(
        ["bundles", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], **environment},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def with_every_component(overlay: str, files: Mapping[str, str]) -> dict[str, str]:
    """The bundle with an overlay that names all components."""
    names = sorted({name.split("/")[1] for name in files if name.startswith("components/")})
    used = "".join(f"- ../../components/{name}\n" for name in names)
    name = f"overlays/{overlay}/kustomization.yaml"
    text = files[name].replace("components:\n- ../../components/redis\n", "")
    return {**files, name: f"{text}components:\n{used}"}


@pytest.mark.parametrize("what", [pytest.param(WITH_REDIS, id="redis"), pytest.param(PLAIN, id="plain")])
@pytest.mark.parametrize("name", ["base", "overlays/staging", "overlays/production"])
def test_kubernetes_knows_every_field_and_pod_security_admits_every_pod(
    place: Place, what: Deployment, name: str
) -> None:
    found = read("kustomize", place(kubernetes(what, Signer())) / name)
    assert found["faults"] == []
    assert found["others"] == []
    assert {"Namespace", "Deployment", "Ingress", "NetworkPolicy"} <= {one.split()[0] for one in found["objects"]}


@pytest.mark.parametrize("signer", [KEY, IDENTITY], ids=["key", "identity"])
def test_all_components_fit_each_other(place: Place, signer: Signer) -> None:
    root = place(with_every_component("production", kubernetes(WITH_REDIS, signer)))
    found = read("kustomize", root / "overlays/production")
    kinds = {one.split()[0] for one in found["objects"]}
    assert found["faults"] == []
    assert set(found["others"]) == OTHERS - {"ClusterImagePolicy"}
    assert "HTTPRoute" in kinds
    assert "Ingress" not in kinds


def test_policies_of_the_cluster_are_rendered(place: Place) -> None:
    root = place(kubernetes(WITH_REDIS, IDENTITY))
    assert read("kustomize", root / "cluster/admission-digest") == {
        "objects": ["ValidatingAdmissionPolicy tv-images", "ValidatingAdmissionPolicyBinding tv-images"],
        "others": [],
        "images": [],
        "faults": [],
    }
    assert read("kustomize", root / "cluster/admission-sigstore")["others"] == ["ClusterImagePolicy"]


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("maxUnavailable: 0", "maxUnavailabel: 0", "unknown field"),
        ("runAsNonRoot: true", "runAsNonRoot: false", "runAsNonRoot"),
        ("- ALL", "- CHOWN", "unrestricted capabilities"),
        ("type: RuntimeDefault", "type: Unconfined", "seccompProfile"),
    ],
)
def test_what_is_wrong_is_found(place: Place, good: str, bad: str, fault: str) -> None:
    files = dict(kubernetes(PLAIN, Signer()))
    assert good in files["base/deployment.yaml"]
    files["base/deployment.yaml"] = files["base/deployment.yaml"].replace(good, bad)
    found = read("kustomize", place(files) / "base")
    assert any(fault in one for one in found["faults"]), found


def loaded(root: Path, *profiles: str, **environment: str) -> dict[str, Any]:
    """The project as Compose sees it."""
    (root / ".env").write_text((root / ".env.example").read_text("utf-8"), "utf-8")
    return read("compose", root / "compose.yaml", *profiles, **environment)


def test_compose_loads_the_services_and_monitoring_on_demand(place: Place) -> None:
    root = place(compose(WITH_REDIS))
    assert set(loaded(root)["services"]) == {"app", "redis", "proxy"}
    assert set(loaded(root, "monitoring")["services"]) == {"app", "redis", "proxy", "prometheus", "grafana"}


def test_compose_gives_the_app_what_the_bundle_says(place: Place) -> None:
    project = loaded(place(compose(WITH_REDIS)))
    service = project["services"]["app"]
    assert service["image"] == REFERENCE
    assert service["read_only"] is True
    assert service["environment"] == {"STORAGE": "redis"}
    assert service["mem_limit"] == str(512 * 1024 * 1024)
    assert service["depends_on"]["redis"]["condition"] == "service_healthy"
    assert project["networks"]["data"]["internal"] is True
    assert 'REDISCLI_AUTH="$(cat' in project["services"]["redis"]["healthcheck"]["test"][1]


@pytest.mark.parametrize("value", ["plain", "a b", "$HOME and #1", "it's", 'say "it\'s" for $5', "two\nlines", "\\n"])
def test_compose_reads_back_every_value(place: Place, value: str) -> None:
    alone = Scenario(name="redis", services={"redis": "redis"}, env={"REDIS_URL": "redis://redis:6379", "TEXT": value})
    what = deployed(Pipeline(smoke=Smoke(scenarios=(alone,))))
    assert loaded(place(compose(what)))["services"]["app"]["environment"]["TEXT"] == value


def test_compose_reads_domain_mail_and_ports_from_the_environment(place: Place) -> None:
    root = place(compose(PLAIN))
    local, public = loaded(root), loaded(root, DOMAIN="tv.example.com", ACME_EMAIL="me@example.com", HTTPS_PORT="8443")
    assert local["services"]["proxy"]["environment"] == {"ACME": "", "DOMAIN": "localhost"}
    assert public["services"]["proxy"]["environment"] == {"ACME": "email me@example.com", "DOMAIN": "tv.example.com"}
    ports = [port["published"] for port in public["services"]["proxy"]["ports"]]
    assert ports == ["80", "8443", "8443"]


def test_compose_takes_no_text_of_the_app_for_a_variable(place: Place) -> None:
    pipeline = Pipeline(
        runtime=Runtime(health=Health(path="/$HOME"), command=("server.js", "$HOME")),
        smoke=Smoke(scenarios=(Scenario(env={"PASSWORD": "x"}),)),
    )
    service = loaded(place(compose(deployed(pipeline))), HOME="wrong")["services"]["app"]
    assert service["command"][-1] == "$HOME"
    assert "wrong" not in json.dumps(service)


def test_the_digest_of_an_overlay_is_that_of_every_container_of_the_app(place: Place) -> None:
    other = f"sha256:{'cd' * 32}"
    files = dict(kubernetes(WITH_REDIS, Signer()))
    name = "overlays/production/kustomization.yaml"
    files[name] = files[name].replace(DIGEST, other)
    images = read("kustomize", place(files) / "overlays/production")["images"]
    assert sorted(images) == sorted([WITH_REDIS.images["redis"], *[REFERENCE.replace(DIGEST, other)] * 2])
