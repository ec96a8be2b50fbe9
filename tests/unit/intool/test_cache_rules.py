"""What differs between inputs, which links stay in their tree, which artifacts go, which manifests are none."""

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ci.intool.cache.artifact import Artifact, Layer, tag_of
from ci.intool.cache.compare import count, differences, summary
from ci.intool.cache.links import escape
from ci.intool.cache.manifest import described, manifest, parse
from ci.intool.cache.retention import expired, total
from ci.intool.common.failure import Failure
from ci.intool.common.media import digest_of
from ci.intool.registry.client import Manifest

OLD = "sha256:" + "a" * 64
NEW = "sha256:" + "b" * 64


@pytest.mark.parametrize(
    ("old", "new", "differ", "text"),
    [
        ({"lockfile": OLD}, {"lockfile": OLD}, 0, "lockfile unchanged"),
        ({"lockfile": OLD}, {"lockfile": NEW}, 1, "lockfile changed"),
        ({"manager": "pnpm 9"}, {"manager": "pnpm 10"}, 1, "manager changed from pnpm 9 to pnpm 10"),
        ({}, {"base": OLD}, 1, "base added"),
        ({"base": OLD}, {}, 1, "base removed"),
        ({}, {}, 0, ""),
        (
            {"lockfile": OLD, "source": {"src/app/page.tsx": OLD}},
            {"lockfile": OLD, "source": {"src/app/page.tsx": NEW, "a": NEW, "b": NEW}},
            3,
            "source: src/app/page.tsx changed, 2 added (a, b); lockfile unchanged",
        ),
        (
            {"source": {f"f{n}": OLD for n in range(9)}},
            {"source": {"f0": OLD}},
            8,
            "source: 8 removed (f1, f2, f3 and 5 more)",
        ),
        ({"a": OLD, "b": OLD, "c": OLD}, {"a": OLD, "b": NEW, "c": OLD}, 1, "b changed; a, c unchanged"),
        (
            {"config": {"build": {"env": "1"}}},
            {"config": {"build": {"env": "2"}}},
            1,
            "config: build/env changed from 1 to 2",
        ),
        ({"source": OLD}, {"source": {"a": OLD}}, 2, "source removed"),
        ({"x": {"a\x1b[2J": OLD}}, {"x": {}}, 1, "x: a\\x1b[2J removed"),
    ],
)
def test_differences(old: dict[str, Any], new: dict[str, Any], differ: int, text: str) -> None:
    found = differences(old, new)
    assert count(found) == differ
    assert summary(found) == text


def test_inputs_as_deep_as_json_gets() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = {"a": deep}
    assert count(differences({"in": deep}, {})) == 1


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        ({}, ""),
        ({"t/a": "b"}, ""),
        ({"t/a/b": "../c"}, ""),
        ({"t/a/b": "../../c"}, "t/a/b"),
        ({"t/a": ".."}, "t/a"),
        ({"t/a": "/"}, "t/a"),
        ({"t/a": "../t/b"}, "t/a"),
        ({"t": "x"}, "t"),
        ({"t/a": "a"}, "t/a"),
        ({"t/a": "b", "t/b": "c", "t/c": "d/../e"}, ""),
        ({"t/x/y/up": "../..", "t/m": "x/y/up/a"}, ""),
        ({"t/x/y/up": "../..", "t/m": "x/y/up/.."}, "t/m"),
        ({"t/d": "x/y", "t/x/y/l": "../../z", "t/n": "d/l"}, ""),
        ({f"t/{n}": f"{n + 1}" for n in range(40)}, ""),
        ({f"t/{n}": f"{n + 1}" for n in range(41)}, "t/0"),
    ],
)
def test_links_that_leave_their_tree(links: dict[str, str], expected: str) -> None:
    assert escape(links) == expected


def artifact(name: str, day: int | None, **blobs: int) -> Artifact:
    created = None if day is None else datetime(2025, 1, 1, tzinfo=UTC) + timedelta(days=day)
    return Artifact(tag=f"cache-deps-{name}", digest=name, created=created, config="", layers=(), blobs=blobs)


@pytest.mark.parametrize(
    ("limit", "kept", "gone"),
    [
        (60, "", ""),
        (59, "", "n"),
        (50, "", "n"),
        (49, "", "na"),
        (49, "n", "ab"),
        (39, "", "nab"),
        (0, "c", "nab"),
        (0, "nabc", ""),
    ],
)
def test_the_oldest_go_first(limit: int, kept: str, gone: str) -> None:
    artifacts = [
        artifact("c", 3, c=20, both=10),
        artifact("a", 1, a=10),
        artifact("b", 2, b=10, both=10),
        artifact("n", None, n=10),
    ]
    assert total(artifacts) == 60
    assert [one.digest for one in expired(artifacts, limit, list(kept))] == list(gone)


