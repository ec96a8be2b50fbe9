"""Results of builds in a real registry: stored, fetched, damaged, poisoned, and cleaned up."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ci.intool.cache.artifact import Layer, tag_of
from ci.intool.cache.cache import cache_fetch, cache_store, cache_why
from ci.intool.cache.manifest import CONFIG, manifest
from ci.intool.common.media import MANIFEST, canonical, digest_of
from ci.intool.registry.client import Repository
from tests.registry import cache_trees
from tests.registry.cache_trees import HOSTILE, entry, folder, seen, stored, tar
from tests.registry.conftest import Registry
from tests.registry.faults import Proxy

A, B, C, D = (digit * 64 for digit in "abcd")
MUCH = 1 << 30
MISS = {"hit": "", "key": "", "bytes": 0, "names": [], "warning": ""}


@pytest.fixture
def repository(registry: Registry, reach: Callable[..., None]) -> Repository:
    reach(registry.address)
    return Repository(f"{registry.address}/app")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return cache_trees.tree(tmp_path / "source")


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "into"


def put(repository: Repository, kind: str, key: str, content: Any, limit: int = MUCH, **more: Any) -> dict[str, Any]:
    return cache_store(repository.name, kind, key, content, inputs={}, limit=limit, **more)


def noise(path: Path, size: int) -> Path:
    """A file that does not get smaller."""
    path.write_bytes(os.urandom(size))
    return path


def forge(repository: Repository, scratch: Path, *layers: Layer, key: str = A, **changes: Any) -> None:
    """Store an artifact by hand; the layers' files are those of their names in `scratch`."""
    config = canonical({"kind": "deps", "key": key, "created": "", "inputs": {}})
    (scratch / "config").write_bytes(config)
    for name, digest in [("config", digest_of(config)), *((layer.name, layer.digest) for layer in layers)]:
        repository.upload(scratch / name, digest)
    content = {**json.loads(manifest(config, "2025-01-01T00:00:00Z", layers)), **changes}
    repository.put_manifest(canonical(content), MANIFEST, tag_of("deps", A))


def image(repository: Repository, scratch: Path, tag: str) -> None:
    """Set a tag to an image, as far as a registry looks at it."""
    (scratch / "empty").write_bytes(b"{}")
    repository.upload(scratch / "empty", digest_of(b"{}"))
    descriptor = {"mediaType": EMPTY, **NOTHING}
    content = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": descriptor,
        "layers": [],
        "annotations": {"tag": tag},
    }
    repository.put_manifest(canonical(content), MANIFEST, tag)


def blob(registry: Registry, digest: str) -> Path:
    """The file of a blob or a manifest in the registry's storage."""
    digits = digest.partition(":")[2]
    return registry.storage / "docker/registry/v2/blobs/sha256" / digits[:2] / digits / "data"


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def ignored(found: dict[str, Any], into: Path) -> bool:
    """Whether it is a miss with a warning, that left nothing."""
    assert {**found, "warning": ""} == MISS
    assert not into.exists() or list(into.iterdir()) == []
    return bool(found["warning"])


def test_what_is_stored_is_fetched(repository: Repository, source: Path, tmp_path: Path, into: Path) -> None:
    (tmp_path / "index").write_text("one file")
    done = put(repository, "deps", A, {"deps": source, "index": tmp_path / "index"})
    assert (done["stored"], done["reason"], done["pruned"], done["warning"]) == (True, "", [], "")
    assert 0 < done["sent"] < done["bytes"]
    found = cache_fetch(repository.name, "deps", A, into)
    assert found == {"hit": "exact", "key": A, "bytes": found["bytes"], "names": ["deps", "index"], "warning": ""}
    assert 0 < found["bytes"] < done["sent"]
    assert seen(into / "deps") == seen(source)
    assert (into / "index").read_text() == "one file"
    assert {file.name for file in into.iterdir()} == {"deps", "index"}
    assert repository.tags() == [f"cache-deps-{'a' * 40}"]


def test_nothing_there_is_no_warning(repository: Repository, source: Path, into: Path) -> None:
    assert cache_fetch(repository.name, "deps", A, into) == MISS
    put(repository, "next", A, {"next": source})
    assert cache_fetch(repository.name, "deps", A, into, fallback=True) == MISS
    assert cache_fetch(repository.name, "next", B, into) == MISS


