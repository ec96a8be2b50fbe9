"""The age of Trivy's vulnerability database, from its ``metadata.json``."""

from datetime import UTC, datetime
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import Json, loaded

SCHEMA = 2
"""Version of the database's format that Trivy 0.74 reads."""

FRESH = "fetch the database again, from the mirror that follows ghcr.io/aquasecurity/trivy-db:2"
_SKEW_HOURS = 0.25
"""How far clocks may differ."""


def database(metadata: str, now: str, limit_hours: float = 24, *, stand_in: bool = False) -> dict[str, Any]:
    """The age of a database; one that is too old is refused.

    Args:
        metadata: its file ``metadata.json``.
        now: ISO 8601, with the time zone.
        limit_hours: the greatest age; ``UpdatedAt`` is when the advisories were gathered.
        stand_in: whether it is known to be no full database, as on a machine without a network: any age is accepted.

    Returns:
        ``updated`` (ISO 8601), ``age_hours``, ``version``, ``stand_in``, and ``text`` for people.

    Raises:
        Failure: the file is absent or malformed, of another format, from the future, or older than the limit.
    """
    return aged(
        loaded(metadata, "the vulnerability database's metadata.json", FRESH), now, limit_hours, stand_in=stand_in
    )


def aged(metadata: Json, now: str, limit_hours: float = 24, *, stand_in: bool = False) -> dict[str, Any]:
    """The age of a database whose metadata was read; see ``database``."""
    version = metadata.number("Version")
    if version != SCHEMA:
        raise metadata.wrong(f"is {version}, and Trivy reads {SCHEMA}", "Version")
    updated = _time(metadata)
    age = (datetime.fromisoformat(now) - updated).total_seconds() / 3600
    if age < -_SKEW_HOURS:
        raise Failure(f"the vulnerability database is from the future: {updated.isoformat()}", "set the clock right")
    age = max(age, 0.0)
    if age > limit_hours and not stand_in:
        raise Failure(
            f"the vulnerability database is {age:.0f} hours old ({updated.isoformat()}), and may be {limit_hours:g}",
            FRESH,
        )
    kind = "stand-in for the vulnerability database" if stand_in else "vulnerability database"
    return {
        "updated": updated.isoformat(),
        "age_hours": round(age, 1),
        "version": version,
        "stand_in": stand_in,
        "text": f"{kind} of {updated.isoformat()}, {age:.0f} hours old",
    }


def _time(metadata: Json) -> datetime:
    """RFC 3339 as Go writes it: up to nine digits of a second, of which Python 3.11 and newer keep six."""
    text = metadata.text("UpdatedAt", needed=True)
    try:
        written = datetime.fromisoformat(text)
        time = written.astimezone(UTC) if written.tzinfo else None
    except (ValueError, OverflowError):
        time = None
    if not time or time.year < 2000:  # noqa: PLR2004  Go writes the year 1 for a time that was never set
        raise metadata.wrong(f"is `{text[:40]}`, which is not a time", "UpdatedAt")
    return time.replace(microsecond=0)