@pytest.mark.parametrize(
    ("kind", "key", "expected"),
    [
        ("deps", "ab" * 32, f"cache-deps-{'ab' * 20}"),
        ("next", "sha256:" + "cd" * 32, f"cache-next-{'cd' * 20}"),
        ("deps", "1" * 40, f"cache-deps-{'1' * 40}"),
    ],
)
def test_tags(kind: str, key: str, expected: str) -> None:
    assert tag_of(kind, key) == expected


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("Deps", "a" * 64),
        ("", "a" * 64),
        ("a-b", "a" * 64),
        ("deps", "a" * 39),
        ("deps", "G" * 64),
        ("deps\n", "a" * 64),
    ],
)
def test_kinds_and_keys_that_are_none(kind: str, key: str) -> None:
    with pytest.raises(Failure, match="not a kind and a key"):
        tag_of(kind, key)


TAG = tag_of("deps", OLD)
CONFIG = {"kind": "deps", "key": OLD, "created": "2025-01-01T00:00:00+00:00", "inputs": {}}
BODY = json.dumps(CONFIG).encode()
LAYER = Layer(name="deps", digest=NEW, size=7, compression="gzip", tar=OLD)
GOOD: dict[str, Any] = json.loads(manifest(BODY, "2025-01-01T00:00:00+00:00", [LAYER]))


def found(content: dict[str, Any]) -> Manifest:
    return Manifest(body=b"12345", digest="sha256:" + "c" * 64, media_type="", content=content)


def test_a_manifest_is_read_as_it_was_written() -> None:
    read = parse(TAG, found(GOOD))
    assert read.layers == (LAYER,)
    assert read.created == datetime(2025, 1, 1, tzinfo=UTC)
    assert read.size == len(BODY) + 7 + 5
    assert (read.kind, read.key, read.config) == ("deps", "a" * 40, digest_of(BODY))
    assert described(read, BODY) == CONFIG


GONE = object()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["artifactType"], "application/other", "is not a cache artifact"),
        (["artifactType"], GONE, "is not a cache artifact"),
        (["config"], GONE, "damaged manifest"),
        (["config"], [], "damaged manifest"),
        (["config", "mediaType"], "application/json", "damaged manifest"),
        (["config", "digest"], "../../x", "damaged manifest"),
        (["config", "size"], "1", "damaged manifest"),
        (["layers"], GONE, "damaged manifest"),
        (["layers"], [], "damaged manifest"),
        (["layers"], 5, "damaged manifest"),
        (["layers"], ["text"], "damaged manifest"),
        (["layers"], GOOD["layers"] * 2, "damaged manifest"),
        (["layers", 0, "digest"], "sha256:" + "A" * 64, "damaged manifest"),
        (["layers", 0, "digest"], ["x"], "damaged manifest"),
        (["layers", 0, "size"], -1, "damaged manifest"),
        (["layers", 0, "size"], True, "damaged manifest"),
        (["layers", 0, "size"], 1.5, "damaged manifest"),
        (["layers", 0, "mediaType"], "application/vnd.oci.image.layer.v1.tar", "damaged manifest"),
        (["layers", 0, "mediaType"], {}, "damaged manifest"),
        (["layers", 0, "annotations"], GONE, "damaged manifest"),
        (["layers", 0, "annotations", "org.opencontainers.image.title"], "..", "damaged manifest"),
        (["layers", 0, "annotations", "org.opencontainers.image.title"], "../x", "damaged manifest"),
        (["layers", 0, "annotations", "org.opencontainers.image.title"], "/etc", "damaged manifest"),
        (["layers", 0, "annotations", "org.opencontainers.image.title"], 5, "damaged manifest"),
        (["layers", 0, "annotations", "vnd.next-distroless.cache.tar.digest"], "x", "damaged manifest"),
        (["annotations"], "text", "damaged manifest"),
    ],
)
def test_a_manifest_that_is_none(path: list[Any], value: Any, message: str) -> None:
    content = deepcopy(GOOD)
    at: Any = content
    for step in path[:-1]:
        at = at[step]
    if value is GONE:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    with pytest.raises(Failure, match=message):
        parse(TAG, found(content))


@pytest.mark.parametrize("created", ["yesterday", 5, None, "1970-01-01T00:00:00Z"])
def test_an_artifact_that_does_not_say_its_age_counts_as_the_oldest(created: Any) -> None:
    content = {**GOOD, "annotations": {"org.opencontainers.image.created": created}}
    assert parse(TAG, found(content)).created is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        json.dumps({**CONFIG, "kind": "next"}).encode(),
        json.dumps({**CONFIG, "key": NEW}).encode(),
        json.dumps({**CONFIG, "key": 5}).encode(),
        json.dumps({**CONFIG, "inputs": []}).encode(),
    ],
)
def test_a_configuration_that_is_none(body: bytes) -> None:
    with pytest.raises(Failure, match="damaged configuration"):
        described(parse(TAG, found(GOOD)), body)
