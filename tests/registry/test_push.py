"""A push to a real registry, through a network with faults."""

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.registry.client import Repository
from ci.intool.registry.push import push
from ci.intool.registry.retry import Retry
from ci.intool.registry.verify import verify
from tests.registry import layouts
from tests.registry.conftest import PASSWORD, USER, Program, Registry
from tests.registry.faults import Proxy

QUICK = Retry(attempts=2, pause=0.1)
BIG = (3_000_000, 40_000)


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    layouts.write(tmp_path / "layout", version="1.2.3")
    return tmp_path / "layout"


@pytest.fixture
def big(tmp_path: Path) -> Path:
    layouts.write(tmp_path / "big", version="1.2.3", sizes=BIG)
    return tmp_path / "big"


def complete(report: dict[str, Any]) -> bool:
    """Whether a stranger finds all of it, and no tag."""
    name = report["ref"].partition("@")[0]
    return verify(report["ref"])["digest"] == report["digest"] and Repository(name).tags() == []


def test_arrives_by_digest_without_a_tag(proxy: Proxy, tmp_path: Path) -> None:
    root = tmp_path / "two"
    digest = layouts.write(root, platforms=("linux/amd64", "linux/arm64"))
    report = push(root, f"{proxy.address}/app")
    assert report["ref"] == f"{proxy.address}/app@{digest}"
    assert report["digest"] == digest
    assert report["sent"] == proxy.received == layouts.total(root)
    assert report["blobs"] == {"sent": 6, "mounted": 0, "there": 0}
    assert (report["mounted"], report["there"], report["retries"]) == (0, 0, 0)
    assert complete(report)
    assert [image["platform"] for image in verify(report["ref"])["platforms"]] == ["linux/amd64", "linux/arm64"]


def test_what_is_there_is_not_sent_again(proxy: Proxy, layout: Path) -> None:
    first = push(layout, f"{proxy.address}/app")
    proxy.requests.clear()
    second = push(layout, f"{proxy.address}/app")
    assert (second["sent"], proxy.received, proxy.count("PUT|POST|PATCH")) == (0, 0, 0)
    assert second["there"] == first["sent"] == layouts.total(layout)
    assert second["blobs"] == {"sent": 0, "mounted": 0, "there": 3}


def test_only_the_layer_that_changed_is_sent(proxy: Proxy, tmp_path: Path) -> None:
    layouts.write(tmp_path / "a", sizes=(500_000, 10_000))
    layouts.write(tmp_path / "b", sizes=(500_000, 11_000))
    push(tmp_path / "a", f"{proxy.address}/app")
    proxy.requests.clear()
    report = push(tmp_path / "b", f"{proxy.address}/app")
    assert report["blobs"] == {"sent": 2, "mounted": 0, "there": 1}
    assert report["sent"] == proxy.received < 15_000


def test_layers_are_mounted_from_another_repository(proxy: Proxy, layout: Path) -> None:
    push(layout, f"{proxy.address}/base")
    proxy.requests.clear()
    mounts = [f"{proxy.address}/none", "elsewhere.example/base", f"{proxy.address}/base"]
    report = push(layout, f"{proxy.address}/app", mounts)
    assert report["blobs"] == {"sent": 0, "mounted": 3, "there": 0}
    assert proxy.count("PATCH|PUT", "/blobs/") == proxy.count("GET", "/blobs/") == 0
    assert report["sent"] == proxy.received < 1500  # the manifest and the index
    assert complete(report)


def test_a_blob_that_no_repository_has_is_sent(proxy: Proxy, layout: Path) -> None:
    report = push(layout, f"{proxy.address}/app", [f"{proxy.address}/none"])
    assert report["blobs"] == {"sent": 3, "mounted": 0, "there": 0}
    assert complete(report)


def test_dies_in_the_middle_of_an_upload(proxy: Proxy, big: Path) -> None:
    fault = proxy.add(method="PATCH", cut_after=1_300_000, times=2)
    report = push(big, f"{proxy.address}/app")
    assert fault.seen == 2
    assert complete(report)


