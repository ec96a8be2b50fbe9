"""What gates find, where, what it means for the release, and what people accept of it. Pure."""

from ci.intool.policy.effect import Effect, NotAffected, NotJudged, Stops, Waived, Warns
from ci.intool.policy.finding import SEVERITIES, Finding, at_least, merged, not_judged
from ci.intool.policy.place import Artifact, ImagePath, Package, Place, Scenario, Setting, Source
from ci.intool.policy.result import FAILED, NOT_RUN, PASSED, WAIVED, GateResult, joined
from ci.intool.policy.verdict import judge
from ci.intool.policy.waiver import Waiver, used, waivers_from

__all__ = [
    "FAILED",
    "NOT_RUN",
    "PASSED",
    "SEVERITIES",
    "WAIVED",
    "Artifact",
    "Effect",
    "Finding",
    "GateResult",
    "ImagePath",
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
    "joined",
    "judge",
    "merged",
    "not_judged",
    "used",
    "waivers_from",
]
