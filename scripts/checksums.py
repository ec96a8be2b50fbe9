# ruff: noqa: INP001  a program, no package
"""Writes ``ci/decide/ecosystems/managers/checksums.txt``: the checksum of every version of every package manager.

Run it when there are new versions. It reads them from the npm registry that is configured on this machine.
"""

import json
import re
import subprocess
from pathlib import Path

LIST = Path(__file__).parent.parent / "ci/decide/ecosystems/managers/checksums.txt"
RANGES = (
    "npm@>=8",
    "pnpm@>=8 <12",
    "@pnpm/exe.linux-x64@>=12",
    "@pnpm/exe.linux-arm64@>=12",
    "yarn@1",
    "@yarnpkg/cli-dist@>=2",
    "@oven/bun-linux-x64-baseline@>=1",
    "@oven/bun-linux-aarch64@>=1",
)
"""Packages and versions that the drivers of ``ci/decide/ecosystems/managers`` name."""

_STABLE = re.compile(r"\d+\.\d+\.\d+")


def checksums(range_: str) -> list[str]:
    """Lines for all stable versions of one package."""
    command = ["npm", "view", range_, "name", "version", "dist.integrity", "--json"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return [
        f"{one['name']}@{one['version']} {one['dist.integrity']}"
        for one in (found if isinstance(found, list) else [found])
        if _STABLE.fullmatch(one["version"]) and one.get("dist.integrity", "").startswith("sha512-")
    ]


if __name__ == "__main__":
    lines = sorted(line for range_ in RANGES for line in checksums(range_))
    LIST.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{LIST.name}: {len(lines)} versions")
