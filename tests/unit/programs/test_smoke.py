"""``smoke.cjs``: an app is started, asked, and judged by its answers."""

import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ci.decide.config.model import Health, Request

APP = """
const server = require('http').createServer((request, response) => {
  let body = ''
  request.on('data', (data) => { body += data })
  request.on('end', () => {
    const { cookie = 'none', 'content-type': type = 'none' } = request.headers
    if (request.url === '/reset') return request.socket.destroy()
    if (request.url === '/half') return response.write('half', () => request.socket.destroy())
    if (request.url === '/throws') {
      console.error(' \u2a2f TypeError: fetch failed\\n    at node:internal/deps')
      console.error('    at page (/app/page.js:1:2) {\\n  [cause]: Error: getaddrinfo ENOTFOUND api.example')
      return response.writeHead(500).end()
    }
    if (request.url === '/streamed') return response.end('<template data-dgst="744148363"></template>')
    if (request.url === '/flight') return response.end('push([1,"9:E{\\\\"digest\\\\":\\\\"12\\\\"}"])')
    if (request.url === '/client') return response.end('<template data-dgst="BAILOUT_TO_CLIENT_SIDE_RENDERING">')
    if (request.url === '/sick') return response.writeHead(503).end()
    if (request.url === '/redirect') return response.writeHead(307, { location: '/login?redirect=%2F' }).end()
    if (request.url === '/login') response.setHeader('set-cookie', ['auth=a=b; Path=/; HttpOnly', 'theme=dark'])
    if (request.url.startsWith('/_next/')) response.setHeader('cache-control', 'public, max-age=1, immutable')
    response.end(`${request.method} ${request.url} cookie: ${cookie}, type: ${type}, body: ${body}`)
  })
})
server.listen(Number(process.argv.at(-1)), () => console.log('listening\\nfor others'))
"""
CHUNK = "/_next/static/chunks/main.js"

WAITS = ["sh", "-c", "echo waiting; exec sleep 60"]

