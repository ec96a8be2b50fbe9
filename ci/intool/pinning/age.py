"""Whether a base is still supported, and new enough (check SC-09)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ci.intool.pinning.days import count, given
from ci.intool.pinning.ends import End, eol
from ci.intool.pinning.made import Made, made
from ci.intool.policy import Finding, verdict, waivers_from
from ci.intool.registry.image import find

CHECK = "SC-09"
LIMIT = 30
"""Days after which a base is too old."""


def age(
    reference: str,
    today: str,
    *,
    limit_days: int = LIMIT,
    checked: str = "",
    ends: Mapping[str, str] | None = None,
    waivers: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Judge the age of a base by what its registry has.

    A reproducible build, such as distroless', tells no time: then the day counts on which the registry was last seen to
    have nothing newer, since nobody can say more.

    Args:
        reference: of the base, with tag and digest.
        today: ISO 8601.
        limit_days: age in days from which it is too old.
        checked: day on which its tag was last seen to name its digest, ISO 8601; empty where that is not known.
        ends: product, such as ``node22`` or ``debian12``, to the last day of its support, ISO 8601.
        waivers: what is accepted.

    Returns:
        The verdict; "text" for people.

    Raises:
        Failure: the image cannot be read, or a day is none.
    """
    now = given(today, "today")
    told = made(find(reference), now)
    if not told and checked:
        told = Made(day=given(checked, "checked"), source="the day when its tag was last seen to name it")
    return judge(reference, told, eol(reference, ends or {}), now, limit_days=limit_days, waivers=waivers)


def judge(
    reference: str,
    told: Made | None,
    ends: Sequence[End],
    today: date,
    *,
    limit_days: int = LIMIT,
    waivers: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Judge a base by its facts. Pure; arguments and result are those of ``age``."""
    days = max(0, (today - told.day).days) if told else None
    findings = [*_ended(reference, ends, today), *_old(reference, told, days, limit_days)]
    unknown = {CHECK: "the image tells no time, and no day is known on which its tag named it"}
    report = verdict(
        findings,
        waivers_from(waivers),
        today.isoformat(),
        lambda _: True,
        checks=[CHECK],
        figures={} if days is None else {"days": days},
        skipped={} if told else unknown,
    )
    return {**report, "text": "\n".join(_lines(reference, told, days, ends))}


def _ended(reference: str, ends: Sequence[End], today: date) -> Iterator[Finding]:
    for end in ends:
        if end.day < today:
            yield Finding(
                id=CHECK,
                severity="high",
                where=reference,
                what=f"support of {end.product} ended on {end.day}",
                fix="pin a base of a release that is supported, and set `node:` to it in the pipeline file",
            )


def _old(reference: str, told: Made | None, days: int | None, limit: int) -> Iterator[Finding]:
    if told and days is not None and days >= limit:
        yield Finding(
            id=CHECK,
            severity="high",
            where=reference,
            what=f"it is {count(days)} old by {told.source} ({told.day}), and {limit} are too many",
            fix="update the pins, and build or rebase; where the tag has nothing newer, choose another tag",
        )


def _lines(reference: str, told: Made | None, days: int | None, ends: Sequence[End]) -> Iterator[str]:
    yield reference
    yield (
        f"  {count(days)} old by {told.source} ({told.day})"
        if told and days is not None
        else "  nobody tells how old it is"
    )
    yield from (f"  {end.product} is supported until {end.day}" for end in ends)
