"""A Kubernetes control plane in a network of its own: the real API server, etcd, controllers and scheduler.

Its nodes are kwok's: pods are admitted, scheduled and counted as on any cluster, and no container is started.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from offline import programs
from offline.places import Places
from tests.compat.sandbox import Sandbox, sandbox
from tests.secrets import private_key

ADDRESS = "10.99.0.1"
"""Of the API server; an address on loopback alone would not be advertised."""

NODES = ("a", "b", "c")
CONNECT = "import socket; socket.create_connection(('127.0.0.1', 2379))"
READY = '[{ type: Ready, status: "True", reason: Fake, lastTransitionTime: {{ Now | Quote }} }]'
STARTED = """
phase: Running
startTime: {{ Now | Quote }}
conditions:
{{ range $type := tuple "Initialized" "ContainersReady" "Ready" }}
- { type: {{ $type }}, status: "True", lastTransitionTime: {{ Now | Quote }} }
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- { name: {{ .name }}, image: {{ .image | Quote }}, imageID: "", ready: true, restartCount: 0, state: { running: {} } }
{{ end }}
"""


def _stage(name: str, kind: str, *when: dict[str, object], **then: object) -> object:
    """A rule of kwok: what becomes of a node or pod."""
    return {
        "apiVersion": "kwok.x-k8s.io/v1alpha1",
        "kind": "Stage",
        "metadata": {"name": name},
        "spec": {
            "resourceRef": {"apiGroup": "v1", "kind": kind},
            "selector": {"matchExpressions": list(when)},
            "next": then,
        },
    }


_DELETED = {"key": ".metadata.deletionTimestamp", "operator": "Exists"}
STAGES = (
    _stage(
        "node-ready",
        "Node",
        {"key": ".status.conditions.[]?.type", "operator": "NotIn", "values": ["Ready"]},
        statusTemplate=f"conditions: {READY}",
    ),
    _stage(
        "pod-ready",
        "Pod",
        {**_DELETED, "operator": "DoesNotExist"},
        {"key": ".status.phase", "operator": "In", "values": ["Pending"]},
        statusTemplate=STARTED,
    ),
    _stage("pod-gone", "Pod", _DELETED, delete=True),
)
"""Nodes and pods are ready at once, and pods end at once."""


class Cluster:
    """A control plane that answers, with a few nodes."""

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self._programs = programs.built(programs.KUBERNETES, Places.of_environment())
        self._access = self._write_access()
        self._start()
        for name in NODES:
            self.apply(_node(name))

    def kubectl(self, *argv: str | Path, deadline: float = 120) -> str:
        """Run kubectl to its good end; returns what it prints, warnings included."""
        said = " ".join(f"'{a}'" for a in argv)
        return self.box.run("sh", "-c", f"{self._kubectl} {said} 2>&1", deadline=deadline)

    def refused(self, *argv: str | Path) -> str:
        """Run kubectl to its bad end; returns what it says."""
        return self.box.refuse(*self._kubectl.split(), *argv)

    def does(self, *argv: str | Path) -> bool:
        """Whether kubectl comes to a good end."""
        return self.box.succeeds(*self._kubectl.split(), *argv)

    def apply(self, *objects: object) -> str:
        """Apply objects of a test's own."""
        file = self.box.home / "tmp" / f"{secrets.token_hex(4)}.json"
        file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
        return self.kubectl("apply", "--server-side", "-f", file)

    @contextmanager
    def watched(self, *argv: str) -> Iterator[list[str]]:
        """What `kubectl get --watch` prints meanwhile; the list has the lines when the context has ended."""
        lines: list[str] = []
        log = self.box.home / "watched.log"
        with log.open("wb") as output:
            watch = self.box.begin(*self._kubectl.split(), "get", "--watch", *argv, output=output)
            try:
                yield lines
            finally:
                watch.kill()
                watch.wait()
        lines += log.read_text().splitlines()

    @property
    def _kubectl(self) -> str:
        return f"{self._programs / 'kubectl'} --kubeconfig={self._access}"

    def _write_access(self) -> Path:
        home = self.box.home
        token = secrets.token_hex(16)
        (home / "tokens.csv").write_text(f"{token},admin,admin,system:masters\n")
        (home / "accounts.key").write_text(private_key())
        access = home / "kubeconfig"
        server = {"server": f"https://{ADDRESS}:6443", "insecure-skip-tls-verify": True}
        context = {"cluster": "it", "user": "it", "namespace": "default"}
        access.write_text(
            json.dumps(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "current-context": "it",
                    "clusters": [{"name": "it", "cluster": server}],
                    "users": [{"name": "it", "user": {"token": token}}],
                    "contexts": [{"name": "it", "context": context}],
                }
            )
        )
        return access

    def _start(self) -> None:
        home, built = self.box.home, self._programs
        self.box.run("ip", "address", "add", f"{ADDRESS}/32", "dev", "lo")
        self.box.serve(
            *(built / "server", f"--data-dir={home}/etcd", "--log-level=warn", "--unsafe-no-fsync"),
            ready=lambda: self.box.succeeds("python3", "-c", CONNECT),
        )
        self.box.serve(
            *(built / "kube-apiserver", "--etcd-servers=http://127.0.0.1:2379", f"--cert-dir={home}/certificates"),
            *(f"--advertise-address={ADDRESS}", "--service-cluster-ip-range=10.0.0.0/24"),
            *(f"--token-auth-file={home}/tokens.csv", "--authorization-mode=RBAC"),
            *(f"--service-account-{use}-file={home}/accounts.key" for use in ("key", "signing-key")),
            "--service-account-issuer=https://kubernetes.default.svc",
            ready=self._answers("get", "--raw", "/readyz"),
        )
        access = f"--kubeconfig={self._access}"
        self.box.serve(
            *(built / "kube-controller-manager", access, "--leader-elect=false", "--use-service-account-credentials"),
            f"--service-account-private-key-file={home}/accounts.key",
            ready=self._answers("get", "serviceaccount", "default"),
        )
        self.box.serve(built / "kube-scheduler", access, "--leader-elect=false", ready=self._answers("get", "nodes"))
        (home / "stages.yaml").write_text("\n---\n".join(map(json.dumps, STAGES)))
        kwok = (built / "kwok", access, "--manage-all-nodes", f"--config={home}/stages.yaml")
        self.box.serve(*kwok, ready=self._answers("get", "nodes"))

    def _answers(self, *argv: str) -> Callable[[], bool]:
        return lambda: self.does(*argv)


def _node(name: str) -> object:
    room = {"cpu": "8", "memory": "32Gi", "ephemeral-storage": "64Gi", "pods": "110"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "annotations": {"kwok.x-k8s.io/node": "fake"},
            "labels": {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": f"zone-{name}"},
        },
        "status": {"allocatable": room, "capacity": room},
    }


@contextmanager
def cluster(home: Path) -> Iterator[Cluster]:
    """A cluster of which nothing is left."""
    with sandbox(home, apart=True) as box:
        yield Cluster(box)


def until(holds: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether something holds before the time has passed."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.3)
    return True
