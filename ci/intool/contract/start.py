"""One start of the app under a contract, and all that is seen of it."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

from ci.intool.common.failure import Failure
from ci.intool.contract import ending, process, surroundings
from ci.intool.contract.bundle import MIB, Contract, spec
from ci.intool.contract.client import Client, own_address
from ci.intool.contract.container import KILLED, Container
from ci.intool.contract.observed import Start, Stop
from ci.intool.contract.wanted import Wanted
from ci.intool.contract.writes import refused

PATIENCE = 15
"""Seconds that an app may answer its health path otherwise before other paths are asked."""

PAUSE = 0.02
SOON = 0.5
"""Seconds in which an app that gave no answer shows whether it ended, and waits for processes that did."""

PRINTED = 300
"""Characters that are kept of what the health check prints."""

LOG = 60
"""Lines of the log that are kept."""

BY_HAND = (("sh", "-c", ":"), ("bash", "-c", ":"), ("ls", "/"))
"""What somebody runs in a container to look around."""

IDLE, REQUEST, STREAM, NOT = "idle", "request", "stream", "not"
"""What is open when the app is asked to end; ``not``: it is not asked."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What starts share.

    Attributes:
        runc: the program.
        image: directory with the image's files.
    """

    runc: str
    image: Path


def start(machine: Machine, wanted: Wanted, contract: Contract, *, end: str, exercise: bool = True) -> Start:
    """Start the app, ask it, and end it.

    Args:
        machine: what starts share.
        wanted: the image.
        contract: how it is started.
        end: what is open when it is asked to end.
        exercise: whether it is asked anything once it is ready.

    Raises:
        Failure: the engine lets nothing be started.
    """
    root, _ = surroundings.root(contract.name, machine.image)
    places = surroundings.writable(contract.name, machine.image, wanted.writable, contract.user)
    ipv6 = surroundings.ipv6(on=contract.ipv6)
    shared = [path for path in surroundings.SHARED if Path(path).exists()]
    client = Client(own_address(), wanted.port)
    outgoing = process.Outgoing(client.address, client.port)
    bundle = spec(wanted, contract, str(root), places if contract.read_only else {}, shared)
    container = Container(machine.runc, surroundings.WORK / contract.name, bundle, limited=contract.limited)
    try:
        seen = _watched(container, client, wanted, exercise=exercise, outgoing=outgoing, end=end)
    finally:
        container.remove()
    log = container.lines()
    return replace(seen, name=contract.name, ipv6=ipv6, log=tuple(log[-LOG:]), refused_writes=refused(log))


def _watched(
    container: Container, client: Client, wanted: Wanted, *, exercise: bool, outgoing: process.Outgoing, end: str
) -> Start:
    problem = ready(container, client, wanted, outgoing)
    ready_ms = round(container.age * 1000)
    if problem:
        if container.code is not None and not container.pid:
            printed = " ".join(container.lines()[-3:])
            raise Failure(f"runc started nothing: {printed}", "see whether this engine has a kernel that runc supports")
        return Start(problem=problem, ready_ms=ready_ms, out_of_memory=int(container.code == KILLED))
    connections, datagrams = outgoing.found()
    rights = process.rights(container.pid)
    seen = Start(ready_ms=ready_ms, connections=connections, datagrams=datagrams, rights=rights)
    if exercise:
        seen = _exercised(seen, container, client, wanted)
    return replace(seen, stop=_stopped(container, client, wanted, end))


def _exercised(ready: Start, container: Container, client: Client, wanted: Wanted) -> Start:
    answers = tuple(client.ask(one) for one in wanted.questions if not one.stream)
    if container.ended(SOON if any(one.problem for one in answers) else 0):
        killed = int(container.code == KILLED)
        return replace(ready, answers=answers, crashed=container.code, out_of_memory=killed)
    pid = container.pid
    ended, limits = process.zombies(pid), process.limits(pid)
    time.sleep(SOON if ended else 0)
    ended &= process.zombies(pid)
    memory = process.most_memory(pid)
    code, output = container.run(wanted.healthcheck) if wanted.healthcheck else (None, "")
    by_hand = tuple(argv[0] for argv in BY_HAND if container.run(argv)[0] == 0)
    killed = process.out_of_memory(pid) or int(container.ended(0) and container.code == KILLED)
    return replace(
        ready,
        answers=answers,
        crashed=container.code,
        health_code=code,
        health_output=output[-PRINTED:],
        by_hand=by_hand,
        zombies=len(ended),
        limits=limits,
        memory_mb=round(memory / MIB, 1),
        out_of_memory=killed,
    )


def _stopped(container: Container, client: Client, wanted: Wanted, end: str) -> Stop | None:
    if container.code is not None or end == NOT:
        return None
    stream = ending.first_stream(wanted.questions)
    try:
        if end == STREAM and stream:
            return ending.stream(container, client, stream)
        if end == REQUEST:
            return ending.request(container, client, wanted)
    except OSError as error:
        return Stop(during=end, ms=0, code=container.remove(), killed=True, problem=str(error))
    return ending.idle(container) if end == IDLE else None


def ready(container: Container, client: Client, wanted: Wanted, outgoing: process.Outgoing) -> str:
    """Wait until the app is ready.

    Args:
        container: that was started.
        client: asks it.
        wanted: its health path, and how long it may take.
        outgoing: looks at connections meanwhile.

    Returns:
        What is wrong, or nothing.
    """
    last, answered = "it does not listen", 0.0
    while container.age < wanted.deadline:
        outgoing.look()
        if container.code is not None:
            why = ": the kernel ended it, most likely for the limit of memory" if container.code == KILLED else ""
            return f"the container ended (exit code {container.code}{why}) before {wanted.health} answered"
        try:
            status = client.status(wanted.health)
        except OSError as error:
            last = str(error) or type(error).__name__
        else:
            if status == wanted.status:
                return ""
            last = f"the last answer was {status}"
            answered = answered or container.age
        if answered and container.age - answered >= min(PATIENCE, wanted.deadline / 4) and _other(client, wanted):
            return ""
        time.sleep(PAUSE)
    return f"{wanted.health} did not answer {wanted.status} within {wanted.deadline} s ({last})"


def _other(client: Client, wanted: Wanted) -> bool:
    for path in wanted.others:
        try:
            if client.status(path) == 200:  # noqa: PLR2004  HTTP's "OK"
                return True
        except OSError:
            continue
    return False
