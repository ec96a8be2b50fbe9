"""``compare.cjs`` asks an app for its routes; the slim gate compares what two images answered."""

import hashlib
import json
import socket
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ci.gates.slim import compare
from ci.intool.policy import Scenario
from tests.results import found, places

APP = """
const { randomUUID } = require('crypto')
const fs = require('fs')
const os = require('os')
const start = randomUUID()
if (!fs.existsSync('first')) fs.writeFileSync('first', String(Date.now()))
const seconds = () => Math.floor((Date.now() - fs.readFileSync('first', 'utf8')) / 1000)
const answers = {
  '/up': () => ['fine'],
  '/page': () => ['<p>page</p>', { 'content-type': 'text/html; charset=utf-8' }],
  '/nonce': () => [randomUUID()],
  '/start': () => [start],
  '/second': () => [String(seconds())],
  '/redirect': () => ['', { location: '/page?x=1' }, 307],
  '/login': () => ['', { location: `/page?state=${randomUUID()}` }, 307],
  '/large': () => [Buffer.alloc(6e6)],
  '/missing': () => {
    console.error("Error: Cannot find module '/app/a.js'\\n  code: 'MODULE_NOT_FOUND'")
    return ['lost', {}, 500]
  },
  '/file': () => [fs.readFileSync('file.txt')],
  '/self': (request) => [`at ${request.headers.host} on ${os.hostname()}`],
  '/own': (request) => ['', { location: `http://${request.headers.host}/` }, 307],
}
require('http').createServer((request, response) => {
  if (request.url === '/end') process.exit(3)
  if (request.url === '/reset') return request.socket.destroy()
  if (request.url === '/agent') return response.end(request.headers.connection)
  try {
    const [body, headers = {}, status = 200] = answers[request.url](request)
    response.writeHead(status, headers).end(body)
  } catch (error) {
    console.error(error.message)
    response.writeHead(error.code === 'ENOENT' ? 500 : 404).end()
  }
}).listen(Number(process.argv.at(-1)), () => console.log('listening'))
"""

Asked = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def asked(node: str, tmp_path: Path, program: Callable[..., subprocess.CompletedProcess[str]]) -> Asked:
    """Ask an app; returns exit code and report."""

    def run(*routes: str, health: str = "/up", argv: list[str] | None = None) -> tuple[int, dict[str, Any]]:
        (tmp_path / "app.js").write_text(APP)
        with socket.create_server(("", 0)) as free:
            port = free.getsockname()[1]
        plan = {
            "argv": argv or [node, "app.js", str(port)],
            "port": port,
            "health": {"path": health, "status": 200},
            "deadline": 5,
            "routes": routes,
        }
        (tmp_path / "plan.json").write_text(json.dumps(plan))
        done = program("compare", "plan.json")
        assert done.stderr == ""
        return done.returncode, json.loads(done.stdout)

    return run


def test_answers_and_whether_they_stay_the_same(asked: Asked) -> None:
    stable = ["/page", "/redirect", "/agent", "/nowhere"]
    passing = ["/nonce", "/start", "/second", "/login", "/large", "/reset"]
    code, report = asked(*stable, *passing, "/missing", "/file")
    assert (code, report["healthy"]) == (0, True)
    answers = report["answers"]
    assert list(answers) == [*stable, *passing, "/missing", "/file"]
    assert [path for path, answer in answers.items() if answer["stable"]] == [*stable, "/missing", "/file"]
    assert answers["/page"] == {
        "status": 200,
        "location": "",
        "type": "text/html; charset=utf-8",
        "length": 11,
        "sha256": hashlib.sha256(b"<p>page</p>").hexdigest(),
        "cut": "",
        "stable": True,
    }
    assert (answers["/redirect"]["status"], answers["/redirect"]["location"]) == (307, "/page?x=1")
    assert answers["/agent"]["length"] == len("keep-alive")
    assert answers["/nowhere"]["status"] == 404
    assert (answers["/large"]["status"], answers["/large"]["cut"]) == (200, "more than 5000000 bytes")
    assert (answers["/reset"]["status"], answers["/reset"]["cut"]) == (0, "socket hang up")
    assert {one["title"] for one in report["findings"] if one["id"] == "slim-missing"} == {
        "Cannot find module '/app/a.js'",
        "ENOENT: no such file or directory, open 'file.txt'",
    }
    assert report["log"].count("listening") == 2


def test_the_address_and_the_name_of_the_container_do_not_count(asked: Asked) -> None:
    _, report = asked("/self", "/own")
    assert report["answers"]["/self"]["stable"]
    port = report["answers"]["/own"]["location"].removeprefix("http://container:").removesuffix("/")
    body = f"at container:{port} on container".encode()
    assert port.isdigit()
    assert report["answers"]["/self"]["sha256"] == hashlib.sha256(body).hexdigest()


def test_an_app_that_ends_while_it_is_asked(asked: Asked) -> None:
    code, report = asked("/end")
    assert code == 0
    assert [one["id"] for one in report["findings"]] == ["slim-ended"]
    assert "exit code 3" in report["findings"][0]["title"]
    assert report["answers"]["/end"]["status"] == 0


