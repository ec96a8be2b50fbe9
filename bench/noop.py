"""Where a warm `dagger call publish` that changes nothing spends its time, of one module or of several in turn.

Usage: eval "$(make -s env)" && python3 bench/noop.py [--runs N] [--fresh] [MODULE…] [-- ARGUMENT…]

Each module (a checkout; default: this one) publishes N times (default 7) after two that are not counted; several take
turns, so that a busy machine is as busy for each. Prints the median of each part in seconds, with the smallest and the
largest, as the CLI's own plain progress and the printed summary tell it; `total` is the whole process from outside, and
`operations` how many spans the engine showed. ARGUMENT goes to `dagger call` before `publish`; `--fresh` goes to
`publish`, where the module has it, and measures a run in which every step is looked at again.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

PARTS = {
    "connect": r"^\S+ +: connect DONE \[([\d.ms]+)\]",
    "load the module (register its functions)": r"loading type definitions DONE \[([\d.ms]+)\]",
    "publish call": r"NextDistroless\.publish DONE \[([\d.ms]+)\]",
}
OPERATIONS = "operations (a number)"


def seconds(text: str) -> float:
    """A duration as the CLI writes it: `1.2s`, `1m3s`."""
    minutes, _, rest = text.rpartition("m")
    return 60 * float(minutes or 0) + float(rest.removesuffix("s"))


def once(module: Path, arguments: list[str], options: list[str]) -> dict[str, float]:
    """One call, as seconds by part."""
    start = time.monotonic()
    done = subprocess.run(
        ["dagger", "--progress=plain", "-vvv", "call", "-m", str(module), *arguments, "publish", *options],
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    total = time.monotonic() - start
    progress = re.sub(r"\x1b\[[0-9;]*m", "", done.stderr)
    parts = {name: seconds(re.findall(pattern, progress, re.MULTILINE)[-1]) for name, pattern in PARTS.items()}
    work = float(re.findall(r"^ +total +([\d.]+) s$", done.stdout, re.MULTILINE)[0])
    parts["  of which: the pipeline's steps"] = work
    parts["  of which: starting Python, reading the app"] = parts["publish call"] - work
    parts["rest (CLI, session, printing)"] = total - sum(parts[name] for name in PARTS)
    return {**parts, "total": total, OPERATIONS: len(set(re.findall(r"^(\d+) +:", progress, re.MULTILINE)))}


def main() -> None:
    """Print a table for each module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("modules", nargs="*", type=Path, default=[Path.cwd()])
    words = [*sys.argv[1:], "--"]
    own, arguments = words[: words.index("--")], words[words.index("--") + 1 : -1]
    given = parser.parse_args(own)
    options = ["--fresh"] if given.fresh else []
    results: dict[Path, list[dict[str, float]]] = {module: [] for module in given.modules}
    for _ in range(given.runs + 2):
        for module, found in results.items():
            found.append(once(module, arguments, options))
    for module, found in results.items():
        print(module)
        for name in found[0]:
            values = [result[name] for result in found[2:]]
            print(f"  {name:<46} {statistics.median(values):7.2f}  ({min(values):.2f} to {max(values):.2f})")


if __name__ == "__main__":
    main()
