"""Facts of the machine that a figure depends on; no names of hosts."""

import os
import platform
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from offline.commands import output
from offline.programs import BUILDKIT_VERSION, DAGGER


def facts(project: Path, engine: str) -> dict[str, str]:
    """Name and value of each.

    Args:
        project: whose commit was measured.
        engine: which engine ran it, for people.
    """
    known = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "processor": _processor(Path("/proc/cpuinfo").read_text("utf-8")),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": memory(Path("/proc/meminfo").read_text("utf-8")),
        "kernel": platform.release(),
        "load before": f"{os.getloadavg()[0]:.1f}",
        "this project": commit(project),
        "Dagger": f"{DAGGER.removeprefix('v')}, {engine}",
        "BuildKit": BUILDKIT_VERSION,
        "Node.js of the host": (output(["node", "--version"]) or "none").removeprefix("v"),
    }
    return {name: value for name, value in known.items() if value}


def _processor(cpuinfo: str) -> str:
    found = re.search(r"^model name\s*: (.+)$", cpuinfo, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def memory(meminfo: str) -> str:
    """Memory of the machine in GiB, from ``/proc/meminfo`` (proc(5), in KiB)."""
    found = re.search(r"^MemTotal:\s+(\d+) kB$", meminfo, re.MULTILINE)
    return f"{int(found[1]) / 2**20:.0f} GiB" if found else ""


def commit(project: Path) -> str:
    """Short id of the commit, and whether files differ from it."""
    asked = ["git", "-C", str(project), "describe", "--always", "--dirty=, changed", "--exclude=*", "--abbrev=10"]
    done = subprocess.run(asked, check=False, capture_output=True, text=True)
    return done.stdout.strip()


def lines(machine: Mapping[str, str]) -> str:
    """The facts as a sentence of the page."""
    return "; ".join(f"{name}: {value}" for name, value in machine.items()) + "."
