"""Look at, compare, list and pull images of a real registry."""

import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ci.intool.common.failure import Failure
from ci.intool.manager.diff import diff
from ci.intool.manager.info import info
from ci.intool.manager.inside import inside
from ci.intool.manager.listing import tags
from ci.intool.manager.pull import pull
from ci.intool.manager.size import size
from tests.conftest import command
from tests.registry.conftest import Registry
from tests.registry.manager_images import BASE, Layers, Maker

REACT: Layers = [
    ("node_modules", {"app/node_modules/react/package.json": b'{"name": "react", "version": "19.1.0"}'}),
]
NEWER: Layers = [
    ("node_modules", {"app/node_modules/react/package.json": b'{"name": "react", "version": "19.2.0"}'}),
    ("server", {"opt/.wh.unused": b"", "app/server.js": b"s" * 300}),
]
LABELS = {"org.opencontainers.image.revision": "1a2b3c4", "org.opencontainers.image.source": "https://example.com/app"}
RUN = {
    "User": "65532",
    "Entrypoint": ["/nodejs/bin/node"],
    "Cmd": ["server.js"],
    "Env": ["PORT=3000"],
    "ExposedPorts": {"3000/tcp": {}},
    "Healthcheck": {"Test": ["CMD", "/nodejs/bin/node", "health.js"]},
    "Labels": LABELS,
}


@pytest.fixture
def maker(registry: Registry, reach: Callable[..., None], tmp_path: Path) -> Maker:
    reach(registry.address)
    return Maker(f"{registry.address}/app", tmp_path)


@pytest.fixture
def shop(maker: Maker) -> str:
    """An image of two platforms by the tags 1.0.0 and latest, with an SBOM for one platform; its digest."""
    first = maker.image([*BASE, *REACT], "linux/amd64", "2025-01-01T00:00:00Z", **RUN)
    other = maker.image([*BASE, *REACT], "linux/arm64", "2025-01-01T00:00:00Z", **RUN)
    digest = maker.index(first, other, tag="1.0.0", version="1.0.0")
    maker.tag(digest, "latest")
    maker.refer(other["digest"], "application/vnd.example.sbom")
    return digest


def test_info(maker: Maker, shop: str) -> None:
    found = info(maker.repository.at("latest"))
    assert [found[name] for name in ("digest", "version", "created", "revision", "source", "tags")] == [
        shop,
        "1.0.0",
        "2025-01-01T00:00:00Z",
        "1a2b3c4",
        "https://example.com/app",
        ["1.0.0", "latest"],
    ]
    first, other = found["platforms"]
    assert [first["platform"], other["platform"]] == ["linux/amd64", "linux/arm64"]
    assert (first["user"], first["entrypoint"], first["cmd"]) == ("65532", ["/nodejs/bin/node"], ["server.js"])
    assert (first["env"], first["ports"], first["labels"]) == ({"PORT": "3000"}, ["3000/tcp"], LABELS)
    assert first["health_check"] == RUN["Healthcheck"]
    assert [layer["name"] for layer in first["layers"]] == ["base", "node_modules"]
    assert first["size"] == sum(layer["size"] for layer in first["layers"])
    assert [(one["artifact_type"], one["subject"]) for one in found["referrers"]] == [
        ("application/vnd.example.sbom", other["digest"])
    ]
    for part in (shop, "1a2b3c4", "PORT=3000", "application/vnd.example.sbom", "linux/arm64"):
        assert part in found["text"]


def test_info_of_one_platform_and_of_an_artifact(maker: Maker, shop: str) -> None:
    found = info(maker.repository.at(shop))
    child = info(maker.repository.at(found["platforms"][1]["digest"]))
    assert [image["platform"] for image in child["platforms"]] == ["linux/arm64"]
    artifact = info(maker.repository.at(found["referrers"][0]["digest"]))
    assert (artifact["artifact_type"], artifact["platforms"]) == ("application/vnd.example.sbom", [])


def test_size(maker: Maker) -> None:
    maker.index(maker.image([*BASE, *NEWER]), tag="1.1.0")
    found = size(maker.repository.at("1.1.0"), limit=1)
    package = len(NEWER[0][1]["app/node_modules/react/package.json"])
    assert [(one["name"], one["uncompressed"], one["hidden"]) for one in found["layers"]] == [
        ("base", 5704, 700),
        ("node_modules", package, 0),
        ("server", 300, 0),
    ]
    assert found["uncompressed"] == 5004 + package + 300 == found["treemap"]["bytes"]
    assert found["compressed"] == sum(one["compressed"] for one in found["layers"])
    assert found["packages"] == [{"name": "react", "bytes": package, "files": 1}]
    assert found["files"] == [{"path": "/bin/tool", "bytes": 5000, "layer": "base"}]
    assert "/bin/tool" in found["text"]


def test_diff(maker: Maker, shop: str) -> None:
    maker.index(maker.image([*BASE, *NEWER], **{**RUN, "User": "0"}), tag="1.1.0")
    found = diff(maker.repository.at(shop), maker.repository.at("1.1.0"))
    assert found["configuration"] == {"user": ["65532", "0"]}
    assert [layer["name"] for layer in found["layers"]["shared"]] == ["base"]
    assert [layer["name"] for layer in found["layers"]["sent"]] == ["node_modules", "server"]
    assert found["layers"]["bytes"] > sum(layer["size"] for layer in found["layers"]["sent"])
    assert found["base"]["changed"] is False
    assert {name: [row["path"] for row in group["files"]] for name, group in found["files"].items()} == {
        "added": ["/app/server.js"],
        "removed": ["/opt/unused"],
        "changed": ["/app/node_modules/react/package.json"],
    }
    assert found["packages"]["changed"] == [{"name": "react", "from": ["19.1.0"], "to": ["19.2.0"]}]
    for part in ("user  65532  ->  0", "19.1.0 -> 19.2.0", "base: unchanged", "/opt/unused"):
        assert part in found["text"]


