"""A small server in place of GitHub's REST API, for lists whose entries are made by POST and changed by PATCH."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

TOKEN = "a-token-of-a-test"


@dataclass
class Entries:
    """What the server has, and the requests that came.

    Attributes:
        address: of the server.
        own: fields that the server gives an entry that is made.
        said: the entries.
        asked: method and path of each request.
        refuses: whether each request is refused.
    """

    address: str = ""
    own: dict[str, Any] = field(default_factory=dict)
    said: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    refuses: bool = False


@contextmanager
def serving(**own: Any) -> Iterator[Entries]:
    """The server; entries that are made get the given fields, and the address by which they are changed."""
    has = Entries(own=own)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(has.said)

        def do_POST(self) -> None:
            url = f"{has.address}{self.path}/{len(has.said)}"
            has.said.append({"url": url, "html_url": url, **has.own, **self.body()})
            self.answer(has.said[-1])

        def do_PATCH(self) -> None:
            [one] = [one for one in has.said if one["url"].endswith(self.path)]
            one.update(self.body())
            self.answer(one)

        def body(self) -> dict[str, Any]:
            return dict(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def answer(self, value: object) -> None:
            has.asked.append((self.command, self.path.partition("?")[0]))
            is_known = self.headers["authorization"] == f"Bearer {TOKEN}" and not has.refuses
            self.send_response(200 if is_known else 403)
            self.end_headers()
            self.wfile.write(json.dumps(value if is_known else {"message": "no"}).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    has.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield has
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
