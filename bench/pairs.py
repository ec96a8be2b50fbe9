"""Do two engines give the same digests? Builds variants of an app, and compares with what another engine gave.

    python bench/pairs.py 20 --source examples/moontv-mini --out first.json
    make down && rm -r "$NEXT_DISTROLESS_STATE"/engine && make up    # or another machine
    python bench/pairs.py 20 --source examples/moontv-mini --out second.json --compare first.json

A variant is the app with one page more, so that each is a build of its own. Nothing is pushed and nothing is timed.
Where the output has digests already, from a run that was ended, it goes on after them.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = "export default function Page() {{\n  return <p>variant {number}</p>\n}}\n"
LEFT_OUT = shutil.ignore_patterns("node_modules", ".next", ".git")


def digest(source: Path) -> str:
    """Digest of the image index that the running engine makes of a source."""
    argv = ["dagger", "call", "--source", source, "layout", "file", "--path", "index.json", "contents"]
    done = subprocess.run([str(a) for a in argv], check=True, capture_output=True, text=True, timeout=900)
    return str(json.loads(done.stdout)["manifests"][0]["digest"])


def variant(app: Path, home: Path, number: int) -> Path:
    """The app with one page more."""
    copy = home / app.name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(app, copy, ignore=LEFT_OUT)
    pages = copy / ("src/app" if (copy / "src/app").is_dir() else "app") / "variant"
    pages.mkdir()
    suffix = "tsx" if (copy / "tsconfig.json").exists() else "js"
    (pages / f"page.{suffix}").write_text(PAGE.format(number=number))
    return copy


def main() -> int:
    """Build the variants; 1 where a digest differs from the other engine's."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("count", type=int, help="number of variants")
    parser.add_argument("--source", type=Path, required=True, help="an app with the app router")
    parser.add_argument("--out", type=Path, required=True, help="file for the digests")
    parser.add_argument("--compare", type=Path, help="the file of another engine")
    options = parser.parse_args()
    known = json.loads(options.compare.read_text()) if options.compare else {}
    found: dict[str, str] = json.loads(options.out.read_text()) if options.out.exists() else {}
    with tempfile.TemporaryDirectory() as home:
        for number in range(len(found), options.count):
            found[str(number)] = digest(variant(options.source, Path(home), number))
            other = known.get(str(number))
            verdict = "" if other is None else " equal" if other == found[str(number)] else f" DIFFERS from {other}"
            print(f"{number}: {found[str(number)]}{verdict}", flush=True)
            options.out.write_text(json.dumps(found, indent=2))
    equal = sum(known.get(number) == value for number, value in found.items())
    if known:
        print(f"{equal} of {len(found)} digests are equal")
    return 1 if known and equal < len(found) else 0


if __name__ == "__main__":
    sys.exit(main())