Smoke = Callable[..., tuple[int, dict[str, Any]]]


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def running(node: str) -> Iterator[int]:
    """The port of the app, which runs already."""
    port = free_port()
    with subprocess.Popen([node, "-e", APP, str(port)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "listening\n"
        yield port
        process.kill()


@pytest.fixture
def smoke(node: str, tmp_path: Path, program: Callable[..., subprocess.CompletedProcess[str]]) -> Smoke:
    """Try an app; returns exit code and report."""

    def run(
        requests: list[Request] | None = None,
        *,
        health: Health | None = None,
        argv: list[str] | None = None,
        port: int = 0,
        deadline: float = 30,
        healthcheck: list[str] | None = None,
        **more: Any,
    ) -> tuple[int, dict[str, Any]]:
        (tmp_path / "app.js").write_text(APP)
        port = port or free_port()
        plan = {
            "argv": argv or [node, "app.js", str(port)],
            "healthcheck": healthcheck or ["true"],
            "health": asdict(health or Health(path="/up")),
            "port": port,
            "deadline": deadline,
            "chunk": CHUNK,
            "requests": [asdict(request) for request in requests or []],
            **more,
        }
        (tmp_path / "smoke.json").write_text(json.dumps(plan))
        done = program("smoke", "smoke.json")
        assert done.stderr == ""
        return done.returncode, json.loads(done.stdout)

    return run


def starting(report: dict[str, Any]) -> str:
    """The title of the one finding, which is that the app did not start."""
    [finding] = report["findings"]
    assert (finding["id"], finding["url"]) == ("smoke-start", "")
    return str(finding["title"])


def test_an_app_that_answers_as_expected_passes(smoke: Smoke) -> None:
    code, report = smoke(
        [
            Request(path="/", contains=("GET / cookie: none, type: none, body: ",)),
            Request(path="/redirect", status=307, location="/login?redirect=%2F"),
            Request(path="/redirect", status=307),
            Request(path="{chunk}", header={"Cache-Control": "immutable"}, contains=(f"GET {CHUNK} ",)),
            Request(path="/login", method="POST", json='{"a":"ž"}', header={"set-cookie": "auth="}),
            Request(path="/me", contains=("cookie: auth=a=b; theme=dark,", "type: none")),
            Request(path="/me", cookies=False, contains=("cookie: none",)),
            Request(
                path="/me?q=1",
                method="PUT",
                json='{"a":"ž"}',
                contains=("PUT /me?q=1 cookie: auth=a=b; theme=dark, type: application/json", 'body: {"a":"ž"}'),
            ),
        ]
    )
    assert report["findings"] == []
    assert (code, report["requests"], report["log"]) == (0, 8, ["listening", "for others"])
    assert report["readyMs"] > 0


def test_every_answer_that_is_not_as_expected_is_a_finding(smoke: Smoke) -> None:
    code, report = smoke(
        [
            Request(path="/sick"),
            Request(path="/redirect", status=307, location="/warning"),
            Request(path="/", location="/login"),
            Request(path="{chunk}", header={"Cache-Control": "no-store", "x-missing": "a"}),
            Request(path="/", method="POST", contains=("POST", "lost\nwords")),
            Request(path="/reset"),
            Request(path="/half", contains=("half",)),
            Request(path="/me", status=201, contains=("fine",)),
        ]
    )
    assert code == 1
    assert {one["id"] for one in report["findings"]} == {"smoke-answer"}
    assert [(one["url"], one["title"]) for one in report["findings"]] == [
        ("/sick", "GET: status 503, expected 200"),
        ("/redirect", "GET: location /login?redirect=%2F, expected /warning"),
        ("/", "GET: location undefined, expected /login"),
        (CHUNK, "GET: header Cache-Control is public, max-age=1, immutable, expected no-store"),
        (CHUNK, "GET: header x-missing is undefined, expected a"),
        ("/", 'POST: body lacks "lost\\nwords"'),
        ("/reset", "GET: socket hang up"),
        ("/half", "GET: aborted"),
        ("/me", "GET: status 200, expected 201"),
        ("/me", 'GET: body lacks "fine"'),
    ]


@pytest.mark.parametrize(
    ("health", "last"),
    [
        (Health(path="/sick", status=204), "last answer: 503, expected 204"),
        (Health(path="/reset"), "last answer: socket hang up"),
    ],
)
def test_an_app_that_is_never_healthy(smoke: Smoke, running: int, health: Health, last: str) -> None:
    code, report = smoke([Request(path="/")], health=health, argv=WAITS, port=running, deadline=0.05)
    assert code == 1
    assert starting(report) == f"{health.path} was not healthy within 0.05 s ({last})"
    assert report["log"] == ["waiting"]


@pytest.mark.parametrize(
    ("interfaces", "address"),
    [
        ("{ lo: [loopback], eth0: [{ ...other, family: 'IPv6', address: '::2' }, other] }", "127.0.0.2"),
        ("{ lo: [loopback] }", "127.0.0.1"),
    ],
)
def test_an_app_is_asked_as_others_ask_it(
    smoke: Smoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interfaces: str, address: str
) -> None:
    (tmp_path / "interfaces.cjs").write_text(f"""
      const loopback = {{ family: 'IPv4', address: '127.0.0.1', internal: true }}
      const other = {{ family: 'IPv4', address: '127.0.0.2', internal: false }}
      require('os').networkInterfaces = () => ({interfaces})
    """)
    monkeypatch.setenv("NODE_OPTIONS", "--require ./interfaces.cjs")
    port = free_port()
    _, report = smoke(argv=WAITS, port=port, deadline=0.05)
    assert f"(last answer: connect ECONNREFUSED {address}:{port})" in starting(report)


@pytest.mark.parametrize(
    ("argv", "reason", "log"),
    [
        (["sh", "-c", "seq 100; exit 3"], "exit code 3", [str(n) for n in range(41, 101)]),
        (["sh", "-c", "echo no config >&2; kill -9 $$"], "SIGKILL", ["no config"]),
        (["./nowhere"], "spawn ./nowhere ENOENT", []),
    ],
)
def test_an_app_that_ends_early_is_told_with_the_end_of_its_log(
    smoke: Smoke, argv: list[str], reason: str, log: list[str]
) -> None:
    code, report = smoke([Request(path="/")], argv=argv)
    assert code == 1
    assert starting(report) == f"the container ended ({reason}) before /up answered"
    assert report["log"] == log


START = {"start": "/throws", "default": True}
CAUSE = "TypeError: fetch failed, cause: Error: getaddrinfo ENOTFOUND api.example"


def test_a_start_page_that_fails_is_a_warning_with_the_first_cause(smoke: Smoke) -> None:
    code, report = smoke([Request(path="/up"), Request(path="{chunk}")], **START)
    assert (code, report["findings"]) == (0, [])
    title = f"the start page answers 500; the health check asks /up: {CAUSE}"
    assert report["warnings"] == [{"id": "smoke-start-page", "url": "/throws", "title": title}]


def test_a_start_page_that_redirects_is_a_warning(smoke: Smoke) -> None:
    code, report = smoke([Request(path="/up")], start="/redirect", default=True)
    title = "the start page redirects (307) to /login?redirect=%2F; the health check asks /up"
    assert (code, report["warnings"]) == (0, [{"id": "smoke-start-page", "url": "/redirect", "title": title}])


@pytest.mark.parametrize("start", ["/streamed", "/flight"])
def test_a_start_page_that_fails_after_its_first_bytes_is_a_warning(smoke: Smoke, start: str) -> None:
    code, report = smoke([Request(path="/up")], start=start, default=True)
    title = "the start page answers 200 with an error in it; the health check asks /up"
    assert (code, report["warnings"]) == (0, [{"id": "smoke-start-page", "url": start, "title": title}])


@pytest.mark.parametrize("start", ["", "/up", "/fine", "/client"])
def test_a_start_page_that_answers_is_none(smoke: Smoke, start: str) -> None:
    code, report = smoke([Request(path="/up")], start=start, default=True)
    assert (code, report["warnings"]) == (0, [])


@pytest.mark.parametrize(
    ("path", "last", "cause"),
    [
        ("/throws", "last answer: 500, expected 200", f": {CAUSE}"),
        ("/redirect", "last answer: 307, expected 200", ""),
        ("/reset", "last answer: socket hang up", ""),
    ],
)
def test_an_app_is_up_if_another_path_answers(smoke: Smoke, path: str, last: str, cause: str) -> None:
    code, report = smoke(
        [Request(path=path), Request(path="{chunk}")],
        health=Health(path=path),
        healthcheck=["false"],
        deadline=10,
        default=True,
        others=["/sick", CHUNK],
    )
    assert (code, report["findings"]) == (0, [])
    title = f"the health path was not healthy ({last}), but {CHUNK} answers 200{cause}"
    assert report["warnings"] == [{"id": "smoke-health-route", "url": path, "title": title}]


def test_requests_of_the_pipeline_file_are_made_whatever_answers_instead(smoke: Smoke) -> None:
    code, report = smoke(
        [Request(path="/sick")],
        health=Health(path="/sick"),
        deadline=10,
        default=False,
        others=[CHUNK],
    )
    assert (code, [one["id"] for one in report["findings"]]) == (1, ["smoke-answer"])


def test_an_app_is_not_up_if_no_path_answers(smoke: Smoke) -> None:
    code, report = smoke([], health=Health(path="/throws"), deadline=5, others=["/sick", "/reset"])
    assert code == 1
    assert starting(report) == f"/throws was not healthy within 5 s (last answer: 500, expected 200): {CAUSE}"


FRAMES = "".join(f"    at f{n} (/app/a.js:{n})\n" for n in range(100))


@pytest.mark.parametrize(
    ("printed", "cause"),
    [
        ("ready\nthrow new Error(1)\n^\n\nError: no KEY\n    at a\n", "Error: no KEY"),
        (f"❌ Invalid environment variables: {{\n{FRAMES}Error: second", "Invalid environment variables:"),
        (f"Error [E]: first\n{FRAMES}  cause: NotFound {{\nTypeError: second", "Error [E]: first, cause: NotFound"),
        ("Error: first\nError: second\n  [cause]: third", "Error: first"),
        ("\x1b[31mError:\x1b[0m Cannot find module 'next'", "Error: Cannot find module 'next'"),
    ],
)
def test_an_app_that_ends_early_is_told_with_the_first_error(smoke: Smoke, node: str, printed: str, cause: str) -> None:
    code = f"process.stderr.write({json.dumps(printed)}); process.exitCode = 1"
    _, report = smoke([], argv=[node, "-e", code])
    assert starting(report) == f"the container ended (exit code 1) before /up answered: {cause}"
    assert any(printed.splitlines()[0] in line or "no KEY" in line for line in report["log"])
    assert len(report["log"]) <= 60


def test_the_images_own_health_check_is_tried(smoke: Smoke) -> None:
    code, report = smoke([Request(path="/")], healthcheck=["sh", "-c", "echo sick >&2; exit 4"])
    assert code == 1
    assert [(one["id"], one["url"]) for one in report["findings"]] == [("smoke-health-check", "")]
    assert "ended with 4: sick" in report["findings"][0]["title"]
