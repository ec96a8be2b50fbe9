"""What the pipeline file says of a scan's findings: fixes, licences, exploited vulnerabilities. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ci.intool.common.json_reader import Json
from ci.intool.scan import licenses
from ci.intool.scan.results import Package


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Which row of the table of policies a finding belongs to.

    Attributes:
        unfixed: whether a vulnerability without a fix is judged like one with a fix.
        licenses_denied: globs of SPDX ids.
        licenses_own: whether these are the pipeline file's.
        licenses_allowed: globs of ``package@version`` or SPDX ids that are taken nevertheless.
        exploited: ids of vulnerabilities that are known to be exploited (CISA's catalogue "KEV"), whatever their
            severity, with a fix or without.
    """

    unfixed: bool = False
    licenses_denied: tuple[str, ...] = licenses.DENIED
    licenses_own: bool = False
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
    """The rules that were given; what they leave out is the default.

    Args:
        given: ``unfixed``, ``licenses_denied``, ``licenses_allowed`` and ``kev``.

    Raises:
        Failure: a field is unknown or malformed.
    """
    node = Json("the scan policy", given, "correct the policy in the pipeline file").object()
    node.only("unfixed", "licenses_denied", "licenses_allowed", "kev")
    denied, own = node.texts("licenses_denied"), given.get("licenses_denied") is not None
    return Rules(
        unfixed=node.flag("unfixed"),
        licenses_denied=denied if own else Rules.licenses_denied,
        licenses_own=own,
        licenses_allowed=node.texts("licenses_allowed"),
        exploited=frozenset(node.texts("kev")),
    )
