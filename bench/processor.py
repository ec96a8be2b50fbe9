"""Whose processor time is it? Runs a command, and prints the seconds of each kind of program on this machine.

    eval "$(make -s env)"
    PYTHONPATH=. python3 bench/processor.py make publish

It looks at /proc every 50 ms, so a program that lives for less is missed: the sum is somewhat low. Containers of an
embedded engine are processes of this machine. Nothing else should run meanwhile; what does is in the row `other`.
"""

import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from os import sysconf
from pathlib import Path

from bench.markdown import table_row

EVERY = 0.05
"""Seconds between two looks."""

KINDS: Mapping[str, str] = {
    "Next.js: compile, types, pages": r"\bnext build\b|/next/dist/|jest-worker|\bpnpm run build\b|\bserve-fonts\b",
    "the started app and its questions": r"\b(?:smoke|compare)\.cjs\b|\bserver\.js\b|\bstart\.js\b|^next-server",
    "the engine": r"engine\b.*--oci-|\brunc\b|\bregistry serve\b|^/proc/self/exe",
    "BuildKit": r"\bbuildkitd\b|\bbuildctl\b",
    "this module": r"\bdagger-module\b",
    "the command line": r"\bdagger\b.*\bcall\b",
    "Semgrep": r"semgrep",
    "Trivy": r"\btrivy\b",
    "packing, hashing and searching": r"\bci\.intool\b",
    "installing": r"\b(?:pnpm|npm|yarn|bun) (?:install|ci|add)\b",
}
"""Kind to the command lines of its programs; the first that fits counts."""

_Key = tuple[str, str]
_UTIME, _STIME, _STARTED = 11, 12, 19
"""Fields of /proc/PID/stat behind the name of the program, from 0 (proc(5))."""


def kind(command: str) -> str:
    """Which kind of program a command line is of."""
    return next((name for name, pattern in KINDS.items() if re.search(pattern, command)), "other")


def parsed(stat: str) -> tuple[str, int]:
    """When a process started, and ticks of the processor that it had, from its line of /proc/PID/stat."""
    fields = stat.rpartition(")")[2].split()
    return fields[_STARTED], int(fields[_UTIME]) + int(fields[_STIME])


def spent(argv: list[str]) -> tuple[int, float, Counter[str]]:
    """Run a command.

    Returns:
        Its exit code, seconds from start to end, and ticks of the processor by kind.
    """
    before, ticks = {key: used for key, (used, _) in _looked().items()}, Counter[str]()
    begun = time.monotonic()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
    while process.poll() is None:
        time.sleep(EVERY)
        for key, (used, command) in _looked().items():
            if used > before.get(key, 0):
                ticks[kind(command)] += used - before.get(key, 0)
                before[key] = used
    return process.returncode, time.monotonic() - begun, ticks


def _looked() -> dict[_Key, tuple[int, str]]:
    found: dict[_Key, tuple[int, str]] = {}
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            started, used = parsed((place / "stat").read_text())
            command = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            continue
        found[place.name, started] = used, command
    return found


def main() -> int:
    """Print a table; the exit code is the command's."""
    code, seconds, ticks = spent(sys.argv[1:])
    each = sysconf("SC_CLK_TCK")
    print(table_row(["program", "processor seconds"]), table_row(["---", "---"]), sep="\n")
    for name, used in ticks.most_common():
        print(table_row([name, f"{used / each:.1f}"]))
    print(table_row(["all", f"{ticks.total() / each:.1f} in {seconds:.1f} s"]))
    return code


if __name__ == "__main__":
    sys.exit(main())
