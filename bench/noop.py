"""Where a warm `dagger call publish` that changes nothing spends its time.

Usage: eval "$(make -s env)" && python3 bench/noop.py [RUNS]

Runs it RUNS times (default 7) after two that are not counted, and prints the median of each part, in seconds, as the
CLI's own plain progress and the printed summary tell it; `total` is the whole process from outside.
"""

import os
import re
import statistics
import subprocess
import sys
import time

PARTS = {
    "connect": r"^\S+ +: connect DONE \[([\d.]+)s\]",
    "load the module (register its functions)": r"loading type definitions DONE \[([\d.]+)s\]",
    "publish call": r"NextDistroless\.publish DONE \[([\d.]+)s\]",
}


def once() -> dict[str, float]:
    """One call, as seconds by part."""
    start = time.monotonic()
    done = subprocess.run(
        ["dagger", "--progress=plain", "call", "publish"],
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    total = time.monotonic() - start
    progress = re.sub(r"\x1b\[[0-9;]*m", "", done.stderr)
    parts = {name: float(re.findall(pattern, progress, re.MULTILINE)[-1]) for name, pattern in PARTS.items()}
    work = float(re.findall(r"^ +total +([\d.]+) s$", done.stdout, re.MULTILINE)[0])
    parts["  of which: the pipeline's steps"] = work
    parts["  of which: starting Python, reading the app"] = parts["publish call"] - work
    parts["rest (CLI, session, printing)"] = total - sum(parts[name] for name in PARTS)
    return {**parts, "total": total}


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    for _ in range(2):
        once()
    results = [once() for _ in range(runs)]
    for name in results[0]:
        values = [result[name] for result in results]
        print(f"{name:<46} {statistics.median(values):5.2f} s  ({min(values):.2f} to {max(values):.2f})")


if __name__ == "__main__":
    main()
