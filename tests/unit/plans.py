"""Plans of a small app, from facts and wishes."""

from typing import Any

from ci import pins
from ci.config.model import Pipeline
from ci.managers import by_id
from ci.pins import Pins
from ci.plan.asked import Asked
from ci.plan.decide import decide
from ci.plan.model import Plan
from ci.project.facts import Project

PINS = pins.load({})


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


def decided(facts: Project | None = None, pipeline: Pipeline | None = None, pinned: Pins = PINS, **asked: Any) -> Plan:
    """The plan for it."""
    return decide(facts or app(), pipeline or Pipeline(), pinned, Asked(**asked), "none, all by detection")
