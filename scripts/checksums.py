# ruff: noqa: INP001  a program, no package
"""Writes ``ci/decide/ecosystems/checksums.txt``: the checksum of every version of every package manager.

Run it when there are new versions, as ``python -m scripts.checksums`` in the repository's root. It reads them from the
npm registry that is configured on this machine.
"""

import json
import re
import subprocess

from ci.decide.ecosystems import ECOSYSTEMS
from ci.decide.ecosystems.checksums import LIST

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
    lines = sorted(line for one in ECOSYSTEMS for range_ in one.published for line in checksums(range_))
    LIST.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{LIST.name}: {len(lines)} versions")
