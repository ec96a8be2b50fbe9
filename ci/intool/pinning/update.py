"""Update pins to the digests that their tags name now."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.reference import split
from ci.intool.common.text import plain
from ci.intool.pinning.change import Facts, difference, facts
from ci.intool.pinning.days import given
from ci.intool.pinning.text import Pin, images, rewritten
from ci.intool.registry.client import Repository
from ci.intool.registry.image import find


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The registry's answer about a pin.

    Attributes:
        digest: that the tag has now; empty if the look-up failed, and the pin stays.
        problem: why the look-up failed.
        old: what the pinned image is, where another one took its place and this one can still be read.
        new: what that other one is.
    """

    digest: str = ""
    problem: str = ""
    old: Facts | None = None
    new: Facts | None = None


def update(pins: str, today: str, only: Sequence[str] = ()) -> dict[str, Any]:
    """Look up which digest each pinned image's tag has now.

    Args:
        pins: text of ``pins.toml``.
        today: ISO 8601.
        only: short names of the images to look up; by default all.

    Returns:
        "pins", the new text; "changed", short name to digests and facts; "current", names of pins that
        already have the tag's digest; "not_asked", name to reason; "text" for people.

    Raises:
        Failure: no registry could be reached, a name is unknown, or the pins are malformed.
    """
    pinned = images(pins)
    chosen = {name: pinned[_known(name, pinned)] for name in (only or pinned)}
    now = given(today, "today")
    with ThreadPoolExecutor(8) as pool:
        answers = dict(zip(chosen, pool.map(lambda pin: _ask(pin, now), chosen.values()), strict=True))
    asked = {name: answer for name, answer in answers.items() if answer.digest}
    if not asked:
        first = next(iter(answers.values())).problem
        raise Failure(
            f"no registry could be reached: {first}", "let this machine reach the registries, or give a login"
        )
    return {
        "pins": rewritten(pins, {name: answer.digest for name, answer in asked.items()}, now, _releases(asked)),
        "changed": {
            name: {
                "image": chosen[name].name,
                "before": chosen[name].digest,
                "after": answer.digest,
                "old": asdict(answer.old) if answer.old else None,
                "new": asdict(answer.new),
            }
            for name, answer in asked.items()
            if answer.new
        },
        "current": [name for name, answer in asked.items() if not answer.new],
        "not_asked": {name: answer.problem for name, answer in answers.items() if answer.problem},
        "text": "\n".join(plain(line) for line in _lines(chosen, answers, now)),
    }


def _releases(asked: Mapping[str, Answer]) -> Mapping[str, str]:
    return {name: answer.new.release for name, answer in asked.items() if answer.new and answer.new.release}


def _ask(pin: Pin, today: date) -> Answer:
    name, tag = split(pin.name)
    try:
        digest = Repository(name).resolve(tag)
        if not digest:
            return Answer(problem=f"{pin.name} is not there")
        if digest == pin.digest:
            return Answer(digest=digest)
        new = facts(find(f"{name}@{digest}"), today)
    except Failure as failure:
        return Answer(problem=failure.what)
    return Answer(digest=digest, old=_pinned(f"{name}@{pin.digest}", today), new=new)


def _pinned(reference: str, today: date) -> Facts | None:
    try:
        return facts(find(reference), today)
    except Failure:
        return None


def _lines(pins: Mapping[str, Pin], answers: Mapping[str, Answer], today: date) -> Iterator[str]:
    changed = [name for name, answer in answers.items() if answer.new]
    for name in changed:
        yield f"{name}  {pins[name].name}"
        yield f"  {pins[name].digest} → {answers[name].digest}"
        answer = answers[name]
        if answer.new:
            yield from (f"  {line}" for line in difference(answer.old, answer.new, today))
    asked = [name for name, answer in answers.items() if answer.digest]
    yield f"{len(asked)} of {len(answers)} images looked up, {len(changed)} changed"
    yield from (
        f"not looked up, unchanged: {name}: {answer.problem}" for name, answer in answers.items() if answer.problem
    )


def _known(name: str, pinned: Mapping[str, Pin]) -> str:
    if name not in pinned:
        near = get_close_matches(name, pinned, 1) or sorted(pinned)
        raise Failure(f"no image `{name}` is pinned", f"choose {', '.join(near)}")
    return name
