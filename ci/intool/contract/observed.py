"""What was seen of an image that ran under a contract: plain data, which the gate judges."""

from collections.abc import Mapping
from dataclasses import dataclass, field

WRITABLE, CONTRACT, ANYONE = "writable", "contract", "anyone"
"""The starts of every run."""

BARE = "contract without the scenario's variables"
"""The start that shows what a missing variable does."""

SANS_IPV4_ONLY = "anyone with IPv6"
"""The start that finds what made the one before it fail."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one request.

    Attributes:
        method: of the request.
        path: of the request.
        expected: status that the scenario expects.
        status: that came; 0 for no answer.
        headers: those that are judged, by their names in lower case.
        problem: why there is no complete answer; else empty.
    """

    method: str
    path: str
    expected: int
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """The end of the app after SIGTERM.

    Attributes:
        during: ``nothing``, ``request`` or ``stream``: what was open then.
        ms: until process 1 ended, or was killed.
        code: exit code; 128 and the signal's number where one ended it.
        killed: whether it had to be killed.
        finished: the status of the open request; 0 where it got none, or nothing was open.
        problem: what happened to it instead; else empty.
        refused: whether a new connection was refused after the signal; None where nothing asked.
        open_then: whether what was to be open still was when the signal was sent.
    """

    during: str
    ms: int
    code: int
    killed: bool
    finished: int = 0
    problem: str = ""
    refused: bool | None = None
    open_then: bool = True


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What the kernel says that process 1 may do (``/proc/PID/status``).

    Attributes:
        uid: real user.
        gid: real group.
        capabilities: all sets, those of the bounding set included, as one number; 0 for none.
        no_new_privileges: whether no program that it starts gets more.
        seccomp: whether a filter of system calls holds.
        first: whether it is process 1 of its namespace.
        program: path of its program.
    """

    uid: int
    gid: int
    capabilities: int
    no_new_privileges: bool
    seccomp: bool
    first: bool
    program: str


@dataclass(frozen=True, kw_only=True)
class RefusedWrite:
    """A line of the app's log that says that it could not write.

    Attributes:
        path: in the image, without leading slash.
        line: the line.
    """

    path: str
    line: str


@dataclass(frozen=True, kw_only=True)
class Start:
    """One start of the app.

    Attributes:
        name: one of those above.
        problem: why it did not become ready; else empty.
        ready_ms: from the start of runc until the health path answered.
        answers: to the requests, in order.
        crashed: exit code of an app that ended while it was asked; else None.
        health_code: exit code of the image's health check in the container; None where it has none, or was not tried.
        health_output: what that printed.
        rights: of process 1; None where it ended before it could be asked.
        zombies: ended processes that nobody waited for, after the requests.
        by_hand: programs that could be run in the container.
        connections: addresses of others, with port, to which it opened TCP connections until it was ready.
        datagrams: UDP datagrams that it sent to others until then, such as questions to a name server.
        limits: what the kernel says: bytes of memory, and number of processes; 0 for no limit.
        memory_mb: the most memory that it had, MiB; 0 where the engine does not say.
        out_of_memory: processes that the kernel killed for the limit.
        stop: its end; None where it did not get so far.
        refused_writes: writes that failed, from the log.
        ipv6: ``on``, ``off``, or empty where it could not be set.
        log: the end of what it printed.
    """

    name: str = ""
    problem: str = ""
    ready_ms: int = 0
    answers: tuple[Answer, ...] = ()
    crashed: int | None = None
    health_code: int | None = None
    health_output: str = ""
    rights: Rights | None = None
    zombies: int = 0
    by_hand: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    datagrams: int = 0
    limits: tuple[int, ...] = (0, 0)
    memory_mb: float = 0
    out_of_memory: int = 0
    stop: Stop | None = None
    refused_writes: tuple[RefusedWrite, ...] = ()
    ipv6: str = ""
    log: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Write:
    """A path that the app wrote to.

    Attributes:
        path: in the image, without leading slash: the file, or the topmost directory that the app made.
        kind: ``changed``, ``created`` or ``deleted``.
        directory: whether it is a directory.
    """

    path: str
    kind: str
    directory: bool = False


@dataclass(frozen=True, kw_only=True)
class Observed:
    """All that was seen.

    Attributes:
        unavailable: why nothing could be started on this engine; else empty.
        limited: whether the limits of memory and processes held: ``cgroup v1``, ``cgroup v2``, or empty.
        unlimited: why they did not; else empty.
        starts: in order.
        writes: paths that the app wrote to when it could write everywhere.
    """

    unavailable: str = ""
    limited: str = ""
    unlimited: str = ""
    starts: tuple[Start, ...] = ()
    writes: tuple[Write, ...] = ()

    def start(self, name: str) -> Start | None:
        """The start of a name; None where there was none."""
        return next((one for one in self.starts if one.name == name), None)