def test_a_network_that_is_dead_for_longer_than_regctl_tries(proxy: Proxy, big: Path) -> None:
    fault = proxy.add(method="PATCH", cut_after=0, times=16)
    report = push(big, f"{proxy.address}/app", retry=Retry(attempts=4, pause=0.1))
    assert fault.seen == 16
    assert report["retries"] >= 1
    assert complete(report)


def test_a_push_that_failed_at_its_end_is_continued_by_the_next(proxy: Proxy, big: Path) -> None:
    fault = proxy.add(method="PUT", path="/manifests/", status=503, times=1000)
    with pytest.raises(
        Failure, match=rf"cannot write {proxy.address}/app@\S+: {proxy.address} keeps failing"
    ) as failed:
        push(big, f"{proxy.address}/app", retry=Retry(attempts=1))
    assert "run the same command again" in failed.value.fix
    fault.times = 0
    report = push(big, f"{proxy.address}/app")
    assert report["blobs"] == {"sent": 0, "mounted": 0, "there": 3}
    assert complete(report)


@pytest.mark.parametrize("status", [500, 502, 503])
def test_server_errors_are_waited_out(proxy: Proxy, layout: Path, status: int) -> None:
    fault = proxy.add(method="POST|PUT|PATCH", status=status, times=3)
    report = push(layout, f"{proxy.address}/app", retry=Retry(attempts=5, pause=0.05))
    assert fault.seen == 3
    assert complete(report)


def test_a_server_that_keeps_failing(proxy: Proxy, layout: Path) -> None:
    proxy.add(method="POST", status=503, times=1000)
    with pytest.raises(Failure, match=rf"cannot push a layer to {proxy.address}/app: {proxy.address} keeps failing"):
        push(layout, f"{proxy.address}/app", retry=QUICK)


def test_the_time_that_a_busy_registry_names_is_waited(proxy: Proxy, layout: Path) -> None:
    fault = proxy.add(method="POST", status=429, headers={"Retry-After": "1"}, times=1)
    report = push(layout, f"{proxy.address}/app")
    assert fault.seen == 1
    assert complete(report)
    posts = [at for at, method, *_ in proxy.requests if method == "POST"]
    assert max(posts) - min(posts) >= 0.9


def test_a_registry_that_stays_busy(proxy: Proxy, layout: Path) -> None:
    proxy.add(method="POST", status=429, headers={"Retry-After": "0.01"}, times=1000)
    with pytest.raises(Failure, match="too many requests") as failed:
        push(layout, f"{proxy.address}/app", retry=QUICK)
    assert "wait until the registry's limit is over" in failed.value.fix


def test_long_uploads_tell_how_far_they_are(proxy: Proxy, big: Path, capsys: pytest.CaptureFixture[str]) -> None:
    proxy.add(method="PATCH", delay=0.6, times=1000)
    push(big, f"{proxy.address}/app")
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(re.fullmatch(r"layer \d/3 \d\.\d MB sent", line) for line in lines)
    assert any(line.startswith("layer 2/3 ") for line in lines)


@pytest.mark.parametrize("login", [{}, {"user": USER, "pass": "wrong"}])
def test_wrong_login(
    registries: Callable[..., Registry], reach: Callable[..., None], layout: Path, login: dict[str, str]
) -> None:
    registry = registries(login=True)
    reach(registry.address, **login)
    with pytest.raises(Failure, match=f"{registry.address} does not accept the login") as failed:
        push(layout, f"{registry.address}/app")
    assert "--registry-username NAME --registry-password env:VARIABLE" in failed.value.fix


def test_right_login(registries: Callable[..., Registry], reach: Callable[..., None], layout: Path) -> None:
    registry = registries(login=True)
    reach(registry.address, user=USER, **{"pass": PASSWORD})
    assert complete(push(layout, f"{registry.address}/app"))


