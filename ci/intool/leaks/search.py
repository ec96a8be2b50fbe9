"""Searches everything that a run made for the run's secrets.

What is in a blob does not depend on the image around it. So blobs that seldom change can be searched apart, and once
for the same secrets.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from ci.intool.common.blob import check_digest
from ci.intool.common.compress import kind_of, opened, read_errors
from ci.intool.common.failure import Failure
from ci.intool.leaks.inside import located
from ci.intool.leaks.places import Source, sources
from ci.intool.leaks.secrets import MINIMUM, Needles, Secret, hidden, needles, read
from ci.intool.leaks.stream import CHUNK, Budget, Search
from ci.intool.policy import Artifact, Finding, Setting, gate_result, judging, not_judged, waivers_from

CHECK = "LAY-02"
LIMIT = 8 << 30
_FIX = "revoke the secret, find what wrote it down, and give it to the build as a mounted secret only"


class _Found(NamedTuple):
    """A secret in a file, without anything of the secret itself.

    Attributes:
        secret: its name.
        form: that it has.
        path: in the file; empty for none.
        at: where it is, in words.
    """

    secret: str
    form: str
    path: str
    at: str


def blobs(directory: str, secrets: Sequence[Mapping[str, str]], limit: int = LIMIT) -> dict[str, Any]:
    """Search blobs that are in no layout.

    Args:
        directory: of their files, each named by its sha256 in hex.
        secrets: as ``search`` takes them.
        limit: bytes of one file, decompressed.

    Returns:
        Name of each file to ``bytes``, how many were searched, and ``found``: name of the secret, its form, the path in
        the blob, and the place in words.

    Raises:
        Failure: a secret is missing, or a file is not what its name says, or damaged, or too large.
    """
    texts = needles(read(secrets))
    found = {}
    for path in sorted(Path(directory).iterdir()):
        check_digest(path)
        budget = Budget(f"blob {path.name}", limit)
        found[path.name] = {"found": _in_content(path, budget.name, texts, budget), "bytes": budget.spent}
    return found


def search(
    places: Sequence[Mapping[str, str]],
    secrets: Sequence[Mapping[str, str]],
    waivers: Sequence[Mapping[str, str]],
    today: str,
    *,
    canaries: Sequence[str] = (),
    known: Sequence[str] = (),
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
        known: reports of ``blobs`` on some blobs of the layouts, made with the same secrets; these are not read again.
        by: how findings are judged (``ci.intool.policy.Judging``); default: the strictest.
        limit: bytes of one file, decompressed.

    Returns:
        ``result``, the gate's (``ci.intool.policy.GateResult``), with LAY-02.

    Raises:
        Failure: a place or secret is missing, a canary is not among the secrets, or a file is damaged or too large.
    """
    given = read(secrets)
    if lost := sorted(set(canaries) - {secret.name for secret in given}):
        raise Failure(f"canary {lost[0]} is not among the secrets", "give its file among the secrets")
    texts = needles(given)
    searched = {name: one for path in known for name, one in json.loads(Path(path).read_bytes()).items()}
    budgets, findings = [], list(_not_searched(given))
    for place in places:
        for source in sources(place["name"], Path(place["path"])):
            budget = Budget(source.name, limit)
            budgets.append(budget)
            if source.blob in searched:
                check_digest(source.path)
                budget.spent = searched[source.blob]["bytes"]
                found = [_Found(*one) for one in searched[source.blob]["found"]]
            else:
                found = _in_content(source.path, source.name, texts, budget)
            findings += _leaks(source, texts, found)
    unknown = not_judged(CHECK, "no secret was given that can be searched for")
    result = gate_result(
        "leaks",
        [*findings, *([] if texts else [unknown])],
        waivers_from(waivers),
        today,
        by=judging(by),
        checks=[CHECK],
        figures={
            "secrets": len(given),
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


def _in_content(path: Path, name: str, texts: Needles, budget: Budget) -> list[_Found]:
    """The secrets in a file."""
    kind = kind_of(path)
    search = Search(texts, budget)
    with _damaged(name, kind), opened(path, kind) as file:
        while chunk := file.read(CHUNK):
            search.feed(chunk)
    return [
        _Found(*texts[hit.text], hidden(place, texts), f"at byte {hit.offset}{', in gzip' if hit.inside else ''}")
        for hit, place in (located(path, kind, search.hits) if search.hits else ())
    ]


def _leaks(source: Source, texts: Needles, found: Iterable[_Found]) -> Iterator[Finding]:
    """The secrets in a file and its name: each secret and form once for each path."""
    name = source.name.encode(errors="surrogateescape")
    in_name = [_Found(*texts[text], "", "in its name") for text in texts if text in name]
    seen = set()
    for one in (*in_name, *found):
        if (key := one[:3]) not in seen:
            seen.add(key)
            where = Artifact(name=hidden(source.name, texts), path=one.path)
            title = f"secret {one.secret} is in it, {one.form}, {one.at}"
            yield Finding(id=CHECK, severity="critical", where=where, title=title, fix=_FIX)


@contextmanager
def _damaged(name: str, kind: str) -> Iterator[None]:
    try:
        yield
    except read_errors(kind) as error:
        raise Failure(f"{name} cannot be read to its end: {error}", "fetch or make it again") from None
