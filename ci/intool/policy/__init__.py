"""What gates find, what people accept of it, and the verdict. Pure; imports nothing but itself."""

from ci.intool.policy.finding import SEVERITIES, Finding, at_least
from ci.intool.policy.verdict import verdict
from ci.intool.policy.waiver import Waiver, used, waivers_from

__all__ = ["SEVERITIES", "Finding", "Waiver", "at_least", "used", "verdict", "waivers_from"]
