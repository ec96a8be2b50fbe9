"""What is attached to an image and to its platforms, after a copy of the image to another registry."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.compat.published import Published, read, regctl
from tests.compat.sandbox import Sandbox, sandbox
from tests.registry.conftest import Registry, serve

pytestmark = [pytest.mark.engine, pytest.mark.embedded, pytest.mark.costly]

PLAIN_HTTP = ("--src-tls-verify=false", "--dest-tls-verify=false")


@dataclass(frozen=True)
class Place:
    """A registry that has the image with a note on its index and on each platform, and one that has nothing."""

    source: str
    target: str
    box: Sandbox

    def copy(self, name: str) -> str:
        """Copy the image by the tool and its options of that name; returns the reference of the copy."""
        docker = f"docker://{self.source}/shop:1", f"docker://{self.target}/{name}/shop:1"
        match name:
            case "regctl":
                regctl("image", "copy", f"{self.source}/shop:1", f"{self.target}/{name}/shop:1")
            case "regctl-referrers":
                regctl("image", "copy", "--referrers", f"{self.source}/shop:1", f"{self.target}/{name}/shop:1")
            case "skopeo":
                self.box.run("skopeo", "copy", "--all", *PLAIN_HTTP, *docker)
            case "skopeo-sync":
                sync = ("skopeo", "sync", "--all", "--src=docker", "--dest=docker", *PLAIN_HTTP)
                self.box.run(*sync, f"{self.source}/shop", f"{self.target}/{name}")
        return f"{self.target}/{name}/shop:1"


@pytest.fixture(scope="module")
def place(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("referrers")
    registries: list[Registry] = []
    with pytest.MonkeyPatch.context() as patch, sandbox(home / "box") as box:
        try:
            registries += [serve(box.home / "source"), serve(box.home / "target")]
            source, target = (registry.address for registry in registries)
            known = (source, target, published.tag.partition("/")[0])
            (home / "regctl.json").write_text(json.dumps({"hosts": {host: {"tls": "disabled"} for host in known}}))
            patch.setenv("REGCTL_CONFIG", str(home / "regctl.json"))
            regctl("image", "copy", published.tag, f"{source}/shop:1")
            for digest in (published.digest, *(one["digest"] for one in published.manifests.values())):
                note = ("artifact", "put", "--artifact-type=application/vnd.example.note", "--file", __file__)
                regctl(*note, f"--subject={source}/shop@{digest}")
            yield Place(source, target, box)
        finally:
            for registry in registries:
                registry.stop()


def notes(image: Published) -> dict[str, int]:
    """How many referrers the index and each platform have."""
    subjects = {"index": image.digest, **{name: one["digest"] for name, one in image.manifests.items()}}
    listed = {
        name: regctl("artifact", "list", "--format={{json .Descriptors}}", f"{image.repository}@{digest}")
        for name, digest in subjects.items()
    }
    return {name: len(json.loads(one) or ()) for name, one in listed.items()}


@pytest.mark.parametrize(("name", "kept"), [("regctl", 0), ("regctl-referrers", 1), ("skopeo", 0), ("skopeo-sync", 1)])
def test_what_a_copy_keeps(place: Place, published: Published, name: str, kept: int) -> None:
    assert notes(read(f"{place.source}/shop:1")) == {"index": 1, "amd64": 1, "arm64": 1}
    copied = read(place.copy(name))
    assert copied.digest == published.digest
    assert notes(copied) == {"index": kept, "amd64": kept, "arm64": kept}
