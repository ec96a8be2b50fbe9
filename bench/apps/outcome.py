"""What a run of `publish` gave, read from its output, and whether that is what is expected. Pure."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from bench.apps.catalogue import REFUSED, App

PUBLISHED, REFUSED_RIGHT, WRONG = "published", "refused", "wrong"
LATE = "no answer within the deadline"
"""Error of a run that was ended by it."""

HOSTS = {"cause.host", "cause.loopback", "cause.prisma-engine", "cause.no-binary"}
"""Causes of a build that asks a host."""

MACHINE = {*HOSTS, "cause.no-package", "cause.font", "cause.certificate"}
"""Causes that are the machine's of the run, whatever the list says: it lacks a package or a host."""

VULNERABILITIES = {"source", "scan"}
"""Gates that find vulnerable packages."""

_LEAST = 10
"""Letters that a message must have beside its facts, to be recognised by them."""

_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_ERROR = re.compile(r"^(?:! |Error: )*ci\.errors\.\w+: ", re.MULTILINE)
_END = re.compile(r"\[traceparent:[^\]]*\]\s*\Z")
_FACT = re.compile(r"\{\w+\}")
_DIGEST = re.compile(r"\A\S+@(sha256:[0-9a-f]{64})\s*$", re.MULTILINE)
_SIZE = re.compile(r"^ *linux/\S+ +([\d.]+) MB compressed", re.MULTILINE)
_PAYLOAD = re.compile(r"^ *payload +([\d.]+) MB(?: of ([\d.]+) MB)?", re.MULTILINE)
_SCORE = re.compile(r"^ *score +(\d+) of 100", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One run.

    Attributes:
        verdict: ``published``, ``refused`` (as expected), or ``wrong``.
        seconds: of the whole call.
        digest: of the image; empty where nothing was published.
        size: compressed size of the image in MB; None where nothing was published.
        payload: MB of the app's files in the image.
        standalone: MB of Next.js' own standalone output with the static files.
        score: of 100.
        ids: messages (`ci/messages.toml`) that the error has.
        error: the error's text; empty where there is none.
    """

    verdict: str
    seconds: float
    digest: str = ""
    size: float | None = None
    payload: float | None = None
    standalone: float | None = None
    score: int | None = None
    ids: tuple[str, ...] = ()
    error: str = ""

    def to_json(self) -> dict[str, Any]:
        """As stored."""
        return asdict(self)

    def again(self, app: App, templates: Mapping[str, str]) -> "Outcome":
        """Judged by what is expected now."""
        if self.digest:
            wanted = app.expect != REFUSED or app.machine
            return replace(self, verdict=PUBLISHED if wanted else WRONG)
        ids = ids_of(self.error, templates)
        right = refused_rightly(app, ids, self.error)
        return replace(self, ids=ids, verdict=REFUSED_RIGHT if right else WRONG)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """From what was stored."""
        return cls(**{**values, "ids": tuple(values["ids"])})


@dataclass(frozen=True, kw_only=True)
class Call:
    """What one call left.

    Attributes:
        code: exit code; None where the deadline ended it.
        seconds: it took.
        printed: its output.
        log: its progress and errors.
        stored: whether the registry has a manifest of that digest.
    """

    code: int | None
    seconds: float
    printed: str = ""
    log: str = ""
    stored: frozenset[str] = field(default_factory=frozenset)


def judged(app: App, call: Call, templates: Mapping[str, str]) -> Outcome:
    """The outcome of a call.

    Args:
        app: what is expected.
        call: what happened.
        templates: texts of all messages by id, with facts in braces.
    """
    found = _DIGEST.search(plain(call.printed))
    digest = found[1] if found and call.code == 0 else ""
    if digest in call.stored:
        outcome = Outcome(verdict=PUBLISHED, seconds=call.seconds, digest=digest, **_figures(call))
    else:
        error = LATE if call.code is None else error_of(call.log)
        outcome = Outcome(verdict=WRONG, seconds=call.seconds, error=error)
    return outcome.again(app, templates)


def refused_rightly(app: App, ids: tuple[str, ...], error: str) -> bool:
    """Whether a refusal is the expected one: by its message, by the advisory alone, or by the name of a host."""
    if by_host(app, ids, error):
        return True
    if app.finding:
        gates = set(error.partition(" failed, so ")[0].split(", "))
        return app.cause in ids and app.finding in error and gates <= VULNERABILITIES
    return app.expect == REFUSED and app.cause in ids


def by_host(app: App, ids: tuple[str, ...], error: str) -> bool:
    """Whether an app is refused since the engine does not reach the host that the list names."""
    return bool(app.host and app.host in error and HOSTS & set(ids))


def by_machine(app: App, outcome: Outcome) -> bool:
    """Whether a refusal says nothing of the app: the machine of the run lacks a package or a host."""
    refused = outcome.verdict == REFUSED_RIGHT
    return refused and (bool(app.machine) or by_host(app, outcome.ids, outcome.error))


def published(outcome: Outcome) -> bool:
    """Whether there is an image, as expected."""
    return outcome.verdict == PUBLISHED


def plain(text: str) -> str:
    """Without a terminal's colours."""
    return _COLOUR.sub("", text)


def error_of(log: str) -> str:
    """The last error in a log, without what the CLI adds; else the log's last lines."""
    text = plain(log)
    starts = [found.end() for found in _ERROR.finditer(text)]
    if not starts:
        return "\n".join(text.strip().splitlines()[-15:])
    return _END.sub("", text[starts[-1] :].strip()).strip()


def ids_of(error: str, templates: Mapping[str, str]) -> tuple[str, ...]:
    """Ids of the messages that a text has."""
    return tuple(name for name, text in templates.items() if (found := _pattern(text)) and found.search(error))


def _pattern(template: str) -> re.Pattern[str] | None:
    parts = _FACT.split(template)
    if sum(len(part.strip()) for part in parts) < _LEAST:
        return None
    return re.compile(r"[^\n]*?".join(re.escape(part.rstrip("\n")) for part in parts))


def _figures(call: Call) -> dict[str, Any]:
    printed = plain(call.printed)
    size, payload, score = (pattern.search(printed) for pattern in (_SIZE, _PAYLOAD, _SCORE))
    return {
        "size": float(size[1]) if size else None,
        "payload": float(payload[1]) if payload else None,
        "standalone": float(payload[2] or payload[1]) if payload else None,
        "score": int(score[1]) if score else None,
    }
