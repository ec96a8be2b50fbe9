"""Apps are published without a file, then with the proposed one; `dagger` and the registry are stand-ins."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.apps import store
from bench.apps.call import dagger, in_registry
from bench.apps.catalogue import App
from bench.apps.outcome import PUBLISHED, REFUSED_RIGHT, WRONG
from bench.apps.run import Runner
from bench.apps.store import BARE, PROPOSED, Result
from tests.unit.bench.corpus import DIGEST, TEMPLATES, app, refused

STAND_IN = f"""#!/bin/sh
case "$*" in
*--help*) [ -e "$HERE/no-try" ] || echo "      --try   build" ;;
*--try*) echo "node: 22" ;;
*--pipeline*|*good*) echo "$ADDRESS/corpus-shop@{DIGEST}" ;;
*slow*) sleep 600 ;;
*)
    if [ -e "$HERE/results/followed/shop/package-lock.json" ]; then echo "$ADDRESS/corpus-shop@{DIGEST}"; exit; fi
    echo "Error: ci.errors.ProjectError: the app has no lockfile, so the versions to install are unknown" >&2
    echo "  fix: run \\`npm install --package-lock-only\\` beside package.json, and commit the lockfile" >&2
    exit 1 ;;
esac
"""


class Registry(http.server.BaseHTTPRequestHandler):
    """Has one manifest."""

    def do_HEAD(self) -> None:
        self.send_response(200 if self.path == f"/v2/corpus-shop/manifests/{DIGEST}" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> Path:
    """A directory with a commit, and a `dagger` that answers by its arguments."""
    program = tmp_path / "bin/dagger"
    program.parent.mkdir()
    for name, text in {"dagger": STAND_IN, "npm": "#!/bin/sh\n: > package-lock.json\n"}.items():
        program.with_name(name).write_text(text)
        program.with_name(name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("HERE", str(tmp_path))
    monkeypatch.setenv("ADDRESS", address)
    monkeypatch.setattr(Runner, "_pipeline", "0" * 40)
    (tmp_path / "sources/shop").mkdir(parents=True)
    (tmp_path / "results").mkdir()
    return tmp_path


def run(project: Path, address: str, entry: App, *arguments: str, follows: bool = True) -> list[Result]:
    runner = Runner(
        project=project,
        checkouts=project / "sources",
        home=project / "results",
        registry=address,
        arguments=arguments,
        deadline=60,
        floor=0,
        templates=TEMPLATES,
        follows=follows,
    )
    return list(runner.run([entry]))


def verdicts(results: list[Result]) -> dict[str, str]:
    return {way: outcome.verdict for result in results for way, outcome in result.runs.items()}


def test_an_app_that_is_published_is_not_tried_again(project: Path, address: str) -> None:
    results = run(project, address, app(), "--good")
    assert verdicts(results) == {BARE: PUBLISHED}
    assert store.read(project / "results", app()) == results[0]
    assert (project / "results/shop.bare.out").read_text().endswith(f"{DIGEST}\n")


def test_an_app_that_fails_is_published_with_the_file_that_is_proposed(project: Path, address: str) -> None:
    assert verdicts(run(project, address, app())) == {BARE: WRONG, PROPOSED: PUBLISHED}


def test_without_a_function_that_proposes_a_file_only_the_first_way_is_tried(project: Path, address: str) -> None:
    (project / "no-try").touch()
    assert verdicts(run(project, address, app())) == {BARE: WRONG}


def test_an_app_that_is_to_be_refused_gets_no_file(project: Path, address: str) -> None:
    assert verdicts(run(project, address, refused("lockfile.none"))) == {BARE: REFUSED_RIGHT}
    assert verdicts(run(project, address, refused("build.failed"))) == {BARE: WRONG}


def test_the_step_of_a_refusal_is_done_in_a_copy(project: Path, address: str) -> None:
    entry = refused("lockfile.none")
    [result] = run(project, address, entry)
    assert result.followed
    assert [one.id for one in result.followed.steps] == ["lockfile.none"]
    assert result.followed.published
    assert not result.late
    assert store.read(project / "results", entry) == result
    assert not any((project / "sources/shop").iterdir())
    assert not (project / "results/followed/shop").exists()
    assert (project / "results/shop.followed-1.out").is_file()


def test_it_can_be_left_out(project: Path, address: str) -> None:
    [result] = run(project, address, refused("lockfile.none"), follows=False)
    assert result.followed is None


def test_nothing_is_followed_where_the_machine_lacks_something(project: Path, address: str) -> None:
    [result] = run(project, address, app(expect="refused", cause="lockfile.none", machine="a package"))
    assert result.followed is None


def test_an_app_without_a_checkout_is_left(project: Path, address: str) -> None:
    assert run(project, address, app(name="other")) == []


def test_a_call_is_ended_after_the_deadline(project: Path) -> None:
    call = dagger(project, ["--slow"], project / "slow", deadline=0.5)
    assert call.code is None


def test_a_registry_has_a_manifest_or_not(address: str) -> None:
    assert in_registry(address, "corpus-shop", DIGEST)
    assert not in_registry(address, "corpus-other", DIGEST)
    assert not in_registry("127.0.0.1:1", "corpus-shop", DIGEST)
