"""Searches everything that a run made for the run's secrets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ci.intool.common.compress import opened, read_errors
from ci.intool.common.failure import Failure
from ci.intool.leaks.inside import located
from ci.intool.leaks.places import Source, sources
from ci.intool.leaks.secrets import MINIMUM, Needles, Secret, hidden, needles, read
from ci.intool.leaks.stream import CHUNK, Budget, Search
from ci.intool.policy import Artifact, Finding, Setting, gate_result, judging, not_judged, waivers_from

CHECK = "LAY-02"
LIMIT = 8 << 30
_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5": "zstd"}
_FIX = "revoke the secret, find what wrote it down, and give it to the build as a mounted secret only"


def search(
    places: Sequence[Mapping[str, str]],
    secrets: Sequence[Mapping[str, str]],
    waivers: Sequence[Mapping[str, str]],
    today: str,
    *,
    canaries: Sequence[str] = (),
    by: Mapping[str, Any] | None = None,
    limit: int = LIMIT,
) -> dict[str, Any]:
    """Search places for secrets; nothing is unpacked to disk, and no secret is ever printed.

    Args:
        places: each with ``name`` and ``path``, of a file, a directory, or an image layout. Of a layout all blobs are
            searched, decompressed, and so also files that a later layer deletes, and what no manifest names.
        secrets: each with ``name`` and ``path`` of the file that has it.
        waivers: as ``ci.intool.policy`` takes them.
        today: ISO 8601, the waivers' clock.
        canaries: names of those secrets that were made only to be searched for.
        by: how findings are judged (``ci.intool.policy.Judging``); default: the strictest.
        limit: bytes of one file, decompressed.

    Returns:
        ``result``, the gate's (``ci.intool.policy.GateResult``), with LAY-02.

    Raises:
        Failure: a place or secret is missing, a canary is not among the secrets, or a file is damaged or too large.
    """
    known = read(secrets)
    if lost := sorted(set(canaries) - {secret.name for secret in known}):
        raise Failure(f"canary {lost[0]} is not among the secrets", "give its file among the secrets")
    texts = needles(known)
    budgets, findings = [], list(_not_searched(known))
    for place in places:
        for source in sources(place["name"], Path(place["path"])):
            budgets.append(Budget(source.name, limit))
            findings += _leaks(source, texts, budgets[-1])
    unknown = not_judged(CHECK, "no secret was given that can be searched for")
    result = gate_result(
        "leaks",
        [*findings, *([] if texts else [unknown])],
        waivers_from(waivers),
        today,
        by=judging(by),
        checks=[CHECK],
        figures={
            "secrets": len(known),
            "canaries": len(canaries),
            "files": len(budgets),
            "bytes": sum(budget.spent for budget in budgets),
        },
    )
    return {"result": result.to_json()}


def _not_searched(secrets: Iterable[Secret]) -> Iterator[Finding]:
    for secret in secrets:
        title = f"{secret.short} of its values has fewer than {MINIMUM} bytes and was not searched for"
        if not secret.values:
            title = f"not searched for: it has no value of {MINIMUM} bytes or more"
        if secret.short or not secret.values:
            where = Setting(key=f"secret {secret.name}")
            fix = "use a longer secret"
            yield Finding(id=CHECK, severity="low", where=where, title=title, fix=fix, rule="secret-too-short")


def _leaks(source: Source, texts: Needles, budget: Budget) -> Iterator[Finding]:
    """The secrets in a file: each secret and form once for each path."""
    with source.path.open("rb") as file:
        kind = _MAGIC.get(file.read(2), "")
    search = Search(texts, budget)
    with _damaged(source, kind), opened(source.path, kind) if kind else source.path.open("rb") as file:
        while chunk := file.read(CHUNK):
            search.feed(chunk)
    name = source.name.encode(errors="surrogateescape")
    found = [(text, "", "in its name") for text in texts if text in name]
    for hit, path in located(source.path, kind, search.hits) if search.hits else ():
        found.append((hit.text, path, f"at byte {hit.offset}{', in gzip' if hit.inside else ''}"))
    seen = set()
    for text, path, at in found:
        secret, form = texts[text]
        where = Artifact(name=hidden(source.name, texts), path=hidden(path, texts))
        if (secret, form, where) not in seen:
            seen.add((secret, form, where))
            title = f"secret {secret} is in it, {form}, {at}"
            yield Finding(id=CHECK, severity="critical", where=where, title=title, fix=_FIX)


@contextmanager
def _damaged(source: Source, kind: str) -> Iterator[None]:
    try:
        yield
    except read_errors(kind) as error:
        raise Failure(f"{source.name} cannot be read to its end: {error}", "fetch or make it again") from None