def test_what_is_there_stays_unless_it_is_to_be_replaced(repository: Repository, tmp_path: Path, into: Path) -> None:
    put(repository, "deps", A, {"deps": noise(tmp_path / "one", 10)})
    tag, first = tag_of("deps", A), repository.resolve(tag_of("deps", A))
    again = put(repository, "deps", A, {"deps": noise(tmp_path / "two", 10)})
    assert (again["stored"], again["reason"]) == (False, f"{tag} is there already")
    assert repository.resolve(tag) == first
    assert put(repository, "deps", A, {"deps": tmp_path / "two"}, replace=True)["stored"]
    assert repository.resolve(str(first)) is None
    assert cache_fetch(repository.name, "deps", A, into)["hit"] == "exact"
    assert (into / "deps").read_bytes() == (tmp_path / "two").read_bytes()


def test_what_the_registry_has_is_not_sent(repository: Repository, source: Path) -> None:
    first = put(repository, "deps", A, {"deps": source})
    second = put(repository, "deps", B, {"deps": source})
    assert (second["stored"], second["bytes"]) == (True, first["bytes"])
    assert second["sent"] < 500 < first["sent"]


def test_the_newest_of_the_kind_is_the_fallback(repository: Repository, tmp_path: Path, into: Path) -> None:
    for kind, key in (("deps", A), ("deps", B), ("next", C)):
        put(repository, kind, key, {"deps": noise(tmp_path / f"{kind}-{key[0]}", 10)})
    found = cache_fetch(repository.name, "deps", D, into, fallback=True)
    assert (found["hit"], found["key"], found["warning"]) == ("fallback", B, "")
    assert (into / "deps").read_bytes() == (tmp_path / "deps-b").read_bytes()


def test_a_damaged_hit_is_replaced_by_the_fallback(
    registry: Registry, repository: Repository, tmp_path: Path, into: Path
) -> None:
    put(repository, "deps", A, {"deps": noise(tmp_path / "a", 10)})
    put(repository, "deps", B, {"deps": noise(tmp_path / "b", 10)})
    flip(blob(registry, repository.manifest(tag_of("deps", B)).content["layers"][0]["digest"]))
    found = cache_fetch(repository.name, "deps", B, into, fallback=True)
    assert (found["hit"], found["key"]) == ("fallback", A)
    assert f"{tag_of('deps', B)} is ignored" in found["warning"]


def test_what_is_in_the_way_is_not_touched(repository: Repository, source: Path, into: Path) -> None:
    put(repository, "deps", A, {"deps": source})
    (into / "deps").mkdir(parents=True)
    assert "deps is there already" in cache_fetch(repository.name, "deps", A, into)["warning"]
    assert [file.name for file in into.rglob("*")] == ["deps"]


@pytest.mark.parametrize("harm", [flip, Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-9])])
@pytest.mark.parametrize("part", ["manifest", "config", "first layer", "last layer"])
def test_damage_on_the_disk_of_the_registry(
    registry: Registry, repository: Repository, source: Path, part: str, harm: Callable[[Path], object]
) -> None:
    into = source.parent / "into"
    put(repository, "deps", A, {"deps": source, "more": source / "pkg" / "bin"})
    found = repository.manifest(tag_of("deps", A))
    layers = [layer["digest"] for layer in found.content["layers"]]
    config = found.content["config"]["digest"]
    digests = {"manifest": found.digest, "config": config, "first layer": layers[0], "last layer": layers[1]}
    harm(blob(registry, digests[part]))
    assert ignored(cache_fetch(repository.name, "deps", A, into), into)


@pytest.mark.parametrize("what", HOSTILE)
def test_poison_is_ignored(repository: Repository, tmp_path: Path, into: Path, what: str) -> None:
    layers = [
        stored(tar([folder("good")]), tmp_path / "good", name="good"),
        stored(tar(HOSTILE[what]), tmp_path / "deps"),
    ]
    forge(repository, tmp_path, *layers)
    before = {file.name for file in tmp_path.iterdir()} | {"into"}
    assert ignored(cache_fetch(repository.name, "deps", A, into), into)
    assert {file.name for file in tmp_path.iterdir()} == before
    assert not os.path.lexists(cache_trees.EVIL)


EMPTY = "application/vnd.oci.empty.v1+json"
NOTHING = {"digest": digest_of(b"{}"), "size": 2}
GOOD = tar([folder("deps"), entry("deps/a", content=b"x" * 100_000)])


@pytest.mark.parametrize(
    ("said", "warning"),
    [
        ({"tar": A}, "damaged manifest"),
        ({"tar": f"sha256:{A}"}, "does not match its digest"),
        ({"size": 9 << 30}, "more than 8.6 GB"),
        ({"compression": "zstd"}, "cannot be unpacked|zstd needs Python 3.14"),
    ],
)
def test_a_layer_that_is_not_what_it_says(
    repository: Repository, tmp_path: Path, into: Path, said: dict[str, Any], warning: str
) -> None:
    forge(repository, tmp_path, stored(GOOD, tmp_path / "deps", **said))
    found = cache_fetch(repository.name, "deps", A, into)
    assert ignored(found, into)
    assert re.search(warning, found["warning"])


