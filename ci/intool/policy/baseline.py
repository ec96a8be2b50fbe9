"""The baseline: what is found today and accepted until a day. An entry names no line, which would move. Pure."""

from dataclasses import dataclass
from datetime import date

from ci.intool.policy.effect import Waived
from ci.intool.policy.finding import Finding

REASON = "it was there when the baseline was written"


@dataclass(frozen=True, kw_only=True)
class BaselineEntry:
    """What is accepted: every finding of an id at one file or package.

    Attributes:
        id: of the findings.
        where: file, package without its version, or key that they are about; default: no place.
        until: last day that it holds, ISO 8601.
    """

    id: str
    until: str
    where: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is one of them; lines and versions do not matter."""
        return self.id == finding.id and self.where == finding.subject

    def expired(self, today: str) -> bool:
        """Whether it no longer holds on a day, ISO 8601."""
        return date.fromisoformat(self.until) < date.fromisoformat(today)

    def effect(self, number: int, owner: str) -> Waived:
        """The effect of a finding that it covers.

        Args:
            number: its position in the list.
            owner: who answers for the baseline.
        """
        return Waived(by=key(number), owner=owner, until=self.until, reason=REASON)


def key(number: int) -> str:
    """The place of an entry in the pipeline file.

    Args:
        number: its position in the list.
    """
    return f"baseline.findings[{number}]"
