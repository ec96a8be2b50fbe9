"""The one table of what stops a release, ``policy.toml``. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REPORT, STANDARD, STRICT = "report", "standard", "strict"
POLICIES = (REPORT, STANDARD, STRICT)
"""From the one that stops least to the one that stops most."""

LEVELS: Mapping[str, tuple[str, ...]] = {
    "always": POLICIES,
    "standard": (STANDARD, STRICT),
    "strict": (STRICT,),
    "never": (),
}
"""A level of the table to the policies in which it stops."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row of the table.

    Attributes:
        id: of a check or a finding, or a kind of findings of a scanner.
        stops: one of ``LEVELS``.
        new: the same for what is new; that of ``stops`` where it makes no difference.
        why: the reason, without a full stop.
        what: what such a finding is; empty for a check.
        check: the check that it breaks; empty if ``id`` is one itself, or it breaks none.
        limit: whether an explicit ``scan.severity`` decides in place of ``stops`` and ``new``.
    """

    id: str
    stops: str
    new: str
    why: str
    what: str = ""
    check: str = ""
    limit: bool = False

    def __post_init__(self) -> None:
        if not {self.stops, self.new} <= LEVELS.keys():
            raise ValueError(f"policy.toml: {self.id} has an unknown level")

    def holds(self, policy: str, *, new: bool) -> bool:
        """Whether it stops a release.

        Args:
            policy: one of ``POLICIES``.
            new: whether the finding is new.
        """
        return policy in LEVELS[self.new if new else self.stops]


RULES: Mapping[str, Rule] = {
    name: Rule(id=name, **{"new": fields["stops"], **{key: value for key, value in fields.items() if key != "ids"}})
    for fields in tomllib.loads((Path(__file__).parent / "policy.toml").read_text("utf-8"))["rule"]
    for name in fields["ids"]
}
"""Id to its row, in the order of the table."""
