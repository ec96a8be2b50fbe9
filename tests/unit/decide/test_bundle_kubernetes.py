"""The Kubernetes bundle: what each pod may do, who reaches it, and that its files fit each other."""

import json
import posixpath
import re
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ci.commands.bundle import written
from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.kubernetes.files import files
from ci.decide.bundle.kubernetes.workload import SEED
from ci.decide.bundle.signer import Signer
from ci.decide.config.model import Health, Pipeline, Runtime, Scenario, Side, Smoke
from ci.decide.plan.health import healthcheck
from ci.errors import ConfigError
from tests.unit.bundles import DIGEST, REDIS, REFERENCE, deployed
from tests.unit.plans import app

NOBODY = Signer()
KEY = Signer(key="-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n")
IDENTITY = Signer(
    identity="https://github.com/me/app/.github/workflows/publish.yml@refs/tags/v1", issuer="https://oidc"
)
WITH_REDIS = deployed(REDIS, app(name="tv", env=("SITE_NAME", "DATABASE_URL")))
PLAIN = deployed()
BOTH = pytest.mark.parametrize("what", [pytest.param(WITH_REDIS, id="redis"), pytest.param(PLAIN, id="plain")])


def objects(what: Deployment, signer: Signer = NOBODY) -> dict[str, dict[str, Any]]:
    """Every object by kind and name, wherever it is."""
    return parsed(
        *(text for name, text in files(what, signer).items() if re.search(r"(?<!kustomization)\.yaml$", name))
    )


@cache
def parsed(*texts: str) -> dict[str, dict[str, Any]]:
    """The objects of several files; reading YAML is what takes most of the time here."""
    read = [one for text in texts for one in yaml.safe_load_all(text)]
    return {f"{one['kind']} {one['metadata']['name']}": one for one in read}


def workloads(what: Deployment) -> dict[str, dict[str, Any]]:
    """Specs of pods by the name of their workload."""
    return {
        name: one["spec"]["template"]["spec"]
        for name, one in objects(what).items()
        if one["kind"] in {"Deployment", "StatefulSet"}
    }


def containers(pod: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*pod.get("initContainers", []), *pod["containers"]]


def every(pod: Mapping[str, Any], key: str, value: object) -> bool:
    return all(one["securityContext"][key] == value for one in containers(pod))


def not_root(pod: Mapping[str, Any]) -> bool:
    context = pod["securityContext"]
    return context["runAsNonRoot"] is True and context["runAsUser"] > 0 and context["runAsGroup"] > 0


def no_new_privileges(pod: Mapping[str, Any]) -> bool:
    return every(pod, "allowPrivilegeEscalation", value=False) and every(pod, "privileged", value=False)


def no_capabilities(pod: Mapping[str, Any]) -> bool:
    return every(pod, "capabilities", {"drop": ["ALL"]})


def read_only(pod: Mapping[str, Any]) -> bool:
    return every(pod, "readOnlyRootFilesystem", value=True)


