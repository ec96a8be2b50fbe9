"""The bundle for Kubernetes on a real control plane: applied, admitted, rolled out, updated without a gap."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.compat.cluster import Cluster, cluster, until
from tests.compat.conftest import PIPELINE, Call
from tests.compat.published import Published

pytestmark = [pytest.mark.engine, pytest.mark.embedded, pytest.mark.costly]

SPACE = "moontv-production"
APP = ("-n", SPACE, "deployment/moontv")
OTHER = f"sha256:{'0' * 64}"
"""A digest for which nothing has to be pulled: the nodes start no containers."""


@pytest.fixture(scope="module")
def bundle(call: Call, published: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `bundle` writes for the reference app."""
    into = tmp_path_factory.mktemp("bundle") / "deploy"
    ref = ("--ref", f"{published.repository}@{published.digest}")
    argv = ("--pipeline-file", PIPELINE, "--address", published.tag, "bundle", "--kind", "kubernetes", *ref)
    called = call(*argv, "export", "--path", into)
    assert called.code == 0, called.error
    return into


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster with the namespace and the Secret that the README asks for."""
    with cluster(tmp_path_factory.mktemp("kubernetes") / "box") as made:
        secret = made.box.home / "tmp" / "app.env"
        secret.write_text("PASSWORD=a-password\n")
        made.kubectl("create", "namespace", SPACE)
        files = (f"--from-file=app.env={secret}", "--from-literal=redis_password=another")
        made.kubectl("-n", SPACE, "create", "secret", "generic", "moontv-secrets", *files)
        yield made


@pytest.fixture(scope="module", autouse=True)
def applied(running: Cluster, bundle: Path) -> str:
    """What kubectl said of the overlay for production."""
    return running.kubectl("apply", "--server-side", "-k", bundle / "overlays/production")


def test_the_server_takes_all_of_it(applied: str) -> None:
    lines = applied.splitlines()
    assert [line for line in lines if not line.endswith(" serverside-applied")] == []
    kinds = {line.partition("/")[0].partition(".")[0] for line in lines}
    assert {"deployment", "service", "ingress", "horizontalpodautoscaler", "poddisruptionbudget"} <= kinds
    assert {"networkpolicy", "statefulset", "serviceaccount", "configmap", "namespace"} <= kinds


def test_pods_are_admitted_as_restricted_and_become_ready(running: Cluster) -> None:
    labels = running.kubectl("get", "namespace", SPACE, "-o", "jsonpath={.metadata.labels}")
    assert '"pod-security.kubernetes.io/enforce":"restricted"' in labels
    running.kubectl("rollout", "status", *APP, "--timeout=100s")
    spread = running.kubectl("-n", SPACE, "get", "pods", "-o", "jsonpath={.items[*].spec.nodeName}").split()
    assert len(set(spread)) > 1


def test_others_are_not_admitted(running: Cluster) -> None:
    said = running.refused("-n", SPACE, "run", "shell", "--image=debian")
    assert 'violates PodSecurity "restricted:latest"' in said


def test_an_update_never_has_fewer_instances(running: Cluster, published: Published) -> None:
    fields = '-o=jsonpath={.status.availableReplicas} {.status.updatedReplicas}{"\\n"}'
    with running.watched(*APP, fields) as seen:
        image = f"app={published.repository}@{OTHER}"
        running.kubectl("-n", SPACE, "set", "image", "deployment/moontv", image)
        running.kubectl("rollout", "status", *APP, "--timeout=100s")
    counted = [[int(n) for n in line.split()] for line in seen if len(line.split()) == 2]
    assert len(counted) > 2
    wanted = int(running.kubectl("get", *APP, "-o", "jsonpath={.spec.replicas}"))
    assert min(available for available, _ in counted) >= wanted >= 2


def test_the_budget_keeps_one_instance(running: Cluster) -> None:
    allowed = running.kubectl("-n", SPACE, "get", "pdb", "moontv", "-o", "jsonpath={.status.disruptionsAllowed}")
    assert allowed == "1"


def test_only_digests_of_the_release_are_admitted(running: Cluster, bundle: Path, published: Published) -> None:
    running.kubectl("apply", "--server-side", "-k", bundle / "cluster/admission-digest")
    pod = running.kubectl("-n", SPACE, "get", "pods", "-l", "app.kubernetes.io/component=app", "-o", "name").split()[0]
    change = ("-n", SPACE, "set", "image", "--dry-run=server", pod)
    tagged = f"app={published.repository}:latest"
    assert until(lambda: not running.does(*change, tagged)), "the policy is never in effect"
    for image in (tagged, f"app=docker.io/library/debian@{OTHER}"):
        assert "only images of" in running.refused(*change, image)
    running.kubectl(*change, f"app={published.repository}@sha256:{'1' * 64}")


def test_deleting_it_leaves_nothing(running: Cluster, bundle: Path) -> None:
    running.kubectl("delete", "-k", bundle / "overlays/production", "--wait=false")
    assert until(lambda: running.kubectl("get", "namespace", "--ignore-not-found", SPACE) == "")
