"""The end of the app after SIGTERM: with nothing open, with a request open, with a stream open."""

import socket
import time
from collections.abc import Sequence
from dataclasses import replace

from ci.intool.contract.client import Client
from ci.intool.contract.container import Container
from ci.intool.contract.observed import Stop
from ci.intool.contract.wanted import Question, Wanted

LIMIT = 10
"""Seconds after which Docker and its like kill a container that was asked to end."""

OPEN = 2
"""Seconds that a request stays open after the signal."""

ASKED = 0.5
"""Seconds after the signal when a new connection is tried."""

SETTLE = 0.3
"""Seconds in which the app takes a request in."""

PART = 4096


def idle(container: Container) -> Stop:
    """The end of an app with no connection open."""
    began = time.monotonic()
    container.terminate()
    return _ended(container, "nothing", began)


def stream(container: Container, client: Client, question: Question) -> Stop:
    """The end of an app that is sending a stream.

    Args:
        container: of the app.
        client: that asks.
        question: whose answer stays open.
    """
    with client.connect() as connection:
        connection.sendall(_head(client, question) + b"\r\n")
        still, began = _is_open(connection), time.monotonic()
        container.terminate()
        stopped = _ended(container, "stream", began)
    return replace(stopped, open_then=still)


def request(container: Container, client: Client, wanted: Wanted) -> Stop:
    """The end of an app that has not the whole of a request yet: the rest comes after the signal.

    A request with a body is in the app's own code then. Where the scenario has none, it is one whose headers are not
    complete.

    Args:
        container: of the app.
        client: that asks.
        wanted: what the scenario asks.
    """
    first, second, expected = halves(client, wanted)
    with client.connect() as connection:
        connection.sendall(first)
        time.sleep(SETTLE)
        began = time.monotonic()
        container.terminate()
        container.ended(ASKED)
        refused = _refuses(client)
        container.ended(OPEN - ASKED)
        status, problem = _finished(connection, second)
    stopped = _ended(container, "request", began)
    if status and status != expected:
        problem = f"the answer was {status}, not {expected}"
    return replace(stopped, finished=status, problem=problem, refused=refused)


def halves(client: Client, wanted: Wanted) -> tuple[bytes, bytes, int]:
    """Two parts of a request, and the expected status.

    Args:
        client: that asks.
        wanted: what the scenario asks.
    """
    for question in wanted.questions:
        if question.json and question.method != "GET":
            body = question.json.encode()
            head = _head(client, question) + f"Content-Length: {len(body)}\r\n\r\n".encode()
            return head + body[:1], body[1:], question.status
    return _head(client, Question(path=wanted.health, status=wanted.status)), b"\r\n", wanted.status


def _head(client: Client, question: Question) -> bytes:
    """The first lines of a request, without the empty one that ends them."""
    fields = {"Host": f"{client.address}:{client.port}", "Connection": "close", **client.headers(question)}
    lines = [f"{question.method} {question.path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _finished(connection: socket.socket, rest: bytes) -> tuple[int, str]:
    try:
        connection.sendall(rest)
        answer = b""
        while part := connection.recv(PART):
            answer += part
    except OSError as error:
        return 0, str(error) or type(error).__name__
    words = answer.partition(b"\r\n")[0].split()
    if len(words) < 2 or not words[1].isdigit():  # noqa: PLR2004  version and status
        return 0, "the connection was closed without an answer"
    return int(words[1]), ""


def _is_open(connection: socket.socket) -> bool:
    """Whether a stream has begun and not ended."""
    connection.settimeout(SETTLE)
    until = time.monotonic() + SETTLE
    try:
        while time.monotonic() < until:
            part = connection.recv(PART)
            if not part or part.endswith(b"0\r\n\r\n"):
                return False
    except TimeoutError:
        return True
    except OSError:
        return False
    return True


def _refuses(client: Client) -> bool:
    try:
        client.connect(ASKED).close()
    except OSError:
        return True
    return False


def _ended(container: Container, during: str, began: float) -> Stop:
    """The end of an app that was asked to.

    Args:
        container: of the app.
        during: what was open then.
        began: when it was asked.
    """
    ended = container.ended(LIMIT - (time.monotonic() - began))
    ms = round((time.monotonic() - began) * 1000)
    code = container.remove()
    return Stop(during=during, ms=ms, code=code, killed=not ended)


def first_stream(questions: Sequence[Question]) -> Question | None:
    """The first request whose answer is a stream; None where there is none."""
    return next((one for one in questions if one.stream), None)
