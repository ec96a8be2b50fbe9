"""Whether a base is still supported, and new enough (check SC-09).

An old base is a warning. It fails only if a newer one is available, so that there is something to do about it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.reference import split
from ci.intool.pinning.days import count, given
from ci.intool.pinning.ends import End, eol
from ci.intool.pinning.made import Made, made
from ci.intool.policy import Artifact, Finding, Stops, Warns, not_judged, waivers_from
from ci.intool.policy import judge as result_of
from ci.intool.registry.client import Repository
from ci.intool.registry.image import find

CHECK = "SC-09"
LIMIT = 30
"""Days after which a base is too old."""

AHEAD = timedelta(days=60)
"""How long before the end of its support a product is warned of."""

SEEN = "the day on which its tag was last seen to have its digest"


@dataclass(frozen=True, kw_only=True)
class Tag:
    """The tag of a base as the registry has it now.

    Attributes:
        name: reference with tag.
        digest: of the image that it names; empty if that is not known.
        trouble: why it is not known.
    """

    name: str
    digest: str = ""
    trouble: str = ""


def age(
    reference: str,
    today: str,
    *,
    limit_days: int = LIMIT,
    checked: str = "",
    ends: Mapping[str, str] | None = None,
    named: bool = False,
    waivers: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Judge the age of a base by what its registry has.

    A reproducible image, such as distroless', has no creation time. Its age counts from the day on which its tag was
    last seen to have its digest: today, if it still has.

    Args:
        reference: of the base, with tag and digest.
        today: ISO 8601.
        limit_days: age in days from which it is too old.
        checked: day on which its tag was last seen to have its digest, ISO 8601; empty if that is not known.
        ends: product, such as ``node22`` or ``debian12``, to the last day of its support, ISO 8601.
        named: whether the pipeline file names it; else it is a pin of this pipeline.
        waivers: what is accepted.

    Returns:
        ``result``, the gate's (``ci.intool.policy.GateResult``); ``text`` for people.

    Raises:
        Failure: the image cannot be read, or a day is none.
    """
    now, seen = given(today, "today"), given(checked, "checked") if checked else None
    told, tag = made(find(reference), now), now_named(reference)
    if not told and tag.digest == reference.rpartition("@")[2]:
        told = Made(day=now, source=SEEN)
    if not told and seen:
        told = Made(day=seen, source=SEEN)
    return judge(
        reference, told, tag, eol(reference, ends or {}), now, limit_days=limit_days, named=named, waivers=waivers
    )


def now_named(reference: str) -> Tag:
    """Ask the registry for the digest of a base's tag; no answer is no failure.

    Args:
        reference: of the base, with tag and digest.
    """
    name = reference.partition("@")[0]
    repository, tag = split(name)
    try:
        digest = Repository(repository).resolve(tag)
    except Failure as failure:
        return Tag(name=name, trouble=failure.what)
    return Tag(name=name, digest=digest or "", trouble="" if digest else f"{name} is not there")


def judge(
    reference: str,
    told: Made | None,
    tag: Tag,
    ends: Sequence[End],
    today: date,
    *,
    limit_days: int = LIMIT,
    named: bool = False,
    waivers: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """Judge a base by its facts. Pure; arguments and result are those of ``age``."""
    days = max(0, (today - told.day).days) if told else None
    findings = [*_ended(reference, ends, today), *_old(reference, told, days, limit_days, tag, named=named)]
    why = f"it has no creation time, no day is known on which its tag had its digest, and {tag.trouble}"
    result = result_of(
        "base",
        [*findings, *([] if told or tag.digest or findings else [not_judged(CHECK, why)])],
        waivers_from(waivers),
        today.isoformat(),
        checks=[CHECK],
        figures={} if days is None else {"days": days},
    )
    return {"result": result.to_json(), "text": "\n".join(_lines(reference, told, days, tag, ends))}


def _finding(reference: str, title: str, fix: str, *, stops: bool) -> Finding:
    return Finding(
        id=CHECK,
        severity="high" if stops else "low",
        title=title,
        where=Artifact(name=reference),
        fix=fix,
        effect=Stops() if stops else Warns(),
    )


def _ended(reference: str, ends: Sequence[End], today: date) -> Iterator[Finding]:
    for end in ends:
        if end.day < today:
            title = f"support of {end.product} ended on {end.day}"
        elif end.day < today + AHEAD:
            title = f"support of {end.product} ends on {end.day}"
        else:
            continue
        fix = "set `node:` to a release that is supported, or `runtime.base` to a base of one"
        yield _finding(reference, title, fix, stops=end.day < today)


def _old(
    reference: str, told: Made | None, days: int | None, limit: int, tag: Tag, *, named: bool
) -> Iterator[Finding]:
    newer = bool(tag.digest) and not reference.endswith(f"@{tag.digest}")
    if told and days is not None:
        if days < limit:
            return
        title = f"it is {count(days)} old by {told.source} ({told.day}), and the limit is {count(limit)}"
    elif newer:
        title = "its tag has had another digest since an unknown day"
    else:
        return
    if newer:
        title += f"; {tag.name} is {tag.digest} now"
    elif tag.digest:
        title += f"; {tag.name} has nothing newer"
    else:
        title += f"; it is not known whether there is a newer one: {tag.trouble}"
    yield _finding(reference, title, _fix(tag, newer=newer, named=named), stops=newer and told is not None)


def _fix(tag: Tag, *, newer: bool, named: bool) -> str:
    if not newer:
        return "set `runtime.base` to an image by another tag, if there is a newer one"
    step = f"set `runtime.base: {tag.name}@{tag.digest}` in the pipeline file, and build or `rebase`"
    return step if named else f"use a newer version of this pipeline, or {step}"


def _lines(reference: str, told: Made | None, days: int | None, tag: Tag, ends: Sequence[End]) -> Iterator[str]:
    yield reference
    yield (
        f"  {count(days)} old by {told.source} ({told.day})" if told and days is not None else "  its age is not known"
    )
    if tag.digest:
        yield f"  its tag has {'this digest' if reference.endswith(f'@{tag.digest}') else tag.digest}"
    yield from (f"  {end.product} is supported until {end.day}" for end in ends)
