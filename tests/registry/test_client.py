"""One repository of a real registry."""

import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ci.intool.common.failure import Failure
from ci.intool.registry.client import Repository, digest_of
from ci.intool.registry.push import push
from ci.intool.registry.retry import Retry
from tests.registry import layouts
from tests.registry.conftest import Registry
from tests.registry.faults import Proxy

ABSENT = f"sha256:{'0' * 64}"
ONCE = Retry(attempts=1)


@pytest.fixture
def image(proxy: Proxy, tmp_path: Path) -> str:
    """Digest of an image in `app`."""
    return str(push(_layout(tmp_path), f"{proxy.address}/app")["digest"])


@pytest.fixture
def app(proxy: Proxy) -> Repository:
    return Repository(f"{proxy.address}/app")


def _layout(tmp_path: Path, seed: int = 0) -> Path:
    root = tmp_path / f"layout-{seed}"
    layouts.write(root, seed=seed, sizes=(1000,))
    return root


def layer_of(app: Repository, image: str) -> str:
    inner = app.manifest(image).content["manifests"][0]["digest"]
    return str(app.manifest(inner).content["layers"][0]["digest"])


def test_what_is_not_there(app: Repository, tmp_path: Path) -> None:
    assert app.tags() == []
    assert app.resolve("latest") is None
    assert app.resolve(ABSENT) is None
    assert not app.has_blob(ABSENT)
    assert app.referrers(ABSENT) == []
    for read in (app.manifest, app.blob, lambda digest: app.download(digest, tmp_path / "file")):
        with pytest.raises(Failure, match=f"{app.name}@{ABSENT}: it is not there"):
            read(ABSENT)
    assert list(tmp_path.glob("file*")) == []
    app.delete(ABSENT)
    app.delete_tag("latest")


def test_manifests_keep_their_bytes(app: Repository, image: str) -> None:
    written = app.manifest(image)
    assert digest_of(written.body) == written.digest == image
    assert written.body.startswith(b'{\n   "schemaVersion"')
    assert written.media_type == layouts.INDEX
    assert app.put_manifest(written.body, written.media_type, "1.0") == image
    assert app.manifest("1.0") == written
    assert app.resolve("1.0") == app.resolve(image) == image
    assert app.tags() == ["1.0"]


def test_a_manifest_needs_its_blobs(app: Repository, image: str) -> None:
    body = app.manifest(image).body.replace(b"sha256:", b"sha256:0")[:-1]
    with pytest.raises(Failure, match=f"cannot write {app.name}:1.0"):
        app.put_manifest(body, layouts.INDEX, "1.0")
    assert app.tags() == []


