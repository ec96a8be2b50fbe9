"""The operation: start images one after the other, put each under load, and write down what is seen."""

import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from ci.intool.contract import process, surroundings
from ci.intool.contract.bundle import Contract, spec
from ci.intool.contract.client import Client, own_address
from ci.intool.contract.container import KILLED, Container
from ci.intool.contract.start import ready
from ci.intool.contract.wanted import Wanted, wanted
from ci.intool.load.generator import ask
from ci.intool.load.measured import Answers, Measured, Memory, Round, Sample

LOG = 40
"""Lines of the log that are kept of a round that failed."""

SOON = 0.5
"""Seconds after the load in which an app that ended is seen to have ended."""

SETTLED = 1
"""Seconds in which an app ends the requests that the end of the warm-up cut off."""


@dataclass(frozen=True, kw_only=True)
class Load:
    """The load on every image.

    Attributes:
        generator: command that runs it.
        asked: its input, without address and seconds.
        warmup: seconds before what is measured; 0 for none.
        seconds: that are measured.
        session: whether the scenario's requests are sent first, and their cookies with every request of the load.
    """

    generator: tuple[str, ...]
    asked: Mapping[str, Any]
    warmup: int
    seconds: int
    session: bool


@dataclass(frozen=True, kw_only=True)
class Image:
    """An image.

    Attributes:
        name: in the order of the rounds.
        root: directory with its files.
        wanted: how it is started.
    """

    name: str
    root: Path
    wanted: Wanted


def measure(
    images: Mapping[str, Mapping[str, str]],
    order: Sequence[str],
    platform: str,
    runc: str,
    load: Mapping[str, Any],
    **given: Any,
) -> dict[str, Any]:
    """Put images under load.

    Args:
        images: name to the directories ``layout`` (an OCI layout with its configuration) and ``root`` (its files).
        order: names of images, one a round.
        platform: which image of the layouts.
        runc: the program.
        load: the fields of ``Load``.
        given: the arguments of ``ci.intool.contract.wanted``, by name.

    Returns:
        ``Measured`` as JSON.

    Raises:
        Failure: a layout is malformed, or has no image of this platform, or the generator failed.
    """
    limited = given["memory_mb"] > 0
    subjects = {name: _image(name, places, platform, given) for name, places in images.items()}
    try:
        surroundings.prepare()
    except Failure as failure:
        return asdict(Measured(unavailable=failure.what))
    if limited:
        limited = bool(surroundings.groups()[0])
    work = Load(**{**load, "generator": tuple(load["generator"])})
    rounds = tuple(_round(subjects[name], number, runc, work, limited=limited) for number, name in enumerate(order))
    return asdict(Measured(rounds=rounds, limited=limited))


def _image(name: str, places: Mapping[str, str], platform: str, given: Mapping[str, Any]) -> Image:
    found = [one for one in Layout(Path(places["layout"])).images() if one.platform == platform]
    if not found:
        raise Failure(f"the image is not there for {platform}", "name an image that has this platform")
    config = dict(found[0].config.get("config") or {})
    config["User"] = str(user(str(config.get("User") or "0"), Path(places["root"])))
    asked = wanted(config, found[0].digest, platform.split("/")[1], given)
    return Image(name=name, root=Path(places["root"]), wanted=asked)


def user(name: str, root: Path) -> int:
    """The number of the user that an image names.

    Args:
        name: ``config.User``: name or number, and maybe a group after a colon.
        root: the image's files, whose ``/etc/passwd`` has the names.

    Raises:
        Failure: the image has no such user.
    """
    own = name.partition(":")[0]
    if own.isdecimal():
        return int(own)
    file = root / "etc" / "passwd"
    for line in file.read_text("utf-8").splitlines() if file.is_file() else ():
        fields = line.split(":")
        if fields[0] == own:
            return int(fields[2])
    raise Failure(f"the image runs as `{own}`, and its /etc/passwd has no such user", "write the number of the user")


def _round(image: Image, number: int, runc: str, load: Load, *, limited: bool) -> Round:
    name, asked = f"{image.name}-{number}", image.wanted
    contract = Contract(
        name=name,
        user=asked.user,
        read_only=False,
        limited=limited,
        group=f"next-distroless-{uuid.uuid4().hex[:12]}",
    )
    try:
        place, _ = surroundings.root(name, image.root)
        shared = [path for path in surroundings.SHARED if Path(path).exists()]
        client = Client(own_address(), asked.port)
        outgoing = process.Outgoing(client.address, client.port)
        bundle = spec(asked, contract, str(place), {}, shared)
        container = Container(runc, surroundings.WORK / name, bundle, limited=limited)
        try:
            seen = _under_load(container, client, asked, load, outgoing)
        finally:
            container.remove()
        failed = seen.problem or seen.ended is not None or seen.answers.unexpected or seen.answers.errors
        return replace(seen, image=image.name, log=tuple(container.lines()[-LOG:]) if failed else ())
    finally:
        surroundings.unmount(name)


def _under_load(container: Container, client: Client, asked: Wanted, load: Load, outgoing: process.Outgoing) -> Round:
    problem = ready(container, client, asked, outgoing)
    ready_ms = round(container.age * 1000)
    if problem:
        if container.code is not None and not container.pid:
            printed = " ".join(container.lines()[-3:])
            raise Failure(f"runc started nothing: {printed}", "see whether this engine has a kernel that runc supports")
        return Round(image="", ready_ms=ready_ms, problem=problem)
    seen = Round(image="", ready_ms=ready_ms)
    if load.session:
        for answer in (client.ask(one) for one in asked.questions if not one.stream):
            if answer.status != answer.expected:
                said = str(answer.status) if answer.status else answer.problem
                return replace(
                    seen, problem=f"{answer.method} {answer.path} of the session: {said}, not {answer.expected}"
                )
    memory = Memory(
        idle_rss_kib=process.resident(process.members(container.pid)),
        idle_pss_kib=process.proportional(process.members(container.pid)),
    )
    place = surroundings.WORK
    if load.warmup:
        ask(load.generator, _spec(client, load, load.warmup), place, lambda: None)
        time.sleep(SETTLED)
    answers, samples = _measured(container, client, load, place)
    if container.ended(SOON):
        why = " (the kernel ended it, most likely for the limit of memory)" if container.code == KILLED else ""
        return replace(
            seen,
            ended=container.code,
            problem="" if answers.times else f"the app ended under the load{why}",
            answers=answers,
            memory=replace(memory, samples=samples),
        )
    pids = process.members(container.pid)
    memory = replace(
        memory,
        end_rss_kib=process.resident(pids),
        end_pss_kib=process.proportional(pids),
        samples=samples,
    )
    return replace(seen, answers=answers, memory=memory)


def _measured(container: Container, client: Client, load: Load, place: Path) -> tuple[Answers, tuple[Sample, ...]]:
    began, samples = time.monotonic(), []
    pids = process.members(container.pid)

    def look() -> None:
        if found := process.resident(pids):
            samples.append(Sample(seconds=round(time.monotonic() - began, 2), rss_kib=found))

    return ask(load.generator, _spec(client, load, load.seconds), place, look), tuple(samples)


def _spec(client: Client, load: Load, seconds: int) -> dict[str, Any]:
    """The input of the generator, with the cookies of the session."""
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items()) if load.session else ""
    requests = [
        {**one, "headers": {**one["headers"], **({"cookie": cookie} if cookie else {})}}
        for one in load.asked["requests"]
    ]
    address = f"http://{client.address}:{client.port}"
    return {**load.asked, "url": address, "seconds": seconds, "requests": requests}
