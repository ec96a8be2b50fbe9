"""``side.cjs``: health, readiness and metrics beside an app, and the end of the app."""

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ci.decide.bundle.compose.dashboard import PANELS
from tests.unit.builds import write
from tests.unit.programs.side import Started

Start = Callable[..., Started]

HOLDS = "setInterval(() => {}, 1000)\n"
NEXT_LIKE = (
    "const http = require('node:http')\n"
    "const server = http.createServer((request, response) => response.end('x'))\n"
    "server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'))\n"
    "let ending = false\n"
    "async function end() {\n"
    "  if (ending) return\n"
    "  ending = true\n"
    "  await new Promise((resolve) => server.close((error) => { if (error) console.error(error); resolve() }))\n"
    "  await new Promise((resolve) => setTimeout(resolve, 50))\n"
    "  console.log('cleaned')\n"
    "  process.exit(143)\n"
    "}\n"
    "process.on('SIGTERM', end)\n"
    "process.on('SIGINT', end)\n"
)
"""What the server of Next.js 16.2 does at a signal; those before it exit with 0."""


@pytest.fixture
def start(node: str, tmp_path: Path) -> Iterator[Start]:
    apps: list[Started] = []

    def started(*given: str, **settings: object) -> Started:
        apps.append(Started(node, tmp_path, *given, **settings))
        return apps[-1]

    yield started
    for one in apps:
        one.close()


def test_health_and_readiness(start: Start) -> None:
    app = start()
    app.until("/readyz", 200)
    assert app.asked("/healthz")[:2] == (200, "ok\n")
    status, body, headers = app.asked("/readyz?x=1")
    assert (status, body, headers["cache-control"]) == (200, "ready\n", "no-store")
    assert app.asked("/readyz", "HEAD")[:2] == (200, "")
    assert app.asked("/healthz", "POST")[0] == 405
    assert app.status("/none") == app.status("/metrics") == 404, "metrics are off by default"


def test_an_app_that_does_not_listen_on_its_port_is_alive_and_not_ready(start: Start) -> None:
    app = start("require('node:http').createServer().listen(0, () => console.log('elsewhere'))")
    assert app.first == "elsewhere"
    assert app.asked("/healthz")[:2] == (200, "ok\n")
    assert app.asked("/readyz")[:2] == (503, "starting\n")
    app.send()
    assert app.end() == (0, "")


def test_a_server_that_the_app_closes_is_not_ready(start: Start) -> None:
    app = start(
        "const server = require('node:http').createServer()\n"
        "server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'))\n"
        "process.stdin.once('data', () => server.close())\n" + HOLDS
    )
    app.until("/readyz", 200)
    app.tell("close")
    app.until("/readyz", 503)


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_app_ends_with_0(start: Start, name: signal.Signals) -> None:
    app = start()
    app.until("/readyz", 200)
    kept = app.keep()
    kept.request("GET", "/")
    assert kept.getresponse().read() == b"read "
    with app.connect():
        app.send(name)
        assert app.end() == (0, ""), "no open connection holds it that has no request"


def test_a_request_in_flight_is_finished_and_new_ones_are_refused(start: Start) -> None:
    app = start(metrics=True)
    kept = app.keep()
    kept.putrequest("POST", "/")
    kept.putheader("content-length", "4")
    kept.endheaders(b"ab")
    while "http_requests_in_flight 1" not in app.asked("/metrics")[1].splitlines():
        assert app.process.poll() is None
    app.send()
    app.until("/readyz", 503)
    while not app.refuses():
        assert app.process.poll() is None
    assert app.asked("/healthz")[0] == 200
    kept.send(b"cd")
    answer = kept.getresponse()
    assert (answer.status, answer.getheader("connection"), answer.read()) == (200, "close", b"read abcd")
    assert app.end() == (0, "")


def test_a_request_whose_headers_are_not_complete_is_in_flight_too(start: Start) -> None:
    app = start()
    with app.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n")
        app.reached()
        app.send()
        app.until("/readyz", 503)
        connection.sendall(b"\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 OK\r\n")
    assert app.end() == (0, "")


BLOCKING = (
    "const http = require('node:http')\n"
    "http.createServer((request, response) => {\n"
    "  const end = Date.now() + 1000\n"
    "  if (request.url === '/block') require('node:fs').writeSync(1, 'blocked\\n')\n"
    "  while (request.url === '/block' && Date.now() < end);\n"
    "  response.end('x')\n"
    "}).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'))\n"
)


def test_connections_that_the_system_took_in_before_the_signal_are_answered(start: Start) -> None:
    app = start(BLOCKING)
    kept = app.keep()
    kept.request("GET", "/block")
    assert app.line() == "blocked"
    waiting = [app.connect() for _ in range(8)]
    app.send()
    for one in waiting:
        one.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    assert [one.recv(4096)[:16] for one in waiting] == [b"HTTP/1.1 200 OK\r"] * 8
    for one in waiting:
        one.close()
    assert app.end() == (0, "")


