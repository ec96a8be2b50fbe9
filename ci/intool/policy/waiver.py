"""A finding that somebody accepts for a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fnmatch import fnmatchcase

from ci.intool.common.failure import Failure
from ci.intool.policy.effect import Waived
from ci.intool.policy.finding import Finding
from ci.intool.policy.result import GateResult


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """A finding that somebody accepts for a time. Its identity is its position in the list of the pipeline file.

    Attributes:
        id: of the finding, or of the check that it breaks.
        reason: why it is accepted.
        owner: who answers for it.
        expires: last day that it holds, ISO 8601.
        where: glob of the finding's place, as it is printed.
    """

    id: str
    reason: str
    owner: str
    expires: str
    where: str = "*"

    def covers(self, finding: Finding) -> bool:
        """Whether it is about a finding."""
        return self.id in {finding.id, finding.check} and fnmatchcase(finding.place, self.where)

    def expired(self, today: str) -> bool:
        """Whether it no longer holds on a day, ISO 8601."""
        return date.fromisoformat(self.expires) < date.fromisoformat(today)

    def effect(self, number: int) -> Waived:
        """The effect of a finding that it covers.

        Args:
            number: its position in the list.
        """
        return Waived(by=key(number), owner=self.owner, until=self.expires, reason=self.reason)


def key(number: int) -> str:
    """The place of a waiver in the pipeline file.

    Args:
        number: its position in the list.
    """
    return f"waivers[{number}]"


def waivers_from(given: Iterable[Mapping[str, str]]) -> tuple[Waiver, ...]:
    """Waivers as JSON has them: all of the pipeline file, in its order.

    Raises:
        Failure: a field is missing, unknown or empty, or the day is invalid.
    """
    return tuple(_waiver(number, dict(one)) for number, one in enumerate(given))


def _waiver(number: int, fields: dict[str, str]) -> Waiver:
    try:
        waiver = Waiver(**fields)
        date.fromisoformat(waiver.expires)
    except (TypeError, ValueError) as error:
        raise Failure(f"{key(number)}: {error}", "write id, reason, owner and expires: YYYY-MM-DD") from None
    if empty := [name for name, value in asdict(waiver).items() if not value.strip()]:
        raise Failure(f"{key(number)}.{empty[0]} is empty", "say what is accepted, why, its owner, and until when")
    return waiver


def used(waivers: Sequence[Waiver], results: Iterable[GateResult]) -> dict[int, Waiver]:
    """Waivers that covered a finding, by their position in the list.

    Args:
        waivers: all of the pipeline file, in its order.
        results: of all gates.
    """
    effects = [finding.effect for result in results for finding in result.findings]
    by = {effect.by for effect in effects if isinstance(effect, Waived)}
    return {number: waiver for number, waiver in enumerate(waivers) if key(number) in by}
