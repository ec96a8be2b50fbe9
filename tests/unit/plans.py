"""Plans of a small app, from facts and a request."""

from typing import Any

from ci.decide import pins
from ci.decide.config.model import Pipeline
from ci.decide.ecosystems import by_id
from ci.decide.pins import Pins
from ci.decide.plan.decide import decide
from ci.decide.plan.model import Plan
from ci.decide.plan.request import RunRequest
from ci.decide.project.facts import Project
from ci.decide.shipped import PipelineFile

PINS = pins.load({})
NO_FILE = PipelineFile(name="", origin="none, all by detection", text="")


def app(**facts: Any) -> Project:
    """Facts of a small app with npm."""
    least: dict[str, Any] = {
        "name": "app",
        "version": "1.2.3",
        "description": "",
        "license": "",
        "app": ".",
        "next": "15.5.0",
        "router": "app",
        "output": "",
        "unoptimized": False,
        "manager": by_id("npm"),
        "manager_version": "",
        "manager_integrity": "",
        "lockfile": "package-lock.json",
        "locked": (),
        "node": "22",
        "scripts": {"build": "next build"},
        "reasons": {"node": "default"},
    }
    return Project(**{**least, **facts})


def plan_of(facts: Project | None = None, pipeline: Pipeline | None = None, pinned: Pins = PINS, **asked: Any) -> Plan:
    """The plan for it."""
    return decide(facts or app(), pipeline or Pipeline(), pinned, RunRequest(**asked), NO_FILE)