@pytest.mark.parametrize(
    ("options", "findings"),
    [
        ({"argv": ["sh", "-c", "exit 4"]}, ["slim-start"]),
        ({"argv": ["sh", "-c", "echo MODULE_NOT_FOUND; exit 4"]}, ["slim-start", "slim-missing"]),
    ],
)
def test_an_app_that_does_not_get_healthy(asked: Asked, options: dict[str, Any], findings: list[str]) -> None:
    code, report = asked("/page", **options)
    assert (code, report["healthy"], report["answers"]) == (1, False, {})
    assert [one["id"] for one in report["findings"]] == findings


def answer(**changes: Any) -> dict[str, Any]:
    """An answer as the program reports it."""
    whole = {"status": 200, "location": "", "type": "text/html", "length": 9, "sha256": "a", "cut": "", "stable": True}
    return {**whole, **changes}


def report(answers: Mapping[str, Any], *findings: str) -> dict[str, Any]:
    """A report of the program."""
    missing = [{"id": "slim-missing", "url": "", "title": title} for title in findings]
    return {"healthy": True, "answers": answers, "findings": missing, "log": ["listening"]}


@pytest.mark.parametrize(
    ("full", "slim", "finding"),
    [
        ({}, {}, ""),
        ({}, {"status": 500, "type": ""}, "full 200, slim 500"),
        (
            {},
            {"status": 0, "cut": "socket hang up", "stable": False},
            "full 200, slim no answer (socket hang up)",
        ),
        ({"status": 0, "cut": "a"}, {"status": 0, "cut": "b"}, ""),
        ({"status": 500}, {"status": 200}, "full 500, slim 200"),
        ({}, {"type": ""}, "full sends text/html, slim no type"),
        ({"stable": False}, {"type": "text/plain"}, "full sends text/html, slim text/plain"),
        ({"location": "/a"}, {"location": "/b"}, "full leads to /a, slim to /b"),
        ({}, {"sha256": "b", "length": 7}, "the body differs (full 9 bytes, slim 7)"),
        ({"stable": False}, {"sha256": "b", "location": "/b"}, ""),
        ({}, {"sha256": "b", "stable": False}, ""),
    ],
)
def test_a_route_of_two_images(full: dict[str, Any], slim: dict[str, Any], finding: str) -> None:
    before, after = {"/x": answer(**full), "/y": answer()}, {"/x": answer(**slim), "/y": answer()}
    result = compare(report(before), report(after), 12_345_678, "main")
    where = Scenario(name="main", url="/x")
    assert [(one.id, one.where, one.title) for one in result.findings] == (
        [("slim-answer", where, finding)] if finding else []
    )
    assert (result.name, result.passed) == ("slim", not finding)
    assert result.log == (("listening",) if finding else ())
    changing = not before["/x"]["stable"] or not after["/x"]["stable"]
    assert result.figures == {"routes": 2, "by status only": int(changing), "MB removed": 12.3}


def test_only_what_slimming_broke_counts() -> None:
    full = report({}, "Cannot find module 'bufferutil'")
    result = compare(full, report({}, "Cannot find module 'bufferutil'", "Cannot find module 'sharp'"), 1, "main")
    assert [one.title for one in found(result)] == ["Cannot find module 'sharp'"]
    same = compare(full, full, 1, "main")
    assert (same.passed, [one.id for one in same.not_judged]) == (True, ["slim-routes"])


def test_many_differences_are_counted() -> None:
    paths = [f"/{n}" for n in range(12)]
    slim = report({path: answer(status=500) for path in paths})
    findings = compare(report({path: answer() for path in paths}), slim, 0, "main").findings
    assert findings[-2].where == Scenario(name="main", url="/9")
    assert findings[-1].title == "and 2 more routes"
    assert len(findings) == 11


STARTED = {"id": "slim-start", "url": "", "title": "the container ended (exit code 1)"}
SICK = {"healthy": False, "answers": {}, "findings": [STARTED], "log": ["no database"]}
EARLY = {"findings": [{"id": "test-ended", "url": "", "title": "it ended before its report"}], "log": ["killed"]}


@pytest.mark.parametrize("slim", [report({"/x": answer()}), SICK])
@pytest.mark.parametrize("full", [SICK, EARLY])
def test_without_a_healthy_image_to_compare_with_nothing_passes(full: dict[str, Any], slim: dict[str, Any]) -> None:
    result = compare(full, slim, 1, "main")
    assert places(result) == [("slim-answer", "main")]
    assert full["findings"][0]["title"] in result.findings[0].title
    assert result.log == tuple(full["log"])
    assert "smoke.scenarios[0]" in result.findings[0].fix


@pytest.mark.parametrize("slim", [SICK, EARLY])
def test_a_slim_image_that_does_not_get_healthy(slim: dict[str, Any]) -> None:
    result = compare(report({"/x": answer()}), slim, 1, "main")
    assert [one.id for one in found(result)] == [one["id"] for one in slim["findings"]]
    assert result.log == tuple(slim["log"])
    assert result.figures["routes"] == 0
