"""What an edit runs again: the install stays where its inputs stay. Counted by when directories were made."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Called

pytestmark = pytest.mark.engine

Call = Callable[..., Called]


def made(call: Call, source: Path) -> dict[str, str]:
    """When the package manager was unpacked and when the dependencies were installed, to the nanosecond."""
    places = {"base": "/opt/packages/pnpm", "deps": "/app/node_modules/.pnpm"}
    called = call("deps", "with-exec", f"--args=stat,-c,%y,{','.join(places.values())}", "stdout", source=source)
    assert called.code == 0, called.stderr[-3000:]
    return dict(zip(places, called.stdout.strip().splitlines(), strict=True))


def test_an_edit_reinstalls_only_what_depends_on_it(call: Call, mini: Path) -> None:
    first = made(call, mini)
    assert made(call, mini) == first

    for name in ("src/lib/search.ts", "README.md", "src/lib/search.test.ts", "next.config.js", "pnpm-lock.yaml.orig"):
        file = mini / name
        file.write_text((file.read_text() if file.exists() else "") + "\n// edited\n")
        assert made(call, mini) == first, name

    lockfile = mini / "pnpm-lock.yaml"
    lockfile.write_text(lockfile.read_text() + "\n# edited\n")
    second = made(call, mini)
    assert second["base"] == first["base"]
    assert second["deps"] != first["deps"]

    package = json.loads((mini / "package.json").read_text())
    (mini / "package.json").write_text(json.dumps(package | {"description": "edited"}))
    third = made(call, mini)
    assert third["base"] == first["base"]
    assert third["deps"] not in (first["deps"], second["deps"])
