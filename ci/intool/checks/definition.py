"""How a check is written: a function from an image to its faults, registered by the id of the table."""

from collections.abc import Callable, Iterator

from ci.intool.checks.image import CheckedImage
from ci.intool.checks.table import CHECKS
from ci.intool.policy import Finding

Fault = tuple[str, str]
"""Where, and what; what to do about it stands in the table."""

FUNCTIONS: dict[str, Callable[[CheckedImage], Iterator[Finding]]] = {}
"""Id to the check."""

REMARKS: dict[str, Callable[[CheckedImage], Iterator[Finding]]] = {}
"""Id to what a check tells without failing."""


def check(
    name: str,
) -> Callable[[Callable[[CheckedImage], Iterator[Fault]]], Callable[[CheckedImage], Iterator[Finding]]]:
    """Register a function that yields faults as the check of an id; it then yields findings."""
    return _registering(name, FUNCTIONS)


def remark(
    name: str,
) -> Callable[[Callable[[CheckedImage], Iterator[Fault]]], Callable[[CheckedImage], Iterator[Finding]]]:
    """Register a function that yields what a check only remarks."""
    return _registering(name, REMARKS)


def _registering(
    name: str, table: dict[str, Callable[[CheckedImage], Iterator[Finding]]]
) -> Callable[[Callable[[CheckedImage], Iterator[Fault]]], Callable[[CheckedImage], Iterator[Finding]]]:
    definition = CHECKS[name]

    def register(function: Callable[[CheckedImage], Iterator[Fault]]) -> Callable[[CheckedImage], Iterator[Finding]]:
        def findings(image: CheckedImage) -> Iterator[Finding]:
            for where, what in function(image):
                yield Finding(id=name, severity=definition.severity, where=where, what=what, fix=definition.fix)

        table[name] = findings
        return findings

    return register
