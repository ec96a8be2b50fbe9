"""Results of gates: findings, their places, their effects on the release, and waivers. Pure."""

from ci.intool.policy.baseline import BaselineEntry
from ci.intool.policy.effect import Effect, NotAffected, NotJudged, Stops, Waived, Warns
from ci.intool.policy.finding import SEVERITIES, Finding, at_least, merged, not_judged, ordered
from ci.intool.policy.judging import Judging, decided, judging
from ci.intool.policy.place import Artifact, ImagePath, Package, Place, Scenario, Setting, Source
from ci.intool.policy.result import FAILED, NOT_RUN, PASSED, WAIVED, GateResult, joined
from ci.intool.policy.table import POLICIES, REPORT, STANDARD, STRICT
from ci.intool.policy.verdict import gate_result
from ci.intool.policy.waiver import Waiver, used, waivers_from

__all__ = [
    "FAILED",
    "NOT_RUN",
    "PASSED",
    "POLICIES",
    "REPORT",
    "SEVERITIES",
    "STANDARD",
    "STRICT",
    "WAIVED",
    "Artifact",
    "BaselineEntry",
    "Effect",
    "Finding",
    "GateResult",
    "ImagePath",
    "Judging",
    "NotAffected",
    "NotJudged",
    "Package",
    "Place",
    "Scenario",
    "Setting",
    "Source",
    "Stops",
    "Waived",
    "Waiver",
    "Warns",
    "at_least",
    "decided",
    "gate_result",
    "joined",
    "judging",
    "merged",
    "not_judged",
    "ordered",
    "used",
    "waivers_from",
]
