"""A proxy before a registry that makes the faults of a real network: cut connections, refusals, delays."""

import http.client
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

CHUNK = 16384
HOP = {"connection", "transfer-encoding", "keep-alive"}


@dataclass(kw_only=True)
class Fault:
    """What happens to the first `times` requests that match.

    `status` answers without asking the registry; `cut_after` breaks the connection when so many bytes of request bodies
    went through; `delay` waits that many seconds first, `hold` until the event is set; `lose` asks the
    registry and breaks the connection instead of passing its answer on.
    """

    method: str = ".*"
    path: str = ".*"
    times: int = 1
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    cut_after: int = -1
    delay: float = 0
    hold: threading.Event | None = None
    lose: bool = False
    seen: int = 0
    passed: int = 0

    def matches(self, method: str, path: str) -> bool:
        return self.times > self.seen and bool(re.fullmatch(self.method, method) and re.search(self.path, path))


@dataclass(kw_only=True)
class Proxy:
    """A running proxy.

    `requests` are all that came: time, method, path and bytes of the body that arrived here.
    """

    address: str
    upstream: str
    faults: list[Fault] = field(default_factory=list)
    requests: list[tuple[float, str, str, int]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, **fault: Any) -> Fault:
        self.faults.append(Fault(**fault))
        return self.faults[-1]

    def count(self, method: str, path: str = "") -> int:
        return sum(1 for _, m, p, _ in self.requests if re.fullmatch(method, m) and re.search(path, p))

    @property
    def received(self) -> int:
        """Bytes of all request bodies."""
        return sum(size for *_, size in self.requests)

    def fault(self, method: str, path: str) -> Fault | None:
        with self.lock:
            found = next((fault for fault in self.faults if fault.matches(method, path)), None)
            if found and found.cut_after < 0:
                found.seen += 1
            return found


class CutError(Exception):
    """The connection is to be broken here."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def relay(self) -> None:
        fault = self.proxy.fault(self.command, self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if fault and fault.delay:
            time.sleep(fault.delay)
        if fault and fault.hold:
            fault.hold.wait(20)
        try:
            if fault and fault.status:
                self.note(len(self.rfile.read(length)))
                self.answer(fault.status, list(fault.headers.items()), fault.body.encode())
            else:
                self.forward(length, fault)
        except CutError:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
        except OSError:
            self.close_connection = True

    do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = relay  # noqa: N815

    def forward(self, length: int, fault: Fault | None) -> None:
        cut = fault if fault and fault.cut_after >= 0 else None
        upstream = http.client.HTTPConnection(self.proxy.upstream, timeout=60)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in HOP:
                    upstream.putheader(name, value)
            upstream.endheaders()
            self.send(upstream, length, cut)
            reply = upstream.getresponse()
            body = reply.read()
            if fault and fault.lose:
                raise CutError
            self.answer(reply.status, reply.getheaders(), body)
        finally:
            upstream.close()

    def send(self, upstream: http.client.HTTPConnection, length: int, cut: Fault | None) -> None:
        arrived = 0
        try:
            while arrived < length:
                piece = self.rfile.read(min(CHUNK, length - arrived))
                if not piece:
                    raise CutError
                arrived += len(piece)
                keep = self.kept(cut, len(piece)) if cut else len(piece)
                upstream.send(piece[:keep])
                if keep < len(piece):
                    raise CutError
        finally:
            self.note(arrived)

    def kept(self, fault: Fault, size: int) -> int:
        """How many of the next bytes go through."""
        with self.proxy.lock:
            keep = fault.cut_after - fault.passed
            if size <= keep or fault.seen >= fault.times:
                fault.passed += size
                return size
            fault.seen, fault.passed = fault.seen + 1, 0
            return keep

    def note(self, size: int) -> None:
        with self.proxy.lock:
            self.proxy.requests.append((time.monotonic(), self.command, self.path, size))

    def answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        reported = False
        for name, value in headers:
            if name.lower() not in HOP:
                self.send_header(name, value)
                reported = reported or name.lower() == "content-length"
        if not reported:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """A client that is killed breaks its connection: that is what tests do."""


@contextmanager
def proxied(upstream: str) -> Iterator[Proxy]:
    """A proxy to this address on a free port."""
    handler = type("Bound", (Handler,), {})
    server = Server(("127.0.0.1", 0), handler)
    handler.proxy = Proxy(address=f"127.0.0.1:{server.server_port}", upstream=upstream)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield handler.proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
