"""How a check is written: a function that yields the faults of an image, registered under its id in the table."""

from collections.abc import Callable, Iterator

from ci.intool.checks.image import CheckedImage
from ci.intool.checks.table import CHECKS
from ci.intool.policy import Finding, ImagePath, Place, Setting

Fault = tuple[str | Place, str]
"""Place and fault; the fix is in the table. A place that is a text is a key of the configuration for checks of
the group ``CFG``, a path in the image for all others."""

FUNCTIONS: dict[str, Callable[[CheckedImage], Iterator[Finding]]] = {}
"""Id to the check."""

REMARKS: dict[str, Callable[[CheckedImage], Iterator[Finding]]] = {}
"""Id to the function for what only warns."""


def check(
    name: str,
) -> Callable[[Callable[[CheckedImage], Iterator[Fault]]], Callable[[CheckedImage], Iterator[Finding]]]:
    """Register a function that yields faults as the check of an id; it then yields findings."""
    return _registering(name, FUNCTIONS, CHECKS[name].severity)


def remark(
    name: str, rule: str, severity: str
) -> Callable[[Callable[[CheckedImage], Iterator[Fault]]], Callable[[CheckedImage], Iterator[Finding]]]:
    """Register a function for what is worth saying of a check, and does not break it.

    Args:
        name: of the check.
        rule: its row of the table of policies.
        severity: of its findings.
    """
    return _registering(name, REMARKS, severity, rule)


def _registering(
    name: str, table: dict[str, Callable[[CheckedImage], Iterator[Finding]]], severity: str, rule: str = ""
) -> Callable[[Callable[[CheckedImage], Iterator[Fault]]], Callable[[CheckedImage], Iterator[Finding]]]:
    definition = CHECKS[name]

    def register(function: Callable[[CheckedImage], Iterator[Fault]]) -> Callable[[CheckedImage], Iterator[Finding]]:
        def findings(image: CheckedImage) -> Iterator[Finding]:
            for where, what in function(image):
                yield Finding(
                    id=name,
                    severity=severity,
                    title=what,
                    where=_place(name, where),
                    fix=definition.fix,
                    rule=rule,
                )

        table[name] = findings
        return findings

    return register


def _place(name: str, where: str | Place) -> Place:
    if not isinstance(where, str):
        return where
    return Setting(key=where) if name.startswith("CFG-") else ImagePath(path=where)