def seccomp(pod: Mapping[str, Any]) -> bool:
    return bool(pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"})


def own_namespaces(pod: Mapping[str, Any]) -> bool:
    ports = [port for one in containers(pod) for port in one.get("ports", [])]
    return not {"hostNetwork", "hostPID", "hostIPC"} & set(pod) and not any("hostPort" in port for port in ports)


def volumes(pod: Mapping[str, Any]) -> bool:
    """Of the kinds that "restricted" allows, and each with a limit."""
    kinds = [set(one) - {"name"} for one in pod["volumes"]]
    return all(kind <= {"emptyDir", "secret", "configMap"} for kind in kinds) and all(
        one["emptyDir"]["sizeLimit"] for one in pod["volumes"] if "emptyDir" in one
    )


def no_token(pod: Mapping[str, Any]) -> bool:
    return pod["automountServiceAccountToken"] is False and pod["enableServiceLinks"] is False


def pinned(pod: Mapping[str, Any]) -> bool:
    return all(re.fullmatch(r"[^@]+@sha256:[0-9a-f]{64}", one["image"]) for one in containers(pod))


def limited(pod: Mapping[str, Any]) -> bool:
    given = [one["resources"] for one in containers(pod)]
    return all(
        one["limits"]["memory"] == one["requests"]["memory"]
        and one["limits"]["ephemeral-storage"]
        and one["requests"]["cpu"]
        and "cpu" not in one["limits"]
        for one in given
    )


def probed(pod: Mapping[str, Any]) -> bool:
    return all({"readinessProbe", "livenessProbe"} <= set(one) for one in pod["containers"])


def secrets_as_files(pod: Mapping[str, Any]) -> bool:
    sources = [source for one in containers(pod) for source in one.get("envFrom", []) + one.get("env", [])]
    modes = [one["secret"]["defaultMode"] for one in pod["volumes"] if "secret" in one]
    return "secretRef" not in json.dumps(sources) and all(mode & 0o007 == 0 for mode in modes)


PROPERTIES = {
    not_root: "Pod Security: restricted",
    no_new_privileges: "Pod Security: restricted",
    no_capabilities: "Pod Security: restricted",
    seccomp: "Pod Security: restricted",
    own_namespaces: "Pod Security: baseline",
    volumes: "Pod Security: restricted; and a pod that fills the disk of its node harms its neighbours",
    read_only: "what is broken into cannot change what it runs",
    no_token: "no pod of the app speaks to the API server",
    pinned: "what runs is what was tested",
    limited: "memory is promised and not overbooked; a limit of CPU would only slow a pod down",
    probed: "a pod gets requests when it can answer them, and is restarted when it no longer can",
    secrets_as_files: "variables are shown by `kubectl describe` of their source and kept in dumps of the process",
}


@BOTH
@pytest.mark.parametrize("holds", PROPERTIES, ids=lambda holds: holds.__name__)
def test_every_pod_is_contained(what: Deployment, holds: Any) -> None:
    assert [name for name, pod in workloads(what).items() if not holds(pod)] == [], PROPERTIES[holds]


def test_the_namespace_enforces_restricted() -> None:
    labels = objects(PLAIN)["Namespace app"]["metadata"]["labels"]
    modes = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "audit", "warn")}
    assert labels.items() >= modes.items()


def test_the_account_has_no_token() -> None:
    assert objects(PLAIN)["ServiceAccount app"]["automountServiceAccountToken"] is False
    assert not [name for name in objects(PLAIN) if "Role" in name]


def test_the_app_is_the_image_by_its_digest_alone() -> None:
    assert containers(workloads(WITH_REDIS)["Deployment tv"])[0]["image"] == REFERENCE
    assert workloads(WITH_REDIS)["Deployment tv"]["containers"][0]["image"] == REFERENCE


