"""The identity token of a job of GitHub Actions."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ci.intool.attest.github import REQUEST, URL, ask
from ci.intool.common.failure import Failure

INTO = "SIGSTORE_ID_TOKEN"


@contextmanager
def github(status: int, body: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """A server with this answer; yields its URL, and path and authorization of its requests."""
    asked: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Authorization"]))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            """Log nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/token?api-version=2", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_token_is_requested_with_the_jobs_variables() -> None:
    with github(200, json.dumps({"value": "a.b.c"})) as (url, asked):
        environment = {URL: url, REQUEST: "the request"}
        ask(environment, INTO)
        assert environment[INTO] == "a.b.c"
        assert asked == [("/token?api-version=2&audience=sigstore", "bearer the request")]
        ask(environment, INTO)
        assert len(asked) == 1


@pytest.mark.parametrize(("status", "body"), [(403, ""), (200, "no JSON"), (200, "{}"), (200, "[]")])
def test_no_token_is_reported(status: int, body: str) -> None:
    with github(status, body) as (url, _), pytest.raises(Failure) as raised:
        ask({URL: url, REQUEST: "the request"}, INTO)
    assert "id-token: write" in raised.value.fix
    assert "the request" not in raised.value.what


def test_the_request_is_sent_to_https_alone() -> None:
    with pytest.raises(Failure):
        ask({URL: "http://example.com/?a=b", REQUEST: "the request"}, INTO)


def test_without_a_job_nothing_is_requested() -> None:
    environment: dict[str, str] = {}
    ask(environment, INTO)
    assert environment == {}