def test_a_large_answer_is_sent_to_its_end(start: Start) -> None:
    size = 30_000_000
    app = start(
        "const server = require('node:http').createServer((_, response) => response.end(Buffer.alloc("
        f"{size})))\n"
        "server.keepAliveTimeout = 0\n"
        "server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'))"
    )
    kept = app.keep()
    kept.request("GET", "/")
    answer = kept.getresponse()
    app.send()
    app.until("/readyz", 503)
    assert len(answer.read()) == size
    assert app.end() == (0, "")


def test_a_stream_is_cut_at_the_deadline(start: Start) -> None:
    app = start(deadline=1)
    kept = app.keep()
    kept.request("GET", "/stream")
    answer = kept.getresponse()
    assert answer.readline() == b"data: 1\n"
    app.send()
    assert app.end() == (0, "next-distroless: SIGTERM: 1 open connection cut off\n")


def test_a_websocket_is_cut_too(start: Start) -> None:
    app = start(deadline=1)
    with app.connect() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 101 ")
        app.send()
        app.until("/readyz", 503)
        assert app.process.poll() is None
        assert app.end() == (0, "next-distroless: SIGTERM: 1 open connection cut off\n")


def test_another_signal_ends_the_waiting(start: Start) -> None:
    app = start()
    kept = app.keep()
    kept.request("GET", "/stream")
    assert kept.getresponse().readline() == b"data: 1\n"
    app.send()
    app.until("/readyz", 503)
    app.send()
    assert app.end() == (0, "next-distroless: SIGTERM: 1 open connection cut off\n")


def test_a_delay_keeps_the_app_answering(start: Start) -> None:
    app = start(delay=3600)
    app.send()
    app.until("/readyz", 503)
    assert app.asked("/readyz")[1] == "ending\n"
    status, body, headers = app.asked("/", port=app.port)
    assert (status, body, headers["connection"]) == (200, "read ", "close")
    app.send()
    assert app.end() == (0, "")


def test_what_the_app_does_at_the_signal_comes_after_the_last_request(start: Start) -> None:
    app = start(NEXT_LIKE)
    app.until("/readyz", 200)
    app.send()
    assert app.end() == (0, "cleaned\n"), "closing the server again is no error, and the end that was asked for is 0"


def test_an_app_whose_own_end_fails_says_so(start: Start) -> None:
    app = start(NEXT_LIKE.replace("process.exit(143)", "process.exit(7)"))
    app.send()
    assert app.end() == (7, "cleaned\n")


def test_an_app_that_ignores_the_signal_ends_all_the_same(start: Start) -> None:
    app = start(f"process.on('SIGTERM', () => console.log('ignored'))\nconsole.log('up')\n{HOLDS}", deadline=1)
    app.send()
    assert app.end() == (0, "ignored\n")


def test_another_signal_ends_what_the_app_does_too(start: Start) -> None:
    app = start(f"process.on('SIGTERM', () => console.log('asked'))\nconsole.log('up')\n{HOLDS}")
    app.send()
    assert app.line() == "asked"
    app.send()
    assert app.end() == (0, "")


def test_an_app_that_ends_by_itself_is_not_held(start: Start) -> None:
    app = start("console.log('done')")
    assert (app.first, app.end()) == ("done", (0, ""))


def test_threads_and_processes_of_the_app_do_nothing_of_it(start: Start) -> None:
    app = start(
        "const { Worker, isMainThread } = require('node:worker_threads')\n"
        "const { fork } = require('node:child_process')\n"
        "const mine = process.listenerCount('SIGTERM')\n"
        "if (process.send) process.send(mine)\n"
        "else if (!isMainThread) require('node:worker_threads').parentPort.postMessage(mine)\n"
        "else new Worker(__filename, { env: {} }).on('message', (thread) =>\n"
        "  fork(__filename, { env: {} }).on('message', (forked) => console.log(mine, thread, forked)))\n"
    )
    assert app.first == "1 0 0"
    assert app.end() == (0, "")


def test_a_port_that_is_taken_does_not_keep_the_app_from_starting(start: Start) -> None:
    first = start()
    second = start(port=first.side)
    assert {second.first, second.line()} == {
        "listening",
        f"next-distroless: the side port {first.side} cannot be used (EADDRINUSE)",
    }


MANIFEST = """{
  "basePath": "/shop", "i18n": {"locales": ["en", "de"]},
  "staticRoutes": [{"page": "/", "regex": "^/(?:/)?$"}, {"page": "/about", "regex": "^/about(?:/)?$"}],
  "dynamicRoutes": [{"page": "/blog/[slug]", "regex": "^/blog/([^/]+?)(?:/)?$"}]
}"""
ROUTES = {
    "/shop": "/",
    "/shop/?x=1": "/",
    "/shop/about/": "/about",
    "/shop/de/about": "/about",
    "/shop/blog/one": "/blog/[slug]",
    "/shop/blog/two?a": "/blog/[slug]",
    "/shop/blog": "other",
    "/shop/none": "other",
    "/shopping": "other",
    "/about": "other",
    "/shop/_next/static/chunks/a.js": "_next/static",
    "/shop/_next/image?url=x": "_next/image",
    "/shop/_next/data/x/about.json": "_next/data",
}


