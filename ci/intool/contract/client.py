"""Requests to the app."""

import http.client
import socket
from dataclasses import dataclass, field
from typing import Any

from ci.intool.contract.observed import Answer
from ci.intool.contract.wanted import Question

JUDGED = ("cache-control", "content-type", "set-cookie", "x-powered-by")
"""Headers that are looked at; of cookies only that there are some is kept."""

LIMIT = 15
"""Seconds that an answer may take."""

FAR = ("192.0.2.1", 9)
"""An address of documentation (RFC 5737): asking which of our own addresses leads there sends nothing."""


def own_address() -> str:
    """An address of this machine that is not loopback, where there is one: whether the app listens on it matters."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(FAR)
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


@dataclass
class Client:
    """Asks one app.

    Attributes:
        address: IPv4 address.
        port: of the app.
        cookies: those that the app set.
    """

    address: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def connect(self, timeout: float = LIMIT) -> socket.socket:
        """A connection.

        Raises:
            OSError: the app takes none.
        """
        return socket.create_connection((self.address, self.port), timeout)

    def status(self, path: str) -> int:
        """The status of a path.

        Raises:
            OSError: there is no answer.
        """
        answer = self.ask(Question(path=path, cookies=False))
        if not answer.status:
            raise OSError(answer.problem)
        return answer.status

    def ask(self, question: Question) -> Answer:
        """The answer to a request, whose body is read to its end."""
        came, headers = 0, {}
        try:
            connection = http.client.HTTPConnection(self.address, self.port, timeout=LIMIT)
            connection.sock = self.connect()
            connection.request(question.method, question.path, question.json or None, self.headers(question))
            response = connection.getresponse()
            came, headers = response.status, _judged(response)
            self._keep(response)
            response.read()
            connection.close()
        except (OSError, http.client.HTTPException) as error:
            problem = str(error) or type(error).__name__
            return _answer(question, came, headers, problem)
        return _answer(question, came, headers, "")

    def headers(self, question: Question) -> dict[str, str]:
        """Headers of a request."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {
            **({"content-type": "application/json"} if question.json else {}),
            **({"cookie": cookie} if cookie and question.cookies else {}),
        }

    def _keep(self, response: http.client.HTTPResponse) -> None:
        for line in response.headers.get_all("set-cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value


def _judged(response: http.client.HTTPResponse) -> dict[str, str]:
    found = {name: response.headers.get(name) for name in JUDGED}
    return {name: "set" if name == "set-cookie" else value for name, value in found.items() if value is not None}


def _answer(question: Question, status: int, headers: dict[str, Any], problem: str) -> Answer:
    return Answer(
        method=question.method,
        path=question.path,
        expected=question.status,
        status=status,
        headers=headers,
        problem=problem,
    )