def test_read_only_registry(registries: Callable[..., Registry], reach: Callable[..., None], layout: Path) -> None:
    registry = registries(read_only=True)
    reach(registry.address)
    with pytest.raises(Failure, match="it is read-only") as failed:
        push(layout, f"{registry.address}/app")
    assert "end the registry's read-only mode" in failed.value.fix


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", disk], check=True)
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_full_disk(
    registries: Callable[..., Registry], reach: Callable[..., None], small_disk: Path, big: Path
) -> None:
    registry = registries(storage=small_disk)
    reach(registry.address)
    with pytest.raises(Failure, match=rf"{registry.address} has no space left") as failed:
        push(big, f"{registry.address}/app", retry=QUICK)
    assert "free space" in failed.value.fix
    assert Repository(f"{registry.address}/app").tags() == []
    subprocess.run(["mount", "-o", "remount,size=20m", small_disk], check=True)
    assert complete(push(big, f"{registry.address}/app"))


def test_registries_that_cannot_be_reached(registry: Registry, reach: Callable[..., None], layout: Path) -> None:
    reach("127.0.0.1:1")
    expected = {
        "registry.invalid/app": ("the host name of registry.invalid is not known", "spelling"),
        "127.0.0.1:1/app": ("nothing answers at 127.0.0.1:1", "that the registry runs"),
        f"{registry.address}/app": ("speaks plain HTTP, and HTTPS was tried", f"--registry tcp://{registry.address}"),
    }

    def reported(repository: str) -> Failure:
        with pytest.raises(Failure) as failed:
            push(layout, repository, retry=Retry(attempts=1))
        return failed.value

    with ThreadPoolExecutor() as pool:
        for failure, (what, fix) in zip(pool.map(reported, expected), expected.values(), strict=True):
            assert what in failure.what
            assert fix in failure.fix


def test_a_damaged_layout_sends_nothing(proxy: Proxy, layout: Path) -> None:
    digest = layouts.write(layout.parent / "other")
    manifest = next(file for file in (layout / "blobs/sha256").iterdir() if b'"layers"' in file.read_bytes())
    manifest.write_bytes((layout.parent / "other/blobs" / digest.replace(":", "/")).read_bytes())
    with pytest.raises(Failure):
        push(layout, f"{proxy.address}/app")
    assert proxy.requests == []


def test_a_layer_with_other_bytes_never_gets_a_manifest(proxy: Proxy, big: Path) -> None:
    layer = max((big / "blobs/sha256").iterdir(), key=lambda file: file.stat().st_size)
    with layer.open("r+b") as file:
        file.write(b"x")
    with pytest.raises(Failure, match="its bytes are not what its digest says"):
        push(big, f"{proxy.address}/app", retry=QUICK)
    assert proxy.count("PUT", "/manifests/") == 0


def test_killed_in_the_middle(proxy: Proxy, program: Callable[..., Program], big: Path) -> None:
    proxy.add(method="PATCH", delay=0.3, times=1000)
    running = program("push", layout=str(big), repository=f"{proxy.address}/app")
    while proxy.count("PATCH") < 2:
        time.sleep(0.02)
    running.kill()
    assert Repository(f"{proxy.address}/app").tags() == []
    proxy.faults.clear()
    report = program("push", layout=str(big), repository=f"{proxy.address}/app").end()
    assert report["blobs"]["sent"] >= 1
    assert complete(report)


def test_the_program_tells_failures(
    registries: Callable[..., Registry], reach: Callable[..., None], program: Callable[..., Program], layout: Path
) -> None:
    registry = registries(login=True)
    reach(registry.address)
    code, error = program("push", layout=str(layout), repository=f"{registry.address}/app").fail()
    assert code == 9
    assert error.startswith("next-distroless: cannot ")
    assert "\n  fix: pass an account that may push" in error
    assert "Traceback" not in error
