"""Bills of materials of the image, in SPDX and CycloneDX, and whether they are exactly what is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagger

from ci.build.assemble import LAYOUT, Assembled
from ci.decide.plan.model import Plan
from ci.engine import tool
from ci.engine.tool import operated, reported
from ci.errors import PublishError
from ci.gates.result import GateResult

BILLS = "/bills"


@dataclass(frozen=True, kw_only=True)
class Bills:
    """Bills of materials, and the verdict on them.

    Attributes:
        gate: the verdict.
        documents: their files, which belong to ``BILLS``.
        listed: ``platform``, ``format``, ``path`` and ``predicate``, the type as an attestation, of each.
    """

    gate: GateResult
    documents: dagger.Directory
    listed: Sequence[Mapping[str, str]]


async def sbom(plan: Plan, image: Assembled, *, locked: bool) -> Bills:
    """Write the bills, and read them against the image.

    Args:
        plan: the lockfile's packages.
        image: as layout.
        locked: whether the image is one of this lockfile.

    Raises:
        PublishError: the layout is damaged.
    """
    packages = [list(one) for one in plan.trust.locked] if locked else []
    container = tool.python(plan.tools, "sbom").with_mounted_directory(LAYOUT, image.layout)
    wanted = {
        "layout": LAYOUT,
        "directory": BILLS,
        "name": plan.release.repository or plan.name,
        "created": utc(plan.release.created),
        "locked": packages,
    }
    made = await operated(container, "sbom", "make", wanted, PublishError)
    documents = (await reported(made))["documents"]
    questions = {
        "layout": LAYOUT,
        "documents": documents,
        "locked": packages,
        "own": list(plan.trust.own),
        "needs": ["next"] if plan.image.serve == "server" else [],
        **plan.trust.accepting(),
    }
    checked = await operated(made, "sbom", "check", questions, PublishError)
    gate = GateResult.of("sbom", await reported(checked))
    return Bills(gate=gate, documents=made.directory(BILLS), listed=documents)


def utc(time: str) -> str:
    """A time by RFC 3339, in UTC and whole seconds. Pure."""
    return datetime.fromisoformat(time).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
