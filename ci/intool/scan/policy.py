"""The policy of the scan gate: which findings make it fail. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ci.intool.common.json_reader import Json
from ci.intool.policy import SEVERITIES
from ci.intool.scan import licenses
from ci.intool.scan.results import Package


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Which findings make the gate fail.

    Attributes:
        severity: the lowest that does: ``low``, ``medium``, ``high`` or ``critical``.
        unfixed: whether a vulnerability without a fix does.
        new_only: whether only what the last release did not have does. Secrets, and what is known to be exploited, fail
            all the same.
        licenses_denied: globs of SPDX ids.
        licenses_allowed: globs of ``package@version`` or SPDX ids that are taken nevertheless.
        exploited: ids of vulnerabilities that are known to be exploited (CISA's catalogue "KEV"); they fail whatever
            their severity, with a fix or without.
    """

    severity: str = "high"
    unfixed: bool = False
    new_only: bool = False
    licenses_denied: tuple[str, ...] = licenses.DENIED
    licenses_allowed: tuple[str, ...] = ()
    exploited: frozenset[str] = frozenset()

    def denied(self, package: Package) -> list[str]:
        """The licences of a package that are denied."""
        if any(fnmatchcase(str(package), glob) for glob in self.licenses_allowed):
            return []
        return [one for one in package.licenses if licenses.denied(one, self._refused)]

    def _refused(self, license_id: str) -> bool:
        return licenses.matches(license_id, self.licenses_denied) and not licenses.matches(
            license_id, self.licenses_allowed
        )


def rules(given: Mapping[str, Any]) -> Rules:
    """The policy that was given; what it leaves out is the default.

    Args:
        given: ``severity``, ``unfixed``, ``new_only``, ``licenses_denied``, ``licenses_allowed`` and ``kev``.

    Raises:
        Failure: a field is unknown or malformed.
    """
    node = Json("the scan policy", given, "correct the policy in the pipeline file").object()
    node.only("severity", "unfixed", "new_only", "licenses_denied", "licenses_allowed", "kev")
    severity = node.text("severity") or Rules.severity
    if severity not in SEVERITIES[1:]:
        raise node.wrong(f"is `{severity}`, and may be {', '.join(SEVERITIES[1:])}", "severity")
    denied = node.texts("licenses_denied")
    return Rules(
        severity=severity,
        unfixed=node.flag("unfixed"),
        new_only=node.flag("new_only"),
        licenses_denied=denied if given.get("licenses_denied") is not None else Rules.licenses_denied,
        licenses_allowed=node.texts("licenses_allowed"),
        exploited=frozenset(node.texts("kev")),
    )