def test_an_update_takes_no_instance_away_before_another_is_ready() -> None:
    spec = objects(PLAIN)["Deployment app"]["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert spec["minReadySeconds"] > 0
    assert "replicas" not in spec


def test_a_pod_leaves_the_service_before_it_stops() -> None:
    pod = workloads(PLAIN)["Deployment app"]
    asleep = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert asleep >= 5
    assert pod["terminationGracePeriodSeconds"] >= asleep + 30


def test_instances_are_on_different_nodes_and_zones() -> None:
    spread = workloads(PLAIN)["Deployment app"]["topologySpreadConstraints"]
    assert [one["topologyKey"] for one in spread] == ["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
    assert {one["whenUnsatisfiable"] for one in spread} == {"ScheduleAnyway"}


def test_a_drained_node_takes_one_instance_at_a_time() -> None:
    assert objects(PLAIN)["PodDisruptionBudget app"]["spec"]["maxUnavailable"] == 1


def test_the_autoscaler_goes_by_the_cpu_that_is_reserved() -> None:
    spec = objects(PLAIN)["HorizontalPodAutoscaler app"]["spec"]
    assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "app"}
    assert 2 <= spec["minReplicas"] < spec["maxReplicas"]
    assert workloads(PLAIN)["Deployment app"]["containers"][0]["resources"]["requests"]["cpu"]


def test_all_probes_ask_as_the_health_check_does() -> None:
    health = Health(path="/login", status=307, timeout=4, start_period=90)
    container = workloads(deployed(Pipeline(runtime=Runtime(health=health))))["Deployment app"]["containers"][0]
    probes = [container[f"{kind}Probe"] for kind in ("startup", "readiness", "liveness")]
    assert [probe["httpGet"] for probe in probes] == [{"path": "/login", "port": "http"}] * 3
    assert {probe["timeoutSeconds"] for probe in probes} == {4}
    assert probes[0]["periodSeconds"] * probes[0]["failureThreshold"] >= 2 * 90
    assert probes[2]["periodSeconds"] * probes[2]["failureThreshold"] >= 60


def test_an_answer_that_kubernetes_takes_for_a_failure_is_asked_for_by_the_image_itself() -> None:
    what = deployed(Pipeline(runtime=Runtime(health=Health(path="/$(X)", status=401))))
    probe = workloads(what)["Deployment app"]["containers"][0]["readinessProbe"]
    assert "httpGet" not in probe
    assert probe["exec"]["command"][:2] == ["/nodejs/bin/node", "-e"]
    assert '"/$$(X)"' in probe["exec"]["command"][2]


def test_the_server_listens_where_the_probes_ask() -> None:
    container = workloads(PLAIN)["Deployment app"]["containers"][0]
    assert container["env"] == [{"name": "HOSTNAME", "value": PLAIN.image.env["HOSTNAME"]}]


def test_the_service_finds_the_app_and_nothing_else() -> None:
    found = objects(WITH_REDIS)
    labels = found["Deployment tv"]["spec"]["template"]["metadata"]["labels"]
    assert found["Service tv"]["spec"]["selector"] == labels
    assert found["Service tv-redis"]["spec"]["selector"] != labels
    assert found["Service tv"]["spec"]["ports"][0]["targetPort"] == "http"


def test_ingress_and_route_lead_to_the_service() -> None:
    found = objects(PLAIN)
    rule = found["Ingress app"]["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert rule == {"name": "app", "port": {"name": "http"}}
    assert found["HTTPRoute app"]["spec"]["rules"][0]["backendRefs"] == [{"name": "app", "port": 80}]
    assert found["Ingress app"]["spec"]["tls"]


def test_everything_is_refused_but_what_the_app_needs() -> None:
    found = objects(WITH_REDIS)
    assert found["NetworkPolicy tv-nothing"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    egress = found["NetworkPolicy tv"]["spec"]["egress"]
    assert [port["port"] for port in egress[1]["ports"]] == [80, 443, 5432, 6379]
    assert {"169.254.0.0/16"} <= {cidr for block in egress[1]["to"] for cidr in block["ipBlock"]["except"]}
    ingress = found["NetworkPolicy tv"]["spec"]["ingress"]
    assert all("namespaceSelector" in source for rule in ingress for source in rule["from"])


def test_redis_is_reached_by_the_app_alone_and_has_no_way_out() -> None:
    spec = objects(WITH_REDIS)["NetworkPolicy tv-redis"]["spec"]
    assert "egress" not in spec
    assert spec["policyTypes"] == ["Ingress", "Egress"]
    assert spec["ingress"][0]["from"] == [
        {"podSelector": objects(WITH_REDIS)["NetworkPolicy tv"]["spec"]["podSelector"]}
    ]
    assert objects(WITH_REDIS)["NetworkPolicy tv-to-redis"]["spec"]["egress"][0]["to"]


def test_an_app_without_redis_has_none_of_it() -> None:
    texts = files(PLAIN, NOBODY)
    assert not {name for name in texts if "redis" in f"{name}{texts[name]}".lower()}


def test_paths_that_the_app_writes_are_filled_from_the_image() -> None:
    pod = workloads(WITH_REDIS)["Deployment tv"]
    mounts = {one["mountPath"]: one.get("subPath") for one in pod["containers"][0]["volumeMounts"]}
    assert mounts["/app/public/manifest.json"] == "app/public/manifest.json"
    assert mounts["/app/.next/cache"] == "app/.next/cache"
    seed = pod["initContainers"][0]
    assert seed["command"] == ["/nodejs/bin/node", "-e", SEED, "/app/public/manifest.json", "/app/.next/cache"]
    assert "initContainers" not in workloads(PLAIN)["Deployment app"]


def test_the_first_content_is_that_of_the_image(tmp_path: Path, node: str) -> None:
    image, state = tmp_path / "app", tmp_path / "state"
    (image / "data/deep").mkdir(parents=True)
    (image / "data/deep/a.txt").write_text("a")
    (image / "manifest.json").write_text("{}")
    state.mkdir()
    paths = [str(image / name) for name in ("data", "manifest.json", "cache")]
    subprocess.run([node, "-e", SEED.replace("/state", str(state)), *paths], check=True)
    filled = state / str(image).lstrip("/")
    assert (filled / "data/deep/a.txt").read_text() == "a"
    assert (filled / "manifest.json").read_text() == "{}"
    assert (filled / "cache").is_dir()


def test_an_image_that_starts_something_else_gets_secrets_as_variables_and_says_so() -> None:
    what = deployed(REDIS, entrypoint=("/entry.sh",))
    container = workloads(what)["Deployment app"]["containers"][0]
    assert {"secretRef": {"name": "app-secrets"}} in container["envFrom"]
    assert "args" not in container
    assert set(objects(what)["Secret app-secrets"]["stringData"]) >= {"PASSWORD", "REDIS_URL"}
    assert "as variables of the container" in files(what, NOBODY)["README.md"]


def test_the_example_of_the_secret_has_names_and_no_values() -> None:
    data = objects(WITH_REDIS)["Secret tv-secrets"]["stringData"]
    assert data["redis_password"] == ""
    assert re.search(r"^PASSWORD=$", data["app.env"], re.MULTILINE)
    assert "@tv-redis:6379" in data["app.env"]
    assert "secret.example.yaml" not in json.dumps(list(resources(WITH_REDIS, NOBODY)))


def resources(what: Deployment, signer: Signer) -> Iterator[str]:
    """Files that the kustomizations name, by their path in the bundle."""
    for name, text in files(what, signer).items():
        if not name.endswith("/kustomization.yaml"):
            continue
        own = yaml.safe_load(text)
        generated = own.get("configMapGenerator", [])
        listed = [*own.get("resources", []), *own.get("components", [])]
        listed += [file for one in generated for file in (*one.get("envs", []), *one.get("files", []))]
        yield from (posixpath.normpath(posixpath.join(posixpath.dirname(name), one)) for one in listed)


@BOTH
@pytest.mark.parametrize("signer", [NOBODY, KEY, IDENTITY], ids=["nobody", "key", "identity"])
def test_what_a_kustomization_names_is_there(what: Deployment, signer: Signer) -> None:
    there = set(files(what, signer))
    named = set(resources(what, signer))
    assert {one for one in named if one not in there and f"{one}/kustomization.yaml" not in there} == set()
    unused = {one for one in there if one.endswith(".yaml") and not one.endswith("kustomization.yaml")} - named
    assert unused <= {"secret.example.yaml"}


@BOTH
def test_config_maps_and_secrets_that_pods_name_are_made(what: Deployment) -> None:
    generated = {
        one["name"]
        for name, text in files(what, NOBODY).items()
        if name.endswith("/kustomization.yaml")
        for one in yaml.safe_load(text).get("configMapGenerator", [])
    }
    pods = json.dumps(workloads(what))
    assert set(re.findall(r'"configMapRef": \{"name": "([^"]+)"', pods)) <= generated
    assert set(re.findall(r'"configMap": \{"name": "([^"]+)"', pods)) <= generated
    secrets = set(re.findall(r'"secretName": "([^"]+)"', pods))
    assert secrets == {name.removeprefix("Secret ") for name in objects(what) if name.startswith("Secret ")}


@BOTH
@pytest.mark.parametrize("name", ["staging", "production"])
def test_an_overlay_has_its_own_namespace_host_settings_and_digest(what: Deployment, name: str) -> None:
    texts = files(what, NOBODY)
    own = yaml.safe_load(texts[f"overlays/{name}/kustomization.yaml"])
    assert own["namespace"] == f"{what.name}-{name}"
    assert own["images"] == [{"name": "ghcr.io/me/app", "digest": DIGEST}]
    assert own["configMapGenerator"][0]["behavior"] == "merge"
    assert ("../../components/redis" in own.get("components", [])) is what.redis
    assert f"overlays/{name}/settings.env" in texts


def test_an_app_that_takes_the_parts_of_an_address_gets_them() -> None:
    texts = files(deployed(facts=app(env=("REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD"))), NOBODY)
    assert texts["base/settings.env"] == "REDIS_HOST=app-redis\nREDIS_PORT=6379\n"
    assert "REDIS_PASSWORD=PASSWORD-OF-REDIS" in texts["secret.example.yaml"]
    assert "components/redis/redis.yaml" in texts


def test_a_setting_of_several_lines_is_left_to_the_user() -> None:
    scenario = Scenario(env={"REDIS_URL": "redis://redis:6379", "TEXT": "two\nlines"}, services={"redis": "redis"})
    texts = files(deployed(Pipeline(smoke=Smoke(scenarios=(scenario,)))), NOBODY)
    assert texts["base/settings.env"] == ""
    assert re.search(r"^# TEXT=$", texts["overlays/staging/settings.env"], re.MULTILINE)
    assert "lines\n" not in texts["overlays/staging/settings.env"].partition("\n")[2]


def test_staging_has_fewer_instances() -> None:
    text = files(PLAIN, NOBODY)["overlays/staging/kustomization.yaml"]
    assert "HorizontalPodAutoscaler" in text
    assert "HorizontalPodAutoscaler" not in files(PLAIN, NOBODY)["overlays/production/kustomization.yaml"]


def test_the_gateway_takes_the_place_of_the_ingress() -> None:
    own = yaml.safe_load(files(PLAIN, NOBODY)["components/gateway/kustomization.yaml"])
    assert own["kind"] == "Component"
    patch = yaml.safe_load(own["patches"][0]["patch"])
    assert (patch["$patch"], patch["kind"], patch["metadata"]["name"]) == ("delete", "Ingress", "app")


def test_metrics_are_reached_where_they_are_asked_for() -> None:
    found = objects(PLAIN)
    assert found["ServiceMonitor app"]["spec"]["selector"]["matchLabels"].items() <= (
        found["Service app"]["metadata"]["labels"].items()
    )
    assert (
        found["ServiceMonitor app"]["spec"]["endpoints"][0]["port"] == found["Service app"]["spec"]["ports"][0]["name"]
    )
    assert found["NetworkPolicy app-metrics"]["spec"]["ingress"]


SIDE = Side(port=9000, metrics=True, delay=20, deadline=15)


@pytest.mark.parametrize(
    ("health", "ready"),
    [(None, {"path": "/readyz", "port": "side"}), (Health(path="/up"), {"path": "/up", "port": "http"})],
)
def test_the_port_beside_the_app_is_asked_for_what_the_app_has_no_route_for(
    health: Health | None, ready: dict[str, str]
) -> None:
    pod = workloads(deployed(Pipeline(runtime=Runtime(health=health, side=SIDE))))["Deployment app"]
    container = pod["containers"][0]
    assert {one["name"]: one["containerPort"] for one in container["ports"]} == {"http": 3000, "side": 9000}
    assert container["startupProbe"]["httpGet"] == container["readinessProbe"]["httpGet"] == ready
    assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "side"}
    wait = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["terminationGracePeriodSeconds"] >= wait + SIDE.delay + SIDE.deadline


def test_metrics_are_at_the_port_beside_the_app() -> None:
    found = objects(deployed(Pipeline(runtime=Runtime(side=SIDE))))
    endpoint = found["ServiceMonitor app"]["spec"]["endpoints"][0]
    assert (endpoint["port"], endpoint["path"]) == ("side", "/metrics")
    assert {one["name"]: one["port"] for one in found["Service app"]["spec"]["ports"]} == {"http": 80, "side": 9000}
    (allowed,) = found["NetworkPolicy app-metrics"]["spec"]["ingress"]
    assert [one["port"] for one in allowed["ports"]] == ["side"]
    (others,) = found["NetworkPolicy app"]["spec"]["ingress"]
    assert [one["port"] for one in others["ports"]] == ["http"]


def test_without_metrics_no_service_leads_to_the_port_beside_the_app() -> None:
    found = objects(deployed(Pipeline(runtime=Runtime(side=Side()))))
    assert [one["name"] for one in found["Service app"]["spec"]["ports"]] == ["http"]
    assert found["ServiceMonitor app"]["spec"]["endpoints"][0]["port"] == "http"


def test_an_image_of_a_release_before_it_had_that_port_is_asked_as_it_can_answer() -> None:
    what = deployed(Pipeline(runtime=Runtime(side=SIDE)), cmd=("server.js",), healthcheck=healthcheck(Health()))
    container = workloads(what)["Deployment app"]["containers"][0]
    assert [one["name"] for one in container["ports"]] == ["http"]
    assert container["livenessProbe"]["httpGet"] == {"path": "/", "port": "http"}


def test_alerts_say_what_is_wrong_and_know_the_limit_of_memory() -> None:
    rules = objects(PLAIN)["PrometheusRule app"]["spec"]["groups"][0]["rules"]
    assert [rule["alert"] for rule in rules] == ["AppDown", "AppRestarts", "AppMemory", "AppAtItsLimit"]
    assert all(rule["annotations"]["summary"] and rule["labels"]["severity"] for rule in rules)
    assert f"0.9 * {PLAIN.memory} *" in rules[2]["expr"]


def test_only_digests_of_known_repositories_are_admitted() -> None:
    found = objects(WITH_REDIS)
    policy, binding = found["ValidatingAdmissionPolicy tv-images"], found["ValidatingAdmissionPolicyBinding tv-images"]
    rules = [one["expression"] for one in policy["spec"]["validations"]]
    assert [re.search(r"spec\.\?(\w+)", rule)[1] for rule in rules] == [  # type: ignore[index]
        "containers",
        "initContainers",
        "ephemeralContainers",
    ]
    assert all("startsWith('ghcr.io/me/app@sha256:')" in rule for rule in rules)
    assert all(WITH_REDIS.images["redis"] in rule for rule in rules)
    assert policy["spec"]["failurePolicy"] == "Fail"
    assert binding["spec"]["validationActions"] == ["Deny"]
    labels = found["Namespace tv"]["metadata"]["labels"]
    assert binding["spec"]["matchResources"]["namespaceSelector"]["matchLabels"].items() <= labels.items()


def test_signatures_by_a_key_are_checked_by_kyverno_alone() -> None:
    found = objects(WITH_REDIS, KEY)
    spec = found["NamespacedImageValidatingPolicy tv-signed"]["spec"]
    assert spec["attestors"][0]["cosign"] == {"key": {"data": KEY.key}, "ctlog": {"insecureIgnoreTlog": True}}
    assert spec["validationConfigurations"] == {"mutateDigest": False, "verifyDigest": True, "required": True}
    assert spec["attestations"][0]["intoto"]["type"] == "https://slsa.dev/provenance/v1"
    assert "ClusterImagePolicy tv-signed" not in found


def test_signatures_by_an_identity_are_checked_by_both_with_the_log() -> None:
    found = objects(WITH_REDIS, IDENTITY)
    wanted = [{"issuer": IDENTITY.issuer, "subject": IDENTITY.identity}]
    cosign = found["NamespacedImageValidatingPolicy tv-signed"]["spec"]["attestors"][0]["cosign"]
    authority = found["ClusterImagePolicy tv-signed"]["spec"]["authorities"][0]
    assert cosign["keyless"]["identities"] == authority["keyless"]["identities"] == wanted
    assert "insecure" not in json.dumps([cosign, authority])
    assert authority["signatureFormat"] == "bundle"
    patch = yaml.safe_load(files(WITH_REDIS, IDENTITY)["components/admission-sigstore/kustomization.yaml"])["patches"]
    assert yaml.safe_load(patch[0]["patch"])["metadata"]["labels"] == {"policy.sigstore.dev/include": "true"}


def test_without_a_signer_the_readme_says_that_no_policy_checks_signatures() -> None:
    assert "written without a signer" in files(PLAIN, NOBODY)["README.md"]
    assert "written without a signer" not in files(PLAIN, KEY)["README.md"]
    assert not [name for name in files(PLAIN, NOBODY) if "kyverno" in name or "sigstore" in name]


@pytest.mark.parametrize(
    "given",
    [
        {"identity": "me"},
        {"issuer": "https://oidc"},
        {"key": KEY.key, "identity": "me", "issuer": "https://oidc"},
        {"key": "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n"},
    ],
)
def test_a_signer_is_a_key_or_a_whole_identity(given: dict[str, str]) -> None:
    with pytest.raises(ConfigError) as refused:
        Signer.of(**given)
    assert refused.value.id == "arguments.bundle-signer"


def test_no_signer_is_none() -> None:
    assert not Signer.of()
    assert Signer.of(key=KEY.key) == KEY


@BOTH
@pytest.mark.parametrize("signer", [NOBODY, KEY, IDENTITY], ids=["nobody", "key", "identity"])
def test_the_readme_names_each_component_and_policy_and_leaves_no_name_open(what: Deployment, signer: Signer) -> None:
    texts = files(what, signer)
    assert {name for name, text in texts.items() if "@@" in text} == set()
    components = {name.split("/")[1] for name in texts if name.startswith("components/")}
    policies = {name.split("/")[1] for name in texts if name.startswith("cluster/")}
    assert {name for name in components if f"| `{name}` |" not in texts["README.md"]} == set()
    assert {name for name in policies if f"-k cluster/{name}" not in texts["README.md"]} == set()


def test_a_kind_gives_its_own_files() -> None:
    assert "compose.yaml" in written("compose", PLAIN, NOBODY)
    assert "base/kustomization.yaml" in written("kubernetes", PLAIN, NOBODY)
