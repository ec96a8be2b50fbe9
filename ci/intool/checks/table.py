"""The one table of check definitions, ``checks.toml``: the requirements of an image, and the gate that checks each."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ci.intool.policy import SEVERITIES

GATES = (
    *("hardening", "scan", "sbom", "signature", "base", "plan", "leaks", "prove", "contract"),
    "none",
)
"""The gate that makes a check; ``none`` for a check that no gate makes."""

STANDARDS = {
    "cis": "CIS Docker 1.6",
    "dockle": "Dockle",
    "scout": "Docker Scout",
    "kubernetes": "Pod Security restricted",
    "nsa": "NSA/CISA Kubernetes 1.2",
}
"""Key of ``maps`` to the name of the standard."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One requirement of an image.

    Attributes:
        id: such as ``CFG-01``; never given to another check.
        title: what holds where it passes.
        severity: one of ``SEVERITIES``.
        gate: one of ``GATES``.
        rationale: why it matters, without a full stop.
        fix: the next step where it fails, without a full stop.
        maps: key of ``STANDARDS`` to the controls that it meets, by their own ids.
    """

    id: str
    title: str
    severity: str
    gate: str
    rationale: str
    fix: str
    maps: Mapping[str, Sequence[str]]

    def __post_init__(self) -> None:
        if self.severity not in SEVERITIES or self.gate not in GATES or not self.maps.keys() <= STANDARDS.keys():
            raise ValueError(f"checks.toml: {self.id} has an unknown severity, gate or standard")


CHECKS: Mapping[str, Check] = {
    name: Check(id=name, **fields)
    for name, fields in tomllib.loads((Path(__file__).parent / "checks.toml").read_text("utf-8")).items()
}
"""Id to check, in the order of the table."""