def test_metrics(start: Start, tmp_path: Path) -> None:
    write(tmp_path, {".next/routes-manifest.json": MANIFEST})
    app = start(metrics=True, dist=".next")
    for path in ROUTES:
        assert app.asked(path, port=app.port)[0] == 200
    status, text, headers = app.asked("/metrics")
    assert (status, headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    families = {one.name: one for one in text_string_to_metric_families(text)}
    counted = {
        (one.labels["route"], one.labels["status"]): one.value
        for one in families["http_request_duration_seconds"].samples
        if one.name.endswith("_count")
    }
    names = {sample.name for one in families.values() for sample in one.samples}
    queries = " ".join(query for _, _, pairs in PANELS for query, _ in pairs)
    assert set(re.findall(r"\b(?:http|nodejs|process)_\w+", queries)) <= names
    wanted = list(ROUTES.values())
    assert counted == {(route, "2xx"): wanted.count(route) for route in wanted}
    buckets = [
        one
        for one in families["http_request_duration_seconds"].samples
        if one.name.endswith("_bucket") and one.labels["route"] == "other"
    ]
    assert [one.labels["le"] for one in buckets][-2:] == ["10", "+Inf"]
    assert [one.value for one in buckets] == sorted(one.value for one in buckets), "each bucket has those below it"
    assert buckets[-1].value == wanted.count("other")
    values = {one.name: one.samples[0].value for one in families.values() if one.type == "gauge"}
    assert values["http_requests_in_flight"] == 0
    rss = int(Path(f"/proc/{app.process.pid}/statm").read_text().split()[1]) * 4096
    assert abs(values["process_resident_memory_bytes"] - rss) < rss / 2
    assert 0 < values["nodejs_heap_size_used_bytes"] <= values["nodejs_heap_size_total_bytes"]
    assert {families[name].type for name in ("nodejs_gc_duration_seconds", "http_request_duration_seconds")} == {
        "histogram"
    }


def test_the_lag_of_the_event_loop_is_how_long_it_was_blocked(start: Start) -> None:
    app = start(BLOCKING, metrics=True)
    assert app.asked("/block", port=app.port)[0] == 200

    def longest() -> float:
        found = re.search(r"^nodejs_eventloop_lag_max_seconds (\S+)$", app.asked("/metrics")[1], re.MULTILINE)
        assert found
        return float(found[1])

    first = longest()
    assert first > 0.9
    assert longest() < first, "since the last time that somebody asked"


def test_garbage_collections_are_counted(start: Start) -> None:
    app = start("globalThis.gc()\n" + HOLDS + "console.log('up')", argv=("--expose-gc", "server.js"), metrics=True)
    collections = 'nodejs_gc_duration_seconds_count{kind="major"} 1'
    while collections not in app.asked("/metrics")[1].splitlines():
        assert app.process.poll() is None


def test_an_answer_that_was_cut_is_counted_as_such(start: Start) -> None:
    app = start(metrics=True)
    kept = app.keep()
    kept.request("GET", "/stream")
    answer = kept.getresponse()
    assert answer.readline() == b"data: 1\n"
    assert "http_requests_in_flight 1" in app.asked("/metrics")[1].splitlines()
    answer.close()
    kept.close()
    while 'http_request_duration_seconds_count{route="other",status="cut"} 1' not in app.asked("/metrics")[1]:
        assert app.process.poll() is None


def test_nothing_is_written(start: Start, tmp_path: Path) -> None:
    def names() -> set[str]:
        return {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}

    app = start(metrics=True)
    before = names()
    app.asked("/", port=app.port)
    app.asked("/metrics")
    app.send()
    assert app.end() == (0, "")
    assert names() == before


def test_a_static_export_ends_once(node: str, tmp_path: Path) -> None:
    server = (Path(__file__).parents[3] / "ci/programs/serve-static.cjs").read_text()
    write(tmp_path, {"out/index.html": "home", "static.json": '{"directory": "out", "basePath": ""}'})
    (tmp_path / "out/large.bin").write_bytes(bytes(30_000_000))
    app = Started(node, tmp_path, server)
    kept = app.keep()
    kept.request("GET", "/large.bin")
    answer = kept.getresponse()
    app.send()
    app.until("/readyz", 503)
    assert len(answer.read()) == 30_000_000
    assert app.end() == (0, "")


def test_without_a_port_of_the_app_each_server_counts(node: str, tmp_path: Path) -> None:
    code = (
        "const side = require('./.next-distroless/side.json').port\n"
        "require('node:http').createServer().listen(0, '127.0.0.1', async () => {\n"
        "  console.log((await fetch(`http://127.0.0.1:${side}/readyz`)).status)\n"
        "  process.exit(3)\n"
        "})\n"
    )
    app = Started(node, tmp_path, code, port_variable="")
    assert (app.first, app.end()) == ("200", (3, ""))