def test_diff_of_the_same_image(maker: Maker, shop: str) -> None:
    found = diff(maker.repository.at(shop), maker.repository.at("latest"), platform="linux/arm64")
    assert (found["same"], found["layers"]["bytes"], found["layers"]["sent"]) == (True, 0, [])
    assert found["text"].endswith("the same image")


def test_a_platform_that_is_not_there(maker: Maker, shop: str) -> None:
    maker.index(maker.image(BASE), tag="amd")
    with pytest.raises(Failure, match=r"amd has no image for linux/arm64") as reported:
        diff(maker.repository.at(shop), maker.repository.at("amd"), platform="linux/arm64")
    assert reported.value.fix == "choose one of linux/amd64"


def test_tags(maker: Maker) -> None:
    for version, created in (("1.9.0", "2025-01"), ("1.10.0", "2025-01"), ("2.0.0", "2025-03"), ("1.10.1", "2025-04")):
        maker.release(version, f"{created}-01T00:00:00Z")
    maker.tag(str(maker.repository.resolve("2.0.0")), "latest")
    found = tags(maker.repository.name)
    assert [row["tag"] for row in found["tags"]] == ["1.10.1", "2.0.0", "latest", "1.10.0", "1.9.0"]
    first = found["tags"][0]
    assert (first["version"], first["platforms"]) == ("1.10.1", ["linux/amd64", "linux/arm64"])
    assert first["created"] == "2025-04-01T00:00:00+00:00"
    assert found["text"].splitlines()[1].split()[:4] == ["1.10.1", first["digest"][7:19], "2025-04-01", "1.10.1"]


def test_pull_everything(maker: Maker, shop: str, tmp_path: Path) -> None:
    report = pull(maker.repository.at("1.0.0"), tmp_path / "all.tar")
    again = pull(maker.repository.at("1.0.0"), tmp_path / "again.tar")
    assert report["digest"] == again["digest"] == shop
    assert (tmp_path / "all.tar").read_bytes() == (tmp_path / "again.tar").read_bytes()
    (tmp_path / "layout").mkdir()
    with tarfile.open(tmp_path / "all.tar") as archive:
        archive.extractall(tmp_path / "layout", filter="data")
    copied = Maker(f"{maker.repository.name}-copy", tmp_path).repository
    done = command(
        *("regctl", "image", "copy", "--referrers", "--digest-tags"),
        *(f"ocidir://{tmp_path / 'layout'}:1.0.0", copied.at("1.0.0")),
    )
    assert (done.code, copied.resolve("1.0.0")) == (0, shop), done.stderr
    assert [one["artifact_type"] for one in info(copied.at("1.0.0"))["referrers"]] == ["application/vnd.example.sbom"]


@pytest.mark.parametrize("kind", ["oci", "docker"])
def test_pull_one_platform(maker: Maker, shop: str, tmp_path: Path, kind: str) -> None:
    other = info(maker.repository.at(shop))["platforms"][1]["digest"]
    report = pull(maker.repository.at("1.0.0"), tmp_path / "one.tar", platform="linux/arm64", kind=kind)
    assert (report["digest"], report["blobs"]) == (other, 4)
    back = command("regctl", "image", "import", maker.repository.at("back"), tmp_path / "one.tar")
    assert (back.code, maker.repository.resolve("back")) == (0, other), back.stderr


@pytest.mark.parametrize("by_digest", [False, True])
def test_what_docker_load_reads(maker: Maker, shop: str, tmp_path: Path, by_digest: bool) -> None:  # noqa: FBT001
    report = pull(maker.repository.at(shop if by_digest else "1.0.0"), tmp_path / "load.tar", kind="docker")
    name = maker.repository.at(shop[7:19] if by_digest else "1.0.0")
    with tarfile.open(tmp_path / "load.tar") as archive:
        (listed,) = json.loads(archive.extractfile("manifest.json").read())  # type: ignore[union-attr]
        assert {listed["Config"], *listed["Layers"]} < set(archive.getnames())
    assert listed["RepoTags"] == [report["name"]] == [name]


def test_what_cannot_be_pulled(maker: Maker, shop: str, tmp_path: Path) -> None:
    sbom = info(maker.repository.at(shop))["referrers"][0]["digest"]
    for reference, options, what in (
        (maker.repository.at("none"), {}, "it is not there"),
        (maker.repository.at(sbom), {"kind": "docker"}, "not a container image"),
        (maker.repository.at(shop), {"kind": "zip"}, "`zip` is not a kind of archive"),
    ):
        with pytest.raises(Failure, match=what):
            pull(reference, tmp_path / "x.tar", **options)
    assert not (tmp_path / "x.tar").exists()


def test_what_an_image_has_inside(maker: Maker, shop: str) -> None:
    found = inside(maker.repository.at(shop), "linux/arm64")
    assert (found["reference"], found["platform"]) == (maker.repository.at(shop), "linux/arm64")
    assert (found["user"], found["cmd"], found["env"]) == ("65532", ["server.js"], {"PORT": "3000"})
    assert (found["programs"], found["packages"], found["server"]) == (["/bin/tool"], ["react"], False)
    assert found["created"] == "2025-01-01T00:00:00Z"