def test_blobs(app: Repository, image: str, tmp_path: Path) -> None:
    layer = layer_of(app, image)
    stored = (tmp_path / "layout-0" / "blobs" / layer.replace(":", "/")).read_bytes()
    assert app.has_blob(layer)
    assert app.blob_size(layer) == len(stored)
    assert app.blob(layer) == stored
    app.download(layer, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == stored
    assert not (tmp_path / "file.partial").exists()


def test_bytes_that_the_digest_does_not_name(app: Repository, image: str, registry: Registry, tmp_path: Path) -> None:
    layer = layer_of(app, image)
    data = registry.storage / "docker/registry/v2/blobs/sha256" / layer[7:9] / layer[7:] / "data"
    data.write_bytes(bytes(byte ^ 1 for byte in data.read_bytes()))
    for read in (app.blob, lambda digest: app.download(digest, tmp_path / "file")):
        with pytest.raises(Failure, match=f"{layer}.* does not match its digest"):
            read(layer)
    assert list(tmp_path.glob("file*")) == []


def test_mount(proxy: Proxy, app: Repository, image: str) -> None:
    other, layer = Repository(f"{proxy.address}/other"), layer_of(app, image)
    assert not other.mount(layer, f"{proxy.address}/none")
    assert not other.mount(ABSENT, app.name)
    assert other.mount(layer, app.name)
    assert other.has_blob(layer)


def test_a_registry_that_does_not_mount_costs_no_transfer(proxy: Proxy, app: Repository, image: str) -> None:
    layer = layer_of(app, image)
    proxy.add(method="POST", path="mount=", status=403, times=1000)
    proxy.add(method="GET", path="/blobs/", hold=threading.Event(), times=1000)
    assert not Repository(f"{proxy.address}/other").mount(layer, app.name)
    assert proxy.count("PATCH|PUT", "/other/") == 0


def test_delete(app: Repository, image: str) -> None:
    written = app.manifest(image)
    for tag in ("1.0", "1"):
        app.put_manifest(written.body, written.media_type, tag)
    app.delete_tag("1")
    assert app.tags() == ["1.0"]
    assert app.resolve(image) == image
    app.delete(image)
    assert app.resolve(image) is app.resolve("1.0") is None


def test_deletion_that_is_not_allowed(
    registries: Callable[..., Registry], reach: Callable[..., None], tmp_path: Path
) -> None:
    registry = registries(deletable=False)
    reach(registry.address)
    digest = push(_layout(tmp_path), f"{registry.address}/app")["digest"]
    with pytest.raises(Failure, match="the operation is switched off there") as failed:
        Repository(f"{registry.address}/app").delete(digest)
    assert "allow deletions" in failed.value.fix


def test_referrers_by_the_tag_scheme(app: Repository, image: str) -> None:
    signature = layouts.signed(app, image)
    assert [one["digest"] for one in app.referrers(image)] == [signature]


def test_referrers_by_the_registry(proxy: Proxy, app: Repository, image: str) -> None:
    listed = {"mediaType": layouts.MANIFEST, "digest": ABSENT, "size": 2}
    index = json.dumps({"schemaVersion": 2, "mediaType": layouts.INDEX, "manifests": [listed]})
    proxy.add(path="/referrers/", status=200, headers={"Content-Type": layouts.INDEX}, body=index)
    assert [one["digest"] for one in app.referrers(image)] == [ABSENT]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_never_looks_like_no_referrers(proxy: Proxy, image: str, status: int) -> None:
    fault = proxy.add(path="/referrers/", status=status, times=1000)
    with pytest.raises(Failure, match="cannot list the referrers"):
        Repository(f"{proxy.address}/app", ONCE).referrers(image)
    fault.times = fault.seen + 1
    assert Repository(f"{proxy.address}/app", Retry(attempts=2, pause=0.01)).referrers(image) == []
    assert fault.seen == fault.times


def test_a_claim_is_given_up_when_it_takes_too_long(proxy: Proxy, app: Repository, image: str, tmp_path: Path) -> None:
    other = push(_layout(tmp_path, seed=1), app.name)["digest"]
    rival = app.manifest(other)
    lost = proxy.add(method="PUT", path="/manifests/1.0$", hold=threading.Event(), status=500)
    claiming = threading.Thread(target=app.claim, args=("1.0", app.manifest(image), 0.5))
    claiming.start()
    while not lost.seen:
        time.sleep(0.01)
    app.put_manifest(rival.body, rival.media_type, "1.0")
    claiming.join(timeout=20)
    assert app.resolve("1.0") == other
    assert proxy.count("HEAD", "/manifests/1.0$") >= 2


def test_an_answer_that_is_lost_sends_nothing_twice(proxy: Proxy, app: Repository, tmp_path: Path) -> None:
    blob = tmp_path / "blob"
    blob.write_bytes(b"x" * 100_000)
    lost = proxy.add(method="PUT", path="/blobs/uploads/", lose=True)
    app.upload(blob, digest_of(blob.read_bytes()))
    assert lost.seen == 1
    assert app.has_blob(digest_of(blob.read_bytes()))
    assert proxy.received <= 100_000


def test_no_name(reach: Callable[..., None]) -> None:
    reach()
    with pytest.raises(Failure, match=r"ghcr\.io/A b is not a valid repository name"):
        Repository("ghcr.io/A b").tags()
