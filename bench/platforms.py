"""What a second platform costs: `dagger call publish` of an edited app for one platform and for two, in turns.

Usage: eval "$(make -s env)" && python3 bench/platforms.py [ROUNDS]

Each of ROUNDS rounds (default 3) edits a copy of the reference app before every publish, so that it is built anew, and
publishes it for linux/amd64, then for linux/amd64 and linux/arm64; the order changes from round to round. Prints both
medians, in seconds of the whole process, and the median of the rounds' ratios.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
REGISTRY = f"127.0.0.1:{os.environ.get('NEXT_DISTROLESS_REGISTRY_PORT', '5000')}"
ONE, TWO = "linux/amd64", "linux/amd64,linux/arm64"


def publish(source: Path, platforms: str, edit: int) -> float:
    """Edit the app and publish it; seconds of the whole process."""
    module = source / "src" / "lib" / "search.ts"
    module.write_text(f"{module.read_text()}\nexport const edit{edit} = {edit};\n")
    address = f"{REGISTRY}/bench-platforms:{edit}"
    start = time.monotonic()
    asked = ("--source", source, "--platforms", platforms, "--address", address)
    subprocess.run(
        ["dagger", "-m", CHECKOUT, "call", *asked, "publish"],
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        check=True,
    )
    return time.monotonic() - start


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    results: dict[str, list[float]] = {ONE: [], TWO: []}
    with tempfile.TemporaryDirectory() as home:
        source = Path(home) / "app"
        shutil.copytree(CHECKOUT / "examples" / "moontv-mini", source, ignore=shutil.ignore_patterns("node_modules"))
        publish(source, TWO, 0)
        for n in range(rounds):
            for m, platforms in enumerate([ONE, TWO] if n % 2 else [TWO, ONE]):
                results[platforms].append(publish(source, platforms, 1 + 2 * n + m))
    for platforms, seconds in results.items():
        print(f"{platforms:<24} {statistics.median(seconds):5.1f} s  ({min(seconds):.1f} to {max(seconds):.1f})")
    ratios = [two / one for one, two in zip(results[ONE], results[TWO], strict=True)]
    print(f"{'two / one':<24} {statistics.median(ratios):5.2f}    ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
