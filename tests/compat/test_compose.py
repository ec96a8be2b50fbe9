"""The bundle for Compose does what its page says: it starts, answers, is updated, keeps its data, and goes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.compat.composed import Stack, composed
from tests.compat.conftest import PIPELINE, Call
from tests.compat.published import Published, read
from tests.conftest import REGISTRY

pytestmark = [pytest.mark.engine, pytest.mark.embedded, pytest.mark.costly]

UP = "docker compose up --detach --wait 2>&1"
LOGIN = ("POST", "/api/login", {"username": "owner", "password": "a-password"})
FAVORITES = ("GET", "/api/favorites", None)
FILM = "lost-world-1925"


@dataclass(frozen=True)
class Release:
    """What was published, and with which pipeline file."""

    image: Published
    file: Path


@pytest.fixture(scope="module")
def newer(call: Call, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The next release, which has a port beside the app and an end that drains."""
    file = tmp_path_factory.mktemp("newer") / "moontv.yaml"
    before, found, after = PIPELINE.read_text().partition("runtime:\n")
    assert found
    file.write_text(f"{before}{found}  side: {{ metrics: true }}\n{after}")
    tag = f"{REGISTRY}/compat:newer"
    called = call("--pipeline-file", file, "--address", tag, "publish")
    assert called.code == 0, called.error
    return Release(read(tag), file)


def bundled(call: Call, release: Release, into: Path) -> Path:
    """What `bundle` writes for a release."""
    image = release.image
    ref = ("--ref", f"{image.repository}@{image.digest}")
    called = call("--pipeline-file", release.file, "--address", image.tag, "bundle", *ref, "export", "--path", into)
    assert called.code == 0, called.error
    return into


@pytest.fixture(scope="module")
def stack(call: Call, published: Published, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The release, started as the page says."""
    home = tmp_path_factory.mktemp("compose")
    with composed(
        home / "box", bundled(call, Release(published, PIPELINE), home / "bundle"), {"PASSWORD": "a-password"}
    ) as made:
        made.sh(UP)
        yield made


def test_all_is_healthy_and_by_digest(stack: Stack, published: Published) -> None:
    services = stack.services()
    assert {name: one["Health"] for name, one in services.items()} == dict.fromkeys(
        ("app", "proxy", "redis"), "healthy"
    )
    assert services["app"]["Image"] == f"{published.repository}@{published.digest}"


def test_the_app_answers_through_tls(stack: Stack) -> None:
    [(page, _), (login, said)] = stack.ask(("GET", "/login", None), LOGIN)
    assert (page, login) == (200, 200)
    assert '"ok":true' in said


def test_only_the_proxy_is_published(stack: Stack) -> None:
    ports = {name: [p for p in one["Publishers"] if p["PublishedPort"]] for name, one in stack.services().items()}
    assert {name for name, published in ports.items() if published} == {"proxy"}
    assert {one["TargetPort"] for one in ports["proxy"]} == {80, 443}


def test_the_root_cannot_be_written_and_no_secret_is_shown(stack: Stack) -> None:
    write = "require('fs').writeFileSync('/app/x', '')"
    assert "EROFS" in stack.sh(f'docker compose exec -T app /nodejs/bin/node -e "{write}" 2>&1 || true')
    assert "a-password" not in stack.sh("docker inspect $(docker compose ps --quiet)")


def test_data_outlives_the_containers(stack: Stack) -> None:
    assert [status for status, _ in stack.ask(LOGIN, ("POST", "/api/favorites", {"id": FILM}))] == [200, 200]
    stack.sh("docker compose down 2>&1")
    assert stack.services() == {}
    stack.sh(UP)
    assert FILM in stack.ask(LOGIN, FAVORITES)[1][1]


def test_a_backup_is_restored(stack: Stack) -> None:
    stack.sh("./backup.sh 2>&1")
    assert [status for status, _ in stack.ask(LOGIN, ("DELETE", f"/api/favorites?id={FILM}", None))] == [200, 200]
    assert FILM not in stack.ask(LOGIN, FAVORITES)[1][1]
    stack.sh("./restore.sh backups/redis-*.rdb 2>&1")
    assert FILM in stack.ask(LOGIN, FAVORITES)[1][1]


def test_an_update_by_digest_fails_no_request(stack: Stack, newer: Release, call: Call) -> None:
    before = stack.services()["app"]["Image"]
    bundled(call, newer, stack.deploy)
    with stack.asked_all_the_time("/login") as said:
        stack.sh(UP)
    assert [line for line in said if line.startswith("failed")] == []
    assert int(said[-1].removeprefix("answered ")) > 0
    after = stack.services()["app"]["Image"]
    assert after == f"{newer.image.repository}@{newer.image.digest}" != before
    assert FILM in stack.ask(LOGIN, FAVORITES)[1][1]


def test_the_port_beside_the_app_answers(stack: Stack) -> None:
    """Of the release that the test before put in place."""
    ask = "fetch('http://127.0.0.1:9464/' + process.argv[1]).then((answer) => answer.text()).then(console.log)"
    ready, said = (
        stack.sh(f'docker compose exec -T app /nodejs/bin/node -e "{ask}" {name}') for name in ("readyz", "metrics")
    )
    assert ready == "ready"
    assert re.search(r'http_request_duration_seconds_count\{route="/login",status="2xx"\} [1-9]', said), said


def test_down_leaves_nothing(stack: Stack) -> None:
    stack.sh("docker compose down --volumes 2>&1")
    assert stack.sh("docker ps --all --quiet") == ""
    assert stack.sh("docker volume ls --quiet") == ""
    assert sorted(stack.sh("docker network ls --format '{{.Name}}'").split()) == ["bridge", "host", "none"]
