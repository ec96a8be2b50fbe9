"""What differs between two images."""

import json
from typing import Any

import pytest

from ci.intool.manager.changes import base, configuration, files, packages, transfer
from ci.intool.registry.client import Manifest
from ci.intool.registry.image import ImageLayer, RegistryImage
from ci.intool.rootfs.entry import Entry


def image(*layers: tuple[str, str, int], config: str = "c1", name: str = "m1", **run: Any) -> RegistryImage:
    """An image of layers, each by name, digest and size."""
    return RegistryImage(
        platform="linux/amd64",
        manifest=Manifest(
            body=b"x" * 3,
            digest=name,
            media_type="",
            content={"config": {"digest": config, "size": 40}, "annotations": run.pop("annotations", {})},
        ),
        config={"config": run},
        layers=tuple(ImageLayer(name=n, digest=digest, size=size, media_type="") for n, digest, size in layers),
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"User": "0"}, {"User": "65532"}, {"user": ["0", "65532"]}),
        (
            {"Env": ["A=1", "B=2=3"]},
            {"Env": ["B=2", "C="]},
            {"env.A": ["1", None], "env.B": ["2=3", "2"], "env.C": [None, ""]},
        ),
        ({"Cmd": ["a"]}, {"Cmd": ["a", "b"]}, {"cmd": [["a"], ["a", "b"]]}),
        ({"Labels": {"x": "1"}}, {"Labels": None}, {"labels.x": ["1", None]}),
        ({"annotations": {"x": "1"}}, {"annotations": {"x": "2"}}, {"annotations.x": ["1", "2"]}),
        ({"ExposedPorts": {"80/tcp": {}}}, {}, {"ports": [["80/tcp"], []]}),
        ({"Env": ["A=1", "B=2"]}, {"Env": ["B=2", "A=1"]}, {}),
    ],
)
def test_configuration(old: dict[str, Any], new: dict[str, Any], expected: dict[str, Any]) -> None:
    assert configuration(image(**old), image(**new)) == expected


def test_what_is_fetched() -> None:
    old = image(("base", "b", 100), ("server", "s1", 20))
    new = image(("base", "b", 100), ("server", "s2", 30), ("static", "s2", 30), config="c2", name="m2")
    found = transfer(old, new)
    assert found["bytes"] == 30 + 40 + 3
    assert [one["digest"] for one in found["shared"]] == ["b"]
    assert [one["digest"] for one in found["sent"]] == ["s2", "s2"]
    assert transfer(old, old)["bytes"] == 0


def test_base() -> None:
    def on(layer: str, **labels: str) -> RegistryImage:
        named = {f"org.opencontainers.image.base.{name}": text for name, text in labels.items()}
        return image(("base", layer, 1), ("server", "s" + layer, 1), Labels=named)

    assert base(on("b"), on("b"))["changed"] is False
    assert base(on("b", name="x:1", digest="d1"), on("c", name="x:2")) == {
        "changed": True,
        "from": "x:1 d1",
        "to": "x:2",
    }


def entry(size: int, content: str = "", mode: int = 0o644, kind: str = "file") -> Entry:
    return Entry(path="x", kind=kind, size=size, mode=mode, digest=content)


def test_files() -> None:
    old = {
        "same": entry(1),
        "gone": entry(5),
        "grown": entry(10, "a"),
        "mode": entry(3),
        "d": entry(0, kind="directory"),
    }
    new = {
        "same": entry(1),
        "more": entry(7),
        "most": entry(9),
        "grown": entry(14, "b"),
        "mode": entry(3, mode=0o755),
        "d2": entry(0, kind="directory"),
    }
    found = files(old, new, limit=1)
    assert {name: (group["count"], group["bytes"]) for name, group in found.items()} == {
        "added": (2, 16),
        "removed": (1, -5),
        "changed": (2, 4),
    }
    assert [group["files"][0]["path"] for group in found.values()] == ["/most", "/gone", "/grown"]
    assert [len(group["files"]) for group in found.values()] == [1, 1, 1]
    assert [row["aspects"] for row in files(old, new, limit=9)["changed"]["files"]] == [["content"], ["mode"]]


def test_a_directory_that_became_a_file() -> None:
    found = files({"x": entry(0, kind="directory")}, {"x": entry(4)}, limit=9)
    assert found["changed"]["files"][0]["aspects"] == ["kind"]


def test_packages() -> None:
    def installed(*names: str) -> dict[str, Entry]:
        found = {}
        for number, title in enumerate(names):
            name, _, version = title.rpartition("@")
            path = f"{number}/node_modules/{name}/package.json"
            found[path] = Entry(path=path, text=json.dumps({"name": name, "version": version}).encode())
        return found

    assert packages(installed("a@1", "a@2", "b@1", "d@1"), installed("a@2", "b@1", "c@3")) == {
        "added": [{"name": "c", "versions": ["3"]}],
        "removed": [{"name": "d", "versions": ["1"]}],
        "changed": [{"name": "a", "from": ["1", "2"], "to": ["2"]}],
    }
