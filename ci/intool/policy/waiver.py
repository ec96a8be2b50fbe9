"""A finding that somebody accepts for a time."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from fnmatch import fnmatchcase

from ci.intool.common.failure import Failure
from ci.intool.policy.finding import Finding


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """A finding that somebody accepts for a time.

    Attributes:
        id: of the finding, or of the check that it breaks.
        reason: why it is accepted.
        owner: who answers for it.
        expires: last day that it holds, ISO 8601.
        where: glob of the finding's place.
    """

    id: str
    reason: str
    owner: str
    expires: str
    where: str = "*"

    def covers(self, finding: Finding) -> bool:
        """Whether it is about a finding."""
        return self.id in {finding.id, finding.check} and fnmatchcase(finding.where, self.where)

    def told(self) -> str:
        """What stands behind a finding that it covers."""
        return f"(waived until {self.expires} by {self.owner}: {self.reason})"

    def expired(self, today: str) -> bool:
        """Whether it no longer holds on a day, ISO 8601."""
        return date.fromisoformat(self.expires) < date.fromisoformat(today)


def waivers_from(given: Iterable[Mapping[str, str]]) -> tuple[Waiver, ...]:
    """Waivers as JSON has them.

    Raises:
        Failure: a field is missing, unknown or empty, or the day is none.
    """
    return tuple(_waiver(number, dict(one)) for number, one in enumerate(given))


def _waiver(number: int, fields: dict[str, str]) -> Waiver:
    try:
        waiver = Waiver(**fields)
        date.fromisoformat(waiver.expires)
    except (TypeError, ValueError) as error:
        raise Failure(f"waivers[{number}]: {error}", "write id, reason, owner and expires: YYYY-MM-DD") from None
    if empty := [name for name, value in asdict(waiver).items() if not value.strip()]:
        raise Failure(f"waivers[{number}].{empty[0]} is empty", "say what is accepted, why, by whom, and until when")
    return waiver


def used(waivers: Iterable[Waiver], lines: Iterable[str]) -> tuple[Waiver, ...]:
    """Those that covered something, by what verdicts tell of it (``waived``)."""
    told = [*lines]
    return tuple(waiver for waiver in waivers if any(line.endswith(waiver.told()) for line in told))
