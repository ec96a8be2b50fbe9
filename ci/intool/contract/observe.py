"""The operation: start an image under contracts, one after the other, and write down what is seen."""

import uuid
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from ci.intool.contract import surroundings
from ci.intool.contract.bundle import Contract
from ci.intool.contract.observed import (
    ANYONE,
    BARE,
    CONTRACT,
    SANS_IPV4_ONLY,
    WRITABLE,
    Observed,
    Start,
    Write,
)
from ci.intool.contract.start import IDLE, NOT, REQUEST, STREAM, Machine, start
from ci.intool.contract.wanted import Wanted, wanted
from ci.intool.contract.writes import written

PATIENCE = 5
"""Seconds that an app gets to start without its variables, beside three times those that it needs with them."""


def observe(layout: str, platform: str, image: str, runc: str, **given: Any) -> dict[str, Any]:
    """Start an image under contracts.

    Args:
        layout: directory of the OCI layout that has its configuration.
        platform: which of its images.
        image: directory with the files of that image, as they are on its root.
        runc: the program.
        given: the arguments of ``wanted``, by name.

    Returns:
        ``Observed`` as JSON.

    Raises:
        Failure: the layout is malformed, or has no image of this platform.
    """
    found = [one for one in Layout(Path(layout)).images() if one.platform == platform]
    if not found:
        raise Failure(f"the layout has no image for {platform}", "assemble it again")
    config = found[0].config.get("config") or {}
    asked = wanted(config, found[0].digest, platform.split("/")[1], given)
    try:
        surroundings.prepare()
        seen = observed(Machine(runc=runc, image=Path(image)), asked)
    except Failure as failure:
        seen = Observed(unavailable=failure.what)
    return asdict(seen)


def observed(machine: Machine, asked: Wanted) -> Observed:
    """All starts.

    Args:
        machine: what they share.
        asked: the image.

    Raises:
        Failure: the engine lets nothing be started.
    """
    limited, unlimited = surroundings.groups()
    group = f"next-distroless-{uuid.uuid4().hex[:12]}"
    own = Contract(name=CONTRACT, user=asked.user, limited=bool(limited), group=group)
    free = replace(own, name=WRITABLE, read_only=False, everywhere=True)
    first, writes = _free(machine, asked, free)
    starts = [first]
    if not first.problem:
        starts += _under(machine, asked, own)
    return Observed(limited=limited, unlimited=unlimited, starts=tuple(starts), writes=writes)


def _free(machine: Machine, asked: Wanted, contract: Contract) -> tuple[Start, tuple[Write, ...]]:
    """A start in which nothing stops a write, and what the app wrote."""
    try:
        seen = start(machine, asked, contract, end=STREAM)
        return seen, written(surroundings.WORK / contract.name / "upper", machine.image)
    finally:
        surroundings.unmount(contract.name)


def _under(machine: Machine, asked: Wanted, own: Contract) -> list[Start]:
    """The starts under the contract, and those that find out what made one of them fail."""
    seen = [_one(machine, asked, own, IDLE)]
    if seen[0].problem:
        return seen
    anyone = replace(own, name=ANYONE, user=asked.anyone, ipv6=False)
    seen.append(_one(machine, asked, anyone, REQUEST))
    if seen[-1].problem:
        seen.append(_one(machine, asked, replace(anyone, name=SANS_IPV4_ONLY, ipv6=True), NOT, exercise=False))
    if asked.env != asked.own:
        patience = min(asked.deadline, PATIENCE + 3 * seen[0].ready_ms // 1000)
        bare = replace(asked, env=asked.own, deadline=patience)
        seen.append(_one(machine, bare, replace(own, name=BARE), NOT, exercise=False))
    return seen


def _one(machine: Machine, asked: Wanted, contract: Contract, end: str, *, exercise: bool = True) -> Start:
    try:
        return start(machine, asked, contract, end=end, exercise=exercise)
    finally:
        surroundings.unmount(contract.name)
