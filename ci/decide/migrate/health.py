"""A health check of Docker as the section ``runtime.health``."""

import math
import re
from collections.abc import Mapping

from ci.decide.config.model import Health
from ci.decide.migrate.result import Findings
from ci.decide.project.facts import Project

_URL = re.compile(r"""https?://[^/\s"'`\\]{1,200}(?P<path>/[^\s"'`|);\\,]{0,300})?""")
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(ms|us|h|m|s)")
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_MOST = {"interval": 86400, "timeout": 86400, "start-period": 86400, "retries": 1000}


def carry(command: str, options: Mapping[str, str], place: str, project: Project, findings: Findings) -> None:
    """Carry over a health check.

    Args:
        command: of the check.
        options: ``interval``, ``timeout``, ``start-period`` and ``retries``, as they are written.
        place: file and line.
        project: whose detected path needs no key.
        findings: get the keys, or a remark.
    """
    found = _URL.search(command)
    if not found:
        findings.remark(
            place, "the health check asks no address: `runtime.health` requests a path and knows no program"
        )
        return
    path = found["path"] or "/"
    if "$" in path:
        findings.remark(place, f"the path of the health check has a variable: write `runtime.health.path` ({path})")
        return
    values: dict[str, int] = {}
    for name, text in options.items():
        value = _number(name, text)
        if value is None:
            findings.remark(place, f"`{text}` of the health check's {name} is not understood")
        else:
            values[name] = value
    usual = Health()
    defaults = {
        "interval": usual.interval,
        "timeout": usual.timeout,
        "start-period": usual.start_period,
        "retries": usual.retries,
    }
    differing = {name: value for name, value in values.items() if value != defaults[name]}
    if path != next(iter(project.health), "/") or differing:
        findings.drop("runtime.health.path")
        findings.carry("runtime.health.path", path, place)
        for name, value in differing.items():
            findings.drop(f"runtime.health.{name}")
            findings.carry(f"runtime.health.{name}", value, place)


def _number(name: str, text: str) -> int | None:
    """Seconds, at least 1 where 0 is not allowed; or a count."""
    if name == "retries":
        return min(max(int(text), 1), _MOST[name]) if re.fullmatch(r"\d{1,6}", text, re.ASCII) else None
    parts = _DURATION.findall(text)
    if not parts or "".join(map("".join, parts)) != text:
        return None
    seconds = math.ceil(sum(float(number) * _SECONDS[unit] for number, unit in parts))
    return min(max(seconds, 0 if name == "start-period" else 1), _MOST[name])
