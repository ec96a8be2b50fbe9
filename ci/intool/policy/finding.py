"""One thing that is wrong."""

from dataclasses import dataclass

SEVERITIES = ("unknown", "low", "medium", "high", "critical")
"""From the mildest to the worst, as Trivy and CVSS 3.1 name them."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        id: a check's (``CFG-01``), a vulnerability's (``CVE-…``), a licence's (SPDX), or a rule's of Semgrep.
        severity: one of ``SEVERITIES``.
        where: path, ``name@version``, key of the configuration, or ``file:line``.
        what: one sentence without full stop.
        fix: the next step.
        check: the check that it breaks; empty where ``id`` is one itself.
    """

    id: str
    severity: str
    where: str
    what: str
    fix: str = ""
    check: str = ""

    def __str__(self) -> str:
        return f"{self.id} ({self.severity}) {self.where}: {self.what}"


def at_least(severity: str, limit: str) -> bool:
    """Whether a severity is as bad as another one, or worse."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(limit)
