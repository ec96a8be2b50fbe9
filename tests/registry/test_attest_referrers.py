"""Referrers that several attach at once, where the registry has no list of its own."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ci.intool.attest import attachment
from ci.intool.attest.attachment import Addition, attach
from ci.intool.common.failure import Failure
from ci.intool.registry.client import Repository
from ci.intool.registry.push import push
from tests.registry import layouts
from tests.registry.conftest import Registry
from tests.registry.faults import Proxy

LIST = "/manifests/sha256-"
WRITERS = 4


@pytest.fixture
def app(proxy: Proxy, tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with one image, before which is the proxy."""
    root = tmp_path_factory.mktemp("image") / "layout"
    layouts.write(root, sizes=(1000,))
    return Repository(str(push(root, f"{proxy.address}/app")["ref"]).partition("@")[0])


@pytest.fixture
def image(app: Repository, registry: Registry) -> str:
    """Its digest."""
    storage = registry.storage / "docker/registry/v2/repositories/app/_manifests/revisions/sha256"
    digests = [f"sha256:{one.name}" for one in storage.iterdir()]
    return next(one for one in digests if app.manifest(one).media_type == layouts.INDEX)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(WRITERS) as pool:
        yield pool


def addition(app: Repository, image: str, number: int) -> Addition:
    return Addition(subject=app.manifest(image), bundle=b"%d" % number, kind="https://example.com/kind")


def listed(app: Repository, image: str) -> list[str]:
    return sorted(one["digest"] for one in app.referrers(image))


def until(true: Callable[[], object]) -> None:
    while not true():
        time.sleep(0.01)


def test_the_content_of_a_list(app: Repository, image: str) -> None:
    added = attach(app, [addition(app, image, 0)], 1.0)
    (one,) = app.referrers(image)
    assert (one["digest"], one["artifactType"]) == (added[0], "application/vnd.dev.sigstore.bundle.v0.3+json")
    assert one["annotations"]["dev.sigstore.bundle.predicateType"] == "https://example.com/kind"
    assert attach(app, [], 1.0) == []


def test_all_read_before_one_writes(proxy: Proxy, app: Repository, image: str, pool: ThreadPoolExecutor) -> None:
    proxy.add(method="PUT", path=LIST, times=WRITERS, delay=0.5)
    additions = [addition(app, image, number) for number in range(WRITERS)]
    added = list(pool.map(lambda one: attach(app, [one], 2.0)[0], additions))
    assert listed(app, image) == sorted(added)


def test_one_reads_before_another_writes_and_writes_after_it(
    proxy: Proxy, registry: Registry, app: Repository, image: str, pool: ThreadPoolExecutor
) -> None:
    direct = Repository(f"{registry.address}/app")
    first, second = (addition(app, image, number) for number in range(2))
    gate = threading.Event()
    fault = proxy.add(method="PUT", path=LIST, hold=gate)
    late = pool.submit(attach, app, [first], 5.0)
    until(lambda: fault.seen)
    early = pool.submit(attach, direct, [second], 5.0)
    until(lambda: direct.referrers(image))
    gate.set()
    added = [*late.result(), *early.result()]
    assert listed(app, image) == sorted(added)


def test_a_list_that_never_stands_still(app: Repository, image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachment, "ROUNDS", 2)
    ended = threading.Event()

    def rewrite() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            body = {"schemaVersion": 2, "mediaType": layouts.INDEX, "manifests": [], "annotations": {"n": str(number)}}
            app.put_manifest(layouts.encoded(body), layouts.INDEX, image.replace(":", "-"))

    thread = threading.Thread(target=rewrite)
    thread.start()
    try:
        with pytest.raises(Failure, match=r"the list of referrers in .*/app keeps changing"):
            attach(app, [addition(app, image, 0)], 1.0)
    finally:
        ended.set()
        thread.join()
