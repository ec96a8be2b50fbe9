"""What is measured: the report of the operation as frozen values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Count:
    """Requests that took the same time.

    Attributes:
        microseconds: from the request to the end of the answer, three digits of it.
        requests: how many.
    """

    microseconds: int
    requests: int


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the generator of the load printed (``ci/programs/load.cjs``).

    Attributes:
        seconds: that it asked.
        sent: requests.
        codes: status to answers with it.
        unexpected: request and status, where that is not the expected one, to answers.
        errors: what went wrong with a connection, to how often.
        lost: requests whose connection was closed without an answer.
        times: of the answers, the shortest first.
    """

    seconds: float = 0.0
    sent: int = 0
    codes: Mapping[str, int] = field(default_factory=dict)
    unexpected: Mapping[str, int] = field(default_factory=dict)
    errors: Mapping[str, int] = field(default_factory=dict)
    lost: int = 0
    times: tuple[Count, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Memory at one moment.

    Attributes:
        seconds: since the measured load began.
        rss_kib: resident memory of all processes of the app, KiB.
    """

    seconds: float
    rss_kib: int


@dataclass(frozen=True, kw_only=True)
class Memory:
    """The app's memory.

    Attributes:
        idle_rss_kib: resident, when it was ready and nobody had asked it, KiB.
        idle_pss_kib: proportional share at that moment; 0 where the kernel does not say.
        end_rss_kib: resident at the end of the load.
        end_pss_kib: proportional share then.
        samples: during the measured load.
    """

    idle_rss_kib: int = 0
    idle_pss_kib: int = 0
    end_rss_kib: int = 0
    end_pss_kib: int = 0
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Round:
    """One start of an image and the load on it.

    Attributes:
        image: name of the image.
        ready_ms: until it was ready.
        problem: why there was no load; empty where there was.
        ended: exit code, where the app ended under the load; None where it did not.
        answers: to the measured load.
        memory: of the app.
        log: the end of what the app printed, where something failed.
    """

    image: str
    ready_ms: int = 0
    problem: str = ""
    ended: int | None = None
    answers: Answers = field(default_factory=Answers)
    memory: Memory = field(default_factory=Memory)
    log: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Measured:
    """All rounds.

    Attributes:
        rounds: in the order in which they were made.
        limited: whether a limit of memory held.
        unavailable: why nothing could be measured on this engine; empty where it could.
    """

    rounds: tuple[Round, ...] = ()
    limited: bool = False
    unavailable: str = ""