def test_a_stream_that_ends_too_early(repository: Repository, tmp_path: Path, into: Path) -> None:
    layer = stored(GOOD, tmp_path / "deps")
    cut = (tmp_path / "deps").read_bytes()[:-20]
    (tmp_path / "deps").write_bytes(cut)
    forge(repository, tmp_path, replace(layer, digest=cache_trees.digest(cut), size=len(cut)))
    assert ignored(cache_fetch(repository.name, "deps", A, into), into)


def test_a_bomb(repository: Repository, tmp_path: Path, into: Path) -> None:
    zeros = {name: tar([folder(name), entry(f"{name}/a", content=bytes(3 << 20))]) for name in ("deps", "more")}
    layers = [stored(data, tmp_path / name, name=name) for name, data in zeros.items()]
    forge(repository, tmp_path, *layers)
    found = cache_fetch(repository.name, "deps", A, into, limit=4 << 20)
    assert ignored(found, into)
    assert "more is larger than" in found["warning"]
    assert cache_fetch(repository.name, "deps", A, into, limit=7 << 20)["hit"] == "exact"


@pytest.mark.parametrize(
    "changes",
    [
        {"artifactType": "application/vnd.example"},
        {"layers": []},
        {"annotations": {"org.opencontainers.image.created": "never"}, "config": {"mediaType": EMPTY, **NOTHING}},
        {"config": {"mediaType": CONFIG, **NOTHING}},
        {"key": B},
    ],
)
def test_an_artifact_of_something_else(
    repository: Repository, tmp_path: Path, into: Path, changes: dict[str, Any]
) -> None:
    (tmp_path / "empty").write_bytes(b"{}")
    repository.upload(tmp_path / "empty", digest_of(b"{}"))
    forge(repository, tmp_path, stored(GOOD, tmp_path / "deps"), **changes)
    assert ignored(cache_fetch(repository.name, "deps", A, into), into)


def test_a_hand_made_artifact_is_one(repository: Repository, tmp_path: Path, into: Path) -> None:
    forge(repository, tmp_path, stored(GOOD, tmp_path / "deps"))
    assert cache_fetch(repository.name, "deps", A, into)["hit"] == "exact"


def test_a_registry_that_cannot_be_reached(reach: Callable[..., None], source: Path, into: Path) -> None:
    reach("127.0.0.1:1")
    fetched = cache_fetch("127.0.0.1:1/app", "deps", A, into, fallback=True)
    assert ignored(fetched, into)
    assert "nothing answers at 127.0.0.1:1" in fetched["warning"]
    sent = cache_store("127.0.0.1:1/app", "deps", A, {"deps": source}, inputs={}, limit=MUCH)
    assert (sent["stored"], "nothing answers" in sent["reason"]) == (False, True)
    why = cache_why("127.0.0.1:1/app", "deps", A, {})
    assert (why["hit"], "nothing answers" in why["text"]) == (False, True)


@pytest.mark.parametrize(
    ("kind", "content", "reason"),
    [
        ("Deps", {"deps": "pkg/bin"}, "not a kind and a key"),
        ("deps", {"a/b": "pkg/bin"}, "not a name for a part"),
        ("deps", {"deps": "none"}, "No such file"),
        ("deps", {"deps": "pkg"}, "the link deps/up -> ../link leads out of what is to be stored"),
        ("deps", {}, "is empty, or has one name twice"),
    ],
)
def test_what_cannot_be_stored(
    repository: Repository, source: Path, kind: str, content: dict[str, str], reason: str
) -> None:
    done = put(repository, kind, A, {name: source / path for name, path in content.items()})
    assert (done["stored"], repository.tags()) == (False, [])
    assert reason in done["reason"]


def test_inputs_that_are_no_json(repository: Repository, source: Path) -> None:
    done = cache_store(repository.name, "deps", A, {"deps": source}, inputs={"a": float("nan")}, limit=MUCH)
    assert (done["stored"], repository.tags()) == (False, [])


def test_a_registry_that_does_not_take_it(proxy: Proxy, source: Path) -> None:
    proxy.add(method="POST|PUT", status=403, times=100)
    done = put(Repository(f"{proxy.address}/app"), "deps", A, {"deps": source})
    assert done["stored"] is False
    assert "does not accept the login" in done["reason"]


