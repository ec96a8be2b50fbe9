"""Whether a base is still supported, and new enough (check SC-09).

An old base breaks it only if a newer one is available, so that there is something to do about it.
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
from ci.intool.policy import Artifact, Finding, Judging, gate_result, judging, not_judged, waivers_from
from ci.intool.registry.client import Repository
from ci.intool.registry.image import find

CHECK = "SC-09"
NOTICE = "base-notice"
"""Row of the table of policies for what nothing can be done about yet."""

LIMIT = 30
"""Days after which a base is too old."""

AHEAD = timedelta(days=60)
"""How long before the end of a product's support the warning begins."""

SEEN = "the day on which its tag was last seen to have its digest"


@dataclass(frozen=True, kw_only=True)
class Tag:
    """The tag of a base as the registry has it now.

    Attributes:
        name: reference with tag.
        digest: of the image that it names; empty if that is not known.
        trouble: why the digest is not known; empty if it is.
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
    by: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Check the age of a base, with the current state of its registry.

    A reproducible image, such as distroless', has no creation time. Its age counts from the day on which its tag was
    last seen to have its digest: today, if it still has.

    Args:
        reference: of the base, with tag and digest.
        today: ISO 8601.
        limit_days: age in days from which it is too old.
        checked: day on which its tag was last seen to have its digest, ISO 8601; empty if that is not known.
        ends: product, such as ``node22`` or ``debian12``, to the last day of its support, ISO 8601.
        named: whether the base is from the pipeline file; else (default) it is a pin of this pipeline.
        waivers: accepted findings.
        by: how findings are judged (``ci.intool.policy.Judging``); default: the strictest.

    Returns:
        ``result``, the gate's (``ci.intool.policy.GateResult``); ``text`` for people.

    Raises:
        Failure: the image cannot be read, or a day is invalid.
    """
    now, seen = given(today, "today"), given(checked, "checked") if checked else None
    made_on, tag = made(find(reference), now), now_named(reference)
    if not made_on and tag.digest == reference.rpartition("@")[2]:
        made_on = Made(day=now, source=SEEN)
    if not made_on and seen:
        made_on = Made(day=seen, source=SEEN)
    known = eol(reference, ends or {})
    rules = judging(by)
    return age_of(reference, made_on, tag, known, now, limit_days=limit_days, named=named, waivers=waivers, by=rules)


def now_named(reference: str) -> Tag:
    """Look up the digest of a base's tag in its registry; if that fails, the reason is returned.

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


def age_of(
    reference: str,
    made_on: Made | None,
    tag: Tag,
    ends: Sequence[End],
    today: date,
    *,
    limit_days: int = LIMIT,
    named: bool = False,
    waivers: Sequence[Mapping[str, str]] = (),
    by: Judging | None = None,
) -> dict[str, Any]:
    """The result for a base with known facts. Pure; arguments and result are those of ``age``."""
    days = max(0, (today - made_on.day).days) if made_on else None
    findings = [*_ended(reference, ends, today), *_old(reference, made_on, days, limit_days, tag, named=named)]
    why = f"it has no creation time, no day is known on which its tag had its digest, and {tag.trouble}"
    result = gate_result(
        "base",
        [*findings, *([] if made_on or tag.digest or findings else [not_judged(CHECK, why)])],
        waivers_from(waivers),
        today.isoformat(),
        by=by,
        checks=[CHECK],
        figures={} if days is None else {"days": days},
    )
    return {"result": result.to_json(), "text": "\n".join(_lines(reference, made_on, days, tag, ends))}


def _finding(reference: str, title: str, fix: str, *, due: bool) -> Finding:
    return Finding(
        id=CHECK,
        severity="medium" if due else "low",
        title=title,
        where=Artifact(name=reference),
        fix=fix,
        rule="" if due else NOTICE,
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
        yield _finding(reference, title, fix, due=end.day < today)


def _old(
    reference: str, made_on: Made | None, days: int | None, limit: int, tag: Tag, *, named: bool
) -> Iterator[Finding]:
    newer = bool(tag.digest) and not reference.endswith(f"@{tag.digest}")
    if made_on and days is not None:
        if days < limit:
            return
        title = f"it is {count(days)} old by {made_on.source} ({made_on.day}), and the limit is {count(limit)}"
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
    yield _finding(reference, title, _fix(tag, newer=newer, named=named), due=newer and made_on is not None)


def _fix(tag: Tag, *, newer: bool, named: bool) -> str:
    if not newer:
        return "set `runtime.base` to an image by another tag, if there is a newer one"
    step = f"set `runtime.base: {tag.name}@{tag.digest}` in the pipeline file, and build or `rebase`"
    return step if named else f"use a newer version of this pipeline, or {step}"


def _lines(reference: str, made_on: Made | None, days: int | None, tag: Tag, ends: Sequence[End]) -> Iterator[str]:
    yield reference
    yield (
        f"  {count(days)} old by {made_on.source} ({made_on.day})"
        if made_on and days is not None
        else "  its age is not known"
    )
    if tag.digest:
        yield f"  its tag has {'this digest' if reference.endswith(f'@{tag.digest}') else tag.digest}"
    yield from (f"  {end.product} is supported until {end.day}" for end in ends)
