"""Results of all gates of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ci.gates.sbom import Sboms
from ci.gates.scan import Scanned
from ci.intool.policy import GateResult


@dataclass(frozen=True, kw_only=True)
class Verdicts:
    """What the gates found, and the evidence.

    Attributes:
        gates: their results.
        sboms: SBOMs, and the result of their gate.
        scanned: what the scanner found in the image.
        found: all findings of scanners, for the next release to compare with.
        files: bytes by layer and npm package of each platform, from the gate ``hardening``.
        rules: ids of the rules that looked at the source, for the same.
    """

    gates: Sequence[GateResult]
    sboms: Sboms
    scanned: Scanned
    found: Sequence[Mapping[str, str]]
    files: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    rules: Sequence[str] = ()