def test_the_oldest_go_when_there_is_too_much(repository: Repository, tmp_path: Path, into: Path) -> None:
    for kind, key in (("deps", A), ("next", B), ("deps", C)):
        put(repository, kind, key, {kind: noise(tmp_path / key[0], 10_000)})
    digest = str(repository.resolve(tag_of("deps", A)))
    image(repository, tmp_path, "latest")
    image(repository, tmp_path, tag_of("deps", "0" * 64))
    before = repository.tags()
    done = put(repository, "deps", D, {"deps": noise(tmp_path / "d", 10_000)}, limit=35_000)
    assert done["pruned"] == [tag_of("deps", A)]
    assert sorted(repository.tags()) == sorted({*before, tag_of("deps", D)} - {tag_of("deps", A)})
    assert repository.resolve(digest) is None
    assert cache_fetch(repository.name, "next", B, into)["hit"] == "exact"
    assert cache_fetch(repository.name, "deps", D, into)["hit"] == "exact"
    last = put(repository, "deps", A, {"deps": noise(tmp_path / "a", 15_000)}, limit=18_000)
    assert sorted(last["pruned"]) == sorted([tag_of("next", B), tag_of("deps", C), tag_of("deps", D)])
    assert sorted(repository.tags()) == sorted([tag_of("deps", A), tag_of("deps", "0" * 64), "latest"])


def test_what_another_tag_names_is_never_deleted(repository: Repository, tmp_path: Path) -> None:
    put(repository, "deps", A, {"deps": noise(tmp_path / "a", 10_000)})
    put(repository, "deps", B, {"deps": noise(tmp_path / "b", 10_000)})
    kept = repository.manifest(tag_of("deps", A))
    repository.put_manifest(kept.body, kept.media_type, "keep")
    done = put(repository, "deps", C, {"deps": noise(tmp_path / "c", 10_000)}, limit=25_000)
    assert done["pruned"] == [tag_of("deps", B)]
    put(repository, "deps", A, {"deps": noise(tmp_path / "other", 100)}, replace=True)
    assert repository.resolve("keep") == kept.digest


def test_what_is_too_large_alone_is_not_stored(repository: Repository, tmp_path: Path) -> None:
    put(repository, "deps", A, {"deps": noise(tmp_path / "a", 1000)})
    done = put(repository, "deps", B, {"deps": noise(tmp_path / "b", 10_000)}, limit=9000)
    assert (done["stored"], done["sent"], done["pruned"]) == (False, 0, [])
    assert "may have 9.0 kB" in done["reason"]
    assert repository.tags() == [tag_of("deps", A)]


@pytest.mark.parametrize("status", [405, 403])
def test_a_registry_that_does_not_delete(proxy: Proxy, tmp_path: Path, status: int) -> None:
    repository = Repository(f"{proxy.address}/app")
    put(repository, "deps", A, {"deps": noise(tmp_path / "a", 10_000)})
    proxy.add(method="DELETE", status=status, times=100)
    done = put(repository, "deps", B, {"deps": noise(tmp_path / "b", 10_000)}, limit=15_000)
    assert (done["stored"], done["pruned"]) == (True, [])
    assert done["warning"].startswith("old artifacts stay: cannot delete")
    assert sorted(repository.tags()) == [tag_of("deps", A), tag_of("deps", B)]


def test_few_requests(proxy: Proxy, source: Path, into: Path) -> None:
    put(Repository(f"{proxy.address}/app"), "deps", A, {"deps": source})
    proxy.requests.clear()
    assert cache_fetch(f"{proxy.address}/app", "deps", A, into)["hit"] == "exact"
    assert [proxy.count("GET", path) for path in ("/tags/", "/manifests/", "/blobs/")] == [1, 1, 2]


def test_why(repository: Repository, source: Path) -> None:
    assert cache_why(repository.name, "deps", A, {}) == {
        "hit": False,
        "text": f"{tag_of('deps', A)} is not there, and nothing else of its kind",
    }
    for key, inputs in ((A, {"base": A, "source": {"a": A, "b": A}}), (B, {"base": B, "source": {"a": B, "b": B}})):
        cache_store(repository.name, "deps", key, {"deps": source}, inputs=inputs, limit=MUCH)
    assert cache_why(repository.name, "deps", A, {}) == {"hit": True, "text": f"{tag_of('deps', A)} is there"}
    for like, inputs in ((A, {"base": A, "source": {"a": C, "b": A}}), (B, {"base": B, "source": {"a": C, "b": B}})):
        assert cache_why(repository.name, "deps", C, inputs) == {
            "hit": False,
            "text": f"{tag_of('deps', C)} is not there; against {tag_of('deps', like)}: "
            "source: a changed; base unchanged",
        }


def test_a_damaged_configuration_explains_nothing(registry: Registry, repository: Repository, source: Path) -> None:
    put(repository, "deps", A, {"deps": source})
    flip(blob(registry, repository.manifest(tag_of("deps", A)).content["config"]["digest"]))
    assert "nothing else of its kind" in cache_why(repository.name, "deps", B, {})["text"]
