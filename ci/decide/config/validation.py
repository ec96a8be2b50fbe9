"""What a value must be, beside its type: one table that reading, the JSON Schema and the reference use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from ci.decide.config.model import PLATFORMS, VERSION
from ci.decide.project.node import NODE
from ci.intool.policy import POLICIES, SEVERITIES


class Rule(Protocol):
    """A condition that values of a key meet."""

    @property
    def fix(self) -> str:
        """What to write."""

    def broken(self, value: Any, /) -> str:
        """What is wrong with a value; empty where nothing is."""

    def schema(self) -> dict[str, Any]:
        """The same in JSON Schema."""


@dataclass(frozen=True)
class Range:
    """A number from ``least`` to ``most``."""

    least: int
    most: int

    @property
    def fix(self) -> str:
        """Both ends."""
        return f"use {self.least} to {self.most}"

    def broken(self, value: int) -> str:
        """Whether it is outside."""
        return "" if self.least <= value <= self.most else f"{value} is out of range"

    def schema(self) -> dict[str, Any]:
        """Both ends."""
        return {"minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class OneOf:
    """One of a few values; among text, the empty one means the default."""

    choices: tuple[Any, ...]

    @property
    def fix(self) -> str:
        """All of them."""
        *others, last = [str(choice) for choice in self.choices if choice != ""]
        return f"use {', '.join(others)} or {last}" if others else f"use {last}"

    def broken(self, value: Any) -> str:
        """Whether it is another one."""
        return "" if value in self.choices else f"`{value}` is not supported"

    def schema(self) -> dict[str, Any]:
        """All of them; digits may be written without quotes."""
        numbers = [int(choice) for choice in self.choices if isinstance(choice, str) and choice.isdigit()]
        return {"enum": [*self.choices, *numbers]}


@dataclass(frozen=True)
class Matches:
    """Text of a form. What breaks it is not repeated in messages: it may hold a password.

    Attributes:
        pattern: of the whole text, in the syntax that Python and ECMA-262 share.
        form: what such text is.
        fix: what to write.
    """

    pattern: str
    form: str
    fix: str

    def broken(self, value: str) -> str:
        """Whether it has another form."""
        return "" if re.fullmatch(self.pattern, value) else f"expected {self.form}"

    def schema(self) -> dict[str, Any]:
        """The pattern."""
        return {"type": "string", "pattern": self.pattern}


@dataclass(frozen=True)
class Day:
    """A day of the calendar, ISO 8601 (``YYYY-MM-DD``)."""

    fix: str
    pattern: str = r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$"

    def broken(self, value: str) -> str:
        """Whether it has another form, or no month has such a day."""
        if not re.fullmatch(self.pattern, value):
            return "expected a day"
        try:
            date.fromisoformat(value)
        except ValueError:
            return f"{value} is not a day of the calendar"
        return ""

    def schema(self) -> dict[str, Any]:
        """The form; ``date`` is a day of the calendar (RFC 3339, ``full-date``) to validators that know it."""
        return {"type": "string", "format": "date", "pattern": self.pattern}


SECONDS = Range(1, 86400)
STATUS = Range(100, 599)
TEXT = Matches(r"^[\s\S]*\S[\s\S]*$", "text that is not blank", "write some text")

RULES: Mapping[str, Rule] = {
    "version": OneOf((VERSION,)),
    "app": Matches(
        r"^(?!/)(?!(?:.*/)?\.\.(?:/|$))[^\\\n]*$",
        "a directory below the source",
        "write a relative path without `..`, such as apps/web",
    ),
    "policy": OneOf(POLICIES),
    "node": OneOf(("", *NODE)),
    "platforms[]": OneOf(PLATFORMS),
    "mirrors.npm": Matches(
        r"^(?:https?://[^\s/@?#]+(?:/[^\s@?#]*)?)?$",
        "the URL of a registry without credentials",
        "write https://HOST/PATH/, and pass a token with --npmrc",
    ),
    "install.allow-scripts[]": Matches(
        r"^(?:@[A-Za-z0-9_~-][A-Za-z0-9._~-]*/)?[A-Za-z0-9_~][A-Za-z0-9._~-]*$",
        "the name of a package",
        "write the name alone, such as better-sqlite3",
    ),
    "install.hosts[]": Matches(
        r"^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?$",
        "a host without scheme and path",
        "write the host alone, such as npm.example.com",
    ),
    "build.generate[]": TEXT,
    "build.google-fonts": OneOf(("fontsource", "google")),
    "build.fonts.*": Matches(
        r"^@fontsource(?:-variable)?/[a-z0-9][a-z0-9-]*@[0-9]+\.[0-9]+\.[0-9]+ sha512-[A-Za-z0-9+/]{86}==$",
        "a package of Fontsource with version and checksum",
        "write what `dagger call config fonts` prints",
    ),
    "runtime.serve": OneOf(("", "server", "static")),
    "runtime.port": Range(1, 65535),
    "runtime.user": Range(1, 2**31 - 1),
    "runtime.health.path": Matches(r"^/\S*$", "a path", "begin it with `/`, such as /api/health"),
    "runtime.health.status": STATUS,
    "runtime.health.interval": SECONDS,
    "runtime.health.timeout": SECONDS,
    "runtime.health.start-period": Range(0, 86400),
    "runtime.health.retries": Range(1, 1000),
    "runtime.side.port": Range(1024, 65535),
    "runtime.side.delay": Range(0, 3600),
    "runtime.side.deadline": Range(1, 3600),
    "smoke.deadline": SECONDS,
    "smoke.scenarios[].requests[].path": Matches(
        r"^(?:/|\{chunk\})\S*$", "a path", "begin it with `/`, or write {chunk} for a static chunk"
    ),
    "smoke.scenarios[].requests[].status": STATUS,
    "load.routes[].path": Matches(
        r"^(?:/|\{chunk\})\S*$", "a path", "begin it with `/`, or write {chunk} for a static chunk"
    ),
    "load.routes[].weight": Range(1, 1000),
    "load.routes[].method": Matches(r"^[A-Z]+$", "an HTTP method", "write it in capitals, such as POST"),
    "load.routes[].status": STATUS,
    "load.rate": Range(0, 100_000),
    "load.connections": Range(1, 10_000),
    "load.warmup": Range(0, 3600),
    "load.duration": Range(1, 86400),
    "load.timeout": Range(2, 600),
    "load.thresholds.p95": Range(1, 600_000),
    "load.thresholds.errors": Range(0, 10_000),
    "load.thresholds.growth": Range(0, 1_000_000),
    "load.thresholds.ratio": Range(100, 10_000),
    "harden.budget": Range(0, 100_000),
    "harden.memory": Range(0, 1_000_000),
    "harden.base-age": Range(1, 3650),
    "scan.severity": OneOf(("", *SEVERITIES[1:])),
    "scan.database-age": Range(1, 8760),
    "waivers[].id": TEXT,
    "waivers[].reason": TEXT,
    "waivers[].owner": TEXT,
    "waivers[].expires": Day("write the last day of the waiver, such as 2026-12-31"),
    "waivers[].where": TEXT,
    "baseline.owner": TEXT,
    "baseline.findings[].id": TEXT,
    "baseline.findings[].until": Day("write the last day on which it is accepted, such as 2026-12-31"),
    "release.signature": OneOf(("optional", "required")),
    "release.cache-size": Range(1, 1_000_000),
    "release.compression": OneOf(("gzip", "zstd")),
}
"""By key path; ``[]`` means any item of a list, ``*`` any name of a mapping."""
