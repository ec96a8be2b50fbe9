"""Gate `sbom`: SBOMs of the image in SPDX and CycloneDX, and whether they list exactly what is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagger

from ci.build.assemble import LAYOUT, Assembled
from ci.decide.plan.model import Plan
from ci.engine import tool
from ci.engine.tool import report_of, run_operation
from ci.errors import PublishError
from ci.gates.index import INDEX, with_index
from ci.gates.trivy import REPORTS, Reports
from ci.intool.policy import GateResult

SBOMS = "/sboms"


@dataclass(frozen=True, kw_only=True)
class Sboms:
    """SBOMs, and the result of the gate.

    Attributes:
        gate: the result.
        documents: their files, to be mounted at ``SBOMS``.
        listed: ``platform``, ``format``, ``path`` and ``predicate``, the type as an attestation, of each.
    """

    gate: GateResult
    documents: dagger.Directory
    listed: Sequence[Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Written:
    """SBOMs, not judged yet.

    Attributes:
        container: with image and documents.
        locked: name, version and checksum of the lockfile's packages.
        listed: as of ``Sboms``.
    """

    container: dagger.Container
    locked: Sequence[Sequence[str]]
    listed: Sequence[Mapping[str, str]]

    @property
    def documents(self) -> dagger.Directory:
        """Their files."""
        return self.container.directory(SBOMS)


async def written(plan: Plan, image: Assembled, *, locked: bool) -> Written:
    """Write the SBOMs.

    Args:
        plan: the lockfile's packages.
        image: as layout.
        locked: whether the image is one of this lockfile.

    Raises:
        PublishError: the layout is damaged.
    """
    packages = [list(one) for one in plan.trust.locked] if locked else []
    container = await with_index(tool.python(plan.tools, "sbom"), plan, image)
    wanted = {
        "layout": LAYOUT,
        "index": INDEX,
        "directory": SBOMS,
        "name": plan.release.repository or plan.name,
        "created": utc(plan.release.created),
        "locked": packages,
    }
    made = await run_operation(container, "sbom", "make", wanted, PublishError)
    return Written(container=made, locked=packages, listed=(await report_of(made))["documents"])


async def sbom(plan: Plan, sboms: Written, reports: Reports) -> Sboms:
    """Compare the SBOMs with the image, and with what Trivy finds in it.

    Args:
        plan: the workspace's packages, waivers.
        sboms: from ``written``.
        reports: of Trivy.

    Raises:
        PublishError: a report is malformed.
    """
    questions = {
        "layout": LAYOUT,
        "index": INDEX,
        "documents": sboms.listed,
        "locked": sboms.locked,
        "reports": {platform: f"{REPORTS}/{name}" for platform, name in reports.names.items()},
        "own": list(plan.trust.own),
        "needs": ["next"] if plan.image.serve == "server" else [],
        **plan.trust.accepting(),
    }
    container = sboms.container.with_mounted_directory(REPORTS, reports.directory)
    checked = await run_operation(container, "sbom", "check", questions, PublishError)
    gate = GateResult.from_json((await report_of(checked))["result"])
    return Sboms(gate=gate, documents=sboms.documents, listed=sboms.listed)


def utc(time: str) -> str:
    """A time by RFC 3339, in UTC and whole seconds. Pure."""
    return datetime.fromisoformat(time).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
