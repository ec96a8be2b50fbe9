"""An app with ``side.cjs`` before it, as an image starts it, and what a client does to it."""

import http.client
import json
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.ports import free_port
from tests.unit.builds import write

PROGRAMS = Path(__file__).parents[3] / "ci" / "programs"
FILES = ("side.cjs", "side-labels.cjs", "side-metrics.cjs", "side-watch.cjs")
BEFORE = ".next-distroless/side.cjs"
FOREVER = 3600
"""A deadline, seconds, that no test sees."""

APP = """\
const http = require('node:http')
const server = http.createServer(async (request, response) => {
  if (request.url === '/stream') return response.writeHead(200).write('data: 1\\n\\n')
  let body = ''
  for await (const part of request) body += part
  response.end(`read ${body}`)
})
const UPGRADED = ['HTTP/1.1 101 Switching Protocols', 'connection: upgrade', 'upgrade: x', '', '']
server.on('upgrade', (request, socket) => socket.write(UPGRADED.join('\\r\\n')))
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'))
"""
"""Answers when it has the whole body; `/stream` never ends."""


class Started:
    """An app that runs, and has printed its first line.

    Args:
        node: program.
        root: directory of the app, which is written.
        code: of server.js.
        argv: arguments of node after the preload.
        port_variable: value of ``PORT``; default: a free port.
        settings: of side.json.
    """

    def __init__(
        self,
        node: str,
        root: Path,
        code: str = APP,
        *,
        argv: tuple[str, ...] = ("server.js",),
        port_variable: str | None = None,
        **settings: Any,
    ) -> None:
        self.port, self.side = free_port(), free_port()
        self.kept: list[http.client.HTTPConnection] = []
        given = {"port": self.side, "metrics": False, "delay": 0, "deadline": FOREVER, "dist": "", **settings}
        write(root, {"server.js": code, ".next-distroless/side.json": json.dumps(given)})
        for name in FILES:
            shutil.copy(PROGRAMS / name, root / ".next-distroless" / name)
        self.process = subprocess.Popen(
            [node, "--require", root / BEFORE, *argv],
            cwd=root,
            env={"PORT": str(self.port) if port_variable is None else port_variable, "HOSTNAME": "127.0.0.1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.first = self.line()

    def line(self) -> str:
        """The next line that it prints."""
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def connect(self) -> socket.socket:
        """A connection to the app."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def keep(self) -> http.client.HTTPConnection:
        """A connection to the app for several requests."""
        self.kept.append(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20))
        return self.kept[-1]

    def asked(self, path: str, method: str = "GET", port: int = 0) -> tuple[int, str, Mapping[str, str]]:
        """Status, body and headers of an answer at the side port."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.side, timeout=20)
        connection.request(method, path)
        answer = connection.getresponse()
        found = answer.status, answer.read().decode(), {name.lower(): value for name, value in answer.getheaders()}
        connection.close()
        return found

    def status(self, path: str) -> int:
        """Status at the side port."""
        return self.asked(path)[0]

    def until(self, path: str, status: int) -> None:
        """Wait until the side port answers so."""
        while self.status(path) != status:
            assert self.process.poll() is None, "the app ended"

    def tell(self, text: str) -> None:
        """Write a line to its standard input."""
        assert self.process.stdin
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def reached(self) -> None:
        """Let it take in what was sent: node looks at all of its connections between two answers."""
        for _ in range(3):
            self.status("/healthz")

    def refuses(self) -> bool:
        """Whether the app takes no connection."""
        try:
            self.connect().close()
        except ConnectionRefusedError:
            return True
        return False

    def send(self, name: signal.Signals = signal.SIGTERM) -> None:
        """Send it a signal."""
        self.process.send_signal(name)

    def end(self) -> tuple[int, str]:
        """Wait for its end: exit code, and what it printed since."""
        printed, _ = self.process.communicate(timeout=30)
        self.close()
        return self.process.returncode, printed

    def close(self) -> None:
        """Let go of it, whether it ended or not."""
        for one in self.kept:
            one.close()
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
