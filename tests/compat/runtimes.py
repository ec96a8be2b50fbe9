"""Container runtimes as the tests use them: each starts in a sandbox, pulls and runs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.compat.sandbox import Sandbox


@dataclass(frozen=True)
class Image:
    """A pulled image, in the words of the runtime.

    Attributes:
        name: what the runtime runs it by.
        digest: of what the reference names in the registry.
        config: digest of the config of the chosen platform.
    """

    name: str
    digest: str
    config: str


@dataclass(frozen=True)
class Settings:
    """What a container is given."""

    env: Mapping[str, str]
    mounts: Mapping[Path, str]
    read_only: bool


class Runtime(Protocol):
    """What the tests need of a container runtime."""

    box: Sandbox

    def pull(self, reference: str, architecture: str) -> Image: ...

    def start(self, image: Image, name: str, settings: Settings, *more: str) -> None: ...

    def execute(self, name: str, *argv: str) -> str: ...

    def logs(self, name: str) -> str: ...

    def remove(self, name: str) -> None: ...


class _Docker:
    """The command line that Docker and Podman share."""

    client: Sequence[str | Path]

    def __init__(self, box: Sandbox) -> None:
        self.box = box

    def call(self, *argv: str | Path) -> str:
        return self.box.run(*self.client, *argv)

    def start(self, image: Image, name: str, settings: Settings, *more: str) -> None:
        self.call(
            *("run", "--detach", "--name", name, "--network=host", f"--cgroup-parent=/{self.box.cgroup}"),
            *(f"--env={key}={value}" for key, value in settings.env.items()),
            *(f"--mount=type=bind,source={source},target={target}" for source, target in settings.mounts.items()),
            *(["--read-only"] if settings.read_only else []),
            *more,
            image.name,
        )

    def execute(self, name: str, *argv: str) -> str:
        return self.call("exec", name, *argv)

    def logs(self, name: str) -> str:
        return self.call("logs", name)

    def remove(self, name: str) -> None:
        self.call("rm", "--force", name)


NO_NETWORK = (*("--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"),)
"""Options of dockerd with which it leaves the host's network alone."""


class Docker(_Docker):
    """dockerd; it has networks only where the sandbox has one of its own."""

    def __init__(self, box: Sandbox) -> None:
        super().__init__(box)
        socket = box.home / "sock"
        self.client = ("docker", f"--host=unix://{socket}")
        box.serve(
            *("dockerd", f"--host=unix://{socket}", f"--data-root={box.home}/data", f"--exec-root={box.home}/exec"),
            *(f"--pidfile={box.home}/pid", "--exec-opt=native.cgroupdriver=cgroupfs"),
            *([f"--cgroup-parent=/{box.cgroup}"] if box.apart else NO_NETWORK),
            ready=lambda: box.succeeds(*self.client, "version"),
        )

    def pull(self, reference: str, architecture: str) -> Image:
        said = self.call("pull", f"--platform=linux/{architecture}", reference)
        config = self.call("image", "inspect", "--format={{.Id}}", reference)
        return Image(config, re.findall(r"^Digest: (\S+)$", said, re.MULTILINE)[0], config)


class Podman(_Docker):
    """Podman, which has no daemon."""

    def __init__(self, box: Sandbox) -> None:
        super().__init__(box)
        places = (f"--root={box.home}/root", f"--runroot={box.home}/runroot", f"--tmpdir={box.home}/libpod")
        how = ("--storage-driver=overlay", "--cgroup-manager=cgroupfs", "--events-backend=none", "--remote=false")
        self.client = ("podman", *places, *how)

    def pull(self, reference: str, architecture: str) -> Image:
        name = self.call("pull", "--quiet", "--tls-verify=false", f"--platform=linux/{architecture}", reference)
        return Image(name, self.call("image", "inspect", "--format={{.Digest}}", name), f"sha256:{name}")


class Containerd:
    """containerd and its client ctr; what is pulled has a namespace (containerd's kind) of its own."""

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self.client = ("ctr", f"--address={box.home}/sock")
        self.namespaces: dict[str, str] = {}
        box.serve(
            *("containerd", f"--root={box.home}/root", f"--state={box.home}/state", f"--address={box.home}/sock"),
            ready=lambda: box.succeeds(*self.client, "version"),
        )

    def call(self, namespace: str, *argv: str | Path) -> str:
        return self.box.run(*self.client, f"--namespace={namespace}", *argv)

    def pull(self, reference: str, architecture: str) -> Image:
        namespace = re.sub(r"\W+", "-", f"{reference}-{architecture}")
        self.call(namespace, "images", "pull", "--plain-http", f"--platform=linux/{architecture}", reference)
        heads, row = self.call(namespace, "images", "list", f"name=={reference}").splitlines()
        digest = row.split()[heads.split().index("DIGEST")]
        [config] = set(re.findall(r"gc\.ref\.content\.config=([a-z0-9:]+)", self.call(namespace, "content", "list")))
        return Image(f"{namespace} {reference}", digest, config)

    def start(self, image: Image, name: str, settings: Settings, *more: str) -> None:
        namespace, reference = image.name.split()
        self.namespaces[name] = namespace
        self.call(
            namespace,
            *("run", "--detach", "--net-host", f"--cgroup=/{self.box.cgroup}/{name}"),
            f"--log-uri=file://{self.box.home}/{name}.log",
            *(f"--env={key}={value}" for key, value in settings.env.items()),
            *(
                f"--mount=type=bind,src={path},dst={target},options=rbind:rw"
                for path, target in settings.mounts.items()
            ),
            *(["--read-only"] if settings.read_only else []),
            *more,
            *(reference, name),
        )

    def execute(self, name: str, *argv: str) -> str:
        return self.call(self.namespaces[name], "tasks", "exec", "--exec-id=test", name, *argv)

    def logs(self, name: str) -> str:
        return (self.box.home / f"{name}.log").read_text()

    def remove(self, name: str) -> None:
        namespace = self.namespaces[name]
        self.box.succeeds(*self.client, f"--namespace={namespace}", "tasks", "rm", "--force", name)
        self.call(namespace, "containers", "rm", name)
