"""What the cache in the registry saves: `publish` on engines that have nothing, with and without it.

Usage: eval "$(make -s env)" && python3 bench/registry_cache.py

Stops the running engine, and starts one with a state of its own for each row: its cache is empty, its registry has
what the rows before have pushed. The app is the reference app. Prints seconds of the whole `dagger call`, loading of
the module included, and its ratio to the first row; starts the usual engine again at the end.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
APP = CHECKOUT / "examples" / "moontv-mini"
ADDRESS = f"127.0.0.1:{os.environ.get('NEXT_DISTROLESS_REGISTRY_PORT', '5000')}/bench-cache"


def make(target: str, state: Path | None = None) -> None:
    """Run make, for an engine with its state in a directory."""
    env = {**os.environ, **({"NEXT_DISTROLESS_STATE": str(state)} if state else {})}
    subprocess.run(["make", "--no-print-directory", "-C", CHECKOUT, target], env=env, check=True, capture_output=True)


def publish(source: Path, cache: str, state: Path) -> float:
    """Publish on a new engine; seconds of the call."""
    make("up", state)
    try:
        start = time.monotonic()
        subprocess.run(
            ["dagger", "-m", CHECKOUT, "call", "--source", source, "--address", ADDRESS, "--cache", cache, "publish"],
            env={**os.environ, "NO_COLOR": "1", "_EXPERIMENTAL_DAGGER_RUNNER_HOST": f"unix://{state}/engine.sock"},
            capture_output=True,
            check=True,
        )
        return time.monotonic() - start
    finally:
        make("down", state)
        shutil.rmtree(state / "engine")


def main() -> None:
    """Print the table."""
    rows: dict[str, float] = {}
    make("down")
    try:
        with tempfile.TemporaryDirectory(prefix="nd") as home:
            source, state = Path(home) / "app", Path(home) / "s"
            shutil.copytree(APP, source, ignore=shutil.ignore_patterns("node_modules", ".next"))
            rows["nothing to take, --cache off"] = publish(source, "off", state)
            rows["nothing to take, --cache write"] = publish(source, "write", state)
            rows["unchanged, --cache read"] = publish(source, "read", state)
            module = source / "src" / "lib" / "search.ts"
            module.write_text(f"{module.read_text()}\nexport const edit = 1;\n")
            rows["one line changed, --cache read"] = publish(source, "read", state)
    finally:
        make("up")
    first = next(iter(rows.values()))
    for name, seconds in rows.items():
        print(f"{name:<32} {seconds:6.1f} s  {seconds / first:5.2f}")


if __name__ == "__main__":
    main()
