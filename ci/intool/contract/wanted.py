"""What is started, and how: the arguments of the operation as frozen values. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OPENSHIFT = 1_000_000_000
"""Lowest user number that OpenShift gives to a project."""

RANGE = 1_000_000_000

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""What runtimes set where an image sets none."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One request.

    Attributes:
        path: path and query.
        method: HTTP method.
        json: body; empty for none.
        status: expected.
        cookies: whether cookies of earlier answers are sent.
        stream: whether the answer is one that stays open (``text/event-stream``).
    """

    path: str
    method: str = "GET"
    json: str = ""
    status: int = 200
    cookies: bool = True
    stream: bool = False


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Everything that a start depends on.

    Attributes:
        argv: the image's own entrypoint and command.
        env: variables, those of the image below those of the scenario.
        own: variables of the image alone.
        cwd: directory that it is started in.
        user: number of user and group in the image's configuration.
        healthcheck: command of the image's health check; empty where it has none.
        architecture: such as ``amd64``.
        digest: of the image; the number of an unknown user follows from it, so that equal runs are equal.
        port: that the app listens on.
        health: path that answers ``status`` as soon as the app is ready.
        status: that it answers.
        others: paths one of which answers 200 where the health path does not.
        deadline: seconds until then.
        writable: path in the image, without leading slash, to ``file`` or ``directory``.
        questions: the requests.
        memory_mb: limit of memory, MiB.
        pids: limit of processes and threads.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    own: Mapping[str, str]
    cwd: str
    user: int
    healthcheck: tuple[str, ...]
    architecture: str
    digest: str
    port: int
    health: str
    status: int
    others: tuple[str, ...]
    deadline: int
    writable: Mapping[str, str]
    questions: tuple[Question, ...]
    memory_mb: int
    pids: int

    @property
    def anyone(self) -> int:
        """A user that no image knows, as OpenShift gives one to each project."""
        return OPENSHIFT + int(self.digest.partition(":")[2][:12], 16) % RANGE


def wanted(config: Mapping[str, Any], digest: str, architecture: str, given: Mapping[str, Any]) -> Wanted:
    """The start of an image.

    Args:
        config: ``config`` of the image's configuration (OCI image specification 1.1).
        digest: of its manifest.
        architecture: of its platform.
        given: the other arguments of the operation, by the names of ``Wanted``.
    """
    own = {"PATH": PATH, **dict(line.partition("=")[::2] for line in config.get("Env") or [])}
    test = list((config.get("Healthcheck") or {}).get("Test") or [])
    argv = (*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ()))
    user = str(config.get("User") or "0").partition(":")[0]
    return Wanted(
        argv=argv,
        env={**own, **given["env"]},
        own=own,
        cwd=str(config.get("WorkingDir") or "/"),
        user=int(user) if user.isdecimal() else 0,
        healthcheck=tuple(test[1:]) if test[:1] == ["CMD"] else (),
        architecture=architecture,
        digest=digest,
        port=given["port"],
        health=given["health"],
        status=given["status"],
        others=tuple(given["others"]),
        deadline=given["deadline"],
        writable=dict(given["writable"]),
        questions=_questions(given["questions"]),
        memory_mb=given["memory_mb"],
        pids=given["pids"],
    )


def _questions(given: Sequence[Mapping[str, Any]]) -> tuple[Question, ...]:
    return tuple(Question(**one) for one in given)
