"""The effect of a finding on the release."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Stops:
    """Nothing is released."""

    kind: ClassVar[str] = "stops"


@dataclass(frozen=True, kw_only=True)
class Warns:
    """It is reported, and stops nothing."""

    kind: ClassVar[str] = "warns"


@dataclass(frozen=True, kw_only=True)
class Waived:
    """A waiver of the pipeline file accepts it.

    Attributes:
        by: key of the waiver, ``waivers[N]``.
        owner: who answers for it.
        until: last day that it holds, ISO 8601.
        reason: why it is accepted.
    """

    kind: ClassVar[str] = "waived"
    by: str
    owner: str
    until: str
    reason: str

    def __str__(self) -> str:
        return f"{self.by} until {self.until} by {self.owner}: {self.reason}"


@dataclass(frozen=True, kw_only=True)
class NotAffected:
    """A VEX document declares that it does no harm here; its check passes.

    Attributes:
        document: name of it.
        status: ``not_affected`` or ``fixed``, as OpenVEX names them.
        reason: its justification; may be empty.
    """

    kind: ClassVar[str] = "not-affected"
    document: str
    status: str
    reason: str = ""

    def __str__(self) -> str:
        description = ": ".join(part.replace("_", " ") for part in (self.status, self.reason) if part)
        return f"{description}, by {self.document}"


@dataclass(frozen=True, kw_only=True)
class NotJudged:
    """Its check could not be made.

    Attributes:
        why: the reason.
    """

    kind: ClassVar[str] = "not-judged"
    why: str

    def __str__(self) -> str:
        return self.why


Effect = Stops | Warns | Waived | NotAffected | NotJudged

ORDER = (Stops, Warns, Waived, NotAffected, NotJudged)
"""The order in which findings are reported."""
