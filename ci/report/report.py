"""The report of a run: what was judged, and what the gates found. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ci.intool.policy import GateResult
from ci.intool.policy.codec import decode, encode
from ci.report.compliance import outcomes, score
from ci.report.timeline import Row

VERSION = 1
"""Of the form of ``report.json``; a field that is added does not change it."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What was judged.

    Attributes:
        name: of the app.
        digest: of the image's index.
        platforms: of the image.
        revision: commit of the source; empty where that is not known.
        time: when it was judged, RFC 3339.
    """

    name: str
    digest: str
    platforms: tuple[str, ...]
    revision: str
    time: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """The results of all gates on one image and its source.

    Attributes:
        version: of this form.
        subject: what was judged.
        policy: that decided what stops the release: ``report``, ``standard`` or ``strict``.
        passed: whether nothing stops the release.
        failed: names of the gates that stop it.
        score: points of 100, by the checks that passed.
        checks: id of each check that counts to its outcome (``passed``, ``failed``, ``waived``, ``not run``).
        gates: results of all gates, in order.
        timeline: steps and gates of the run in the order in which they started, each below the step around it.
    """

    version: int
    subject: Subject
    policy: str
    passed: bool
    failed: tuple[str, ...]
    score: int
    checks: Mapping[str, str]
    gates: tuple[GateResult, ...]
    timeline: tuple[Row, ...]

    @classmethod
    def of(cls, subject: Subject, gates: Sequence[GateResult], policy: str, timeline: Sequence[Row] = ()) -> "Report":
        """From the results of a run, the policy that they were judged by, and what ran when."""
        failed = tuple(gate.name for gate in gates if not gate.passed)
        found = outcomes(gates)
        return cls(
            version=VERSION,
            subject=subject,
            policy=policy,
            passed=not failed,
            failed=failed,
            score=score(found),
            checks=found,
            gates=tuple(gates),
            timeline=tuple(timeline),
        )

    def to_json(self) -> dict[str, Any]:
        """As ``report.json`` has it."""
        document: dict[str, Any] = encode(self)
        return document

    @classmethod
    def from_json(cls, document: object) -> "Report":
        """The same value from ``to_json``.

        Raises:
            Failure: a field is missing, unknown, or not what it should be; names its place.
        """
        report: Report = decode(cls, document, "report")
        return report
