"""What is checked before the image is released."""

from ci.decide.config.model import Pipeline
from ci.decide.pins import Pins
from ci.decide.plan.base import base, pinned
from ci.decide.plan.model import TrustPlan
from ci.decide.plan.request import RunRequest
from ci.decide.project.facts import Project


def trust(project: Project, pipeline: Pipeline, pins: Pins, request: RunRequest) -> TrustPlan:
    """Decide what is checked, and what is accepted on the day of the run."""
    image, own = base(project, pipeline, pins), bool(pipeline.runtime.base)
    return TrustPlan(
        policy=request.policy or pipeline.policy,
        baseline=pipeline.baseline,
        harden=pipeline.harden,
        scan=pipeline.scan,
        waivers=pipeline.waivers,
        today=request.now.date().isoformat(),
        now=request.now.isoformat(timespec="seconds").replace("+00:00", "Z"),
        database=pins.floating(pipeline.scan.database),
        eol=pins.eol,
        base_signer=pins.signer(image),
        base_checked="" if own else pins.checked.get(pinned(project), ""),
        base_named=own,
        locked=tuple(dict.fromkeys((package.name, package.version, package.integrity) for package in project.locked)),
        public=project.public,
        own=project.members,
        dev=project.dev,
        signature=pipeline.release.signature,
    )
