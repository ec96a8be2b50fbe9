"""Which Go builds the programs."""

import re
from pathlib import Path

import pytest

from offline import golang
from offline.golang import MINIMUM, Go
from offline.places import RECIPES, Places


@pytest.mark.parametrize(
    ("version", "parsed", "enough"),
    [
        ("go1.26.3", (1, 26, 3), True),
        ("go1.26.10", (1, 26, 10), True),
        ("go1.27.0", (1, 27, 0), True),
        ("go1.27", (1, 27), True),
        ("go2.0.0", (2, 0, 0), True),
        ("go1.26.3 X:nocoverageredesign", (1, 26, 3), True),
        ("go1.26.4-custom.3", (1, 26, 4), True),
        ("go1.26", (1, 26), False),
        ("go1.26.2", (1, 26, 2), False),
        ("go1.26.0", (1, 26, 0), False),
        ("go1.25.9", (1, 25, 9), False),
        ("go1.9.7", (1, 9, 7), False),
        ("devel", (), False),
        ("", (), False),
    ],
)
def test_versions(version: str, parsed: tuple[int, ...], *, enough: bool) -> None:
    assert golang._parsed(version) == parsed
    assert (golang._parsed(version) >= MINIMUM) is enough


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*/go.mod")), ids=lambda path: path.parent.name)
def test_no_recipe_asks_for_more_than_the_minimum(path: Path) -> None:
    wanted = re.search(r"^go (\S+)$", path.read_text("utf-8"), re.MULTILINE)
    assert wanted
    assert golang._parsed(wanted[1]) <= MINIMUM


def go(path: Path, version: str) -> Path:
    """A program that calls itself Go of that version."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\n[ "$*" = "env GOVERSION" ] && echo {version}\n')
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("version", ["go1.26.3", "go1.99.0"])
def test_the_machines_own_go_is_used_where_it_is_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    own = go(tmp_path / "bin/go", version)
    monkeypatch.setenv("PATH", str(own.parent), prepend=":")
    assert golang.toolchain(Places(cache=tmp_path, state=tmp_path)) == Go(own, version)


def test_an_old_go_of_the_machine_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = go(tmp_path / "bin/go", "go1.26.2")
    places = Places(cache=tmp_path / "cache", state=tmp_path / "state")
    installed = go(golang._home(places) / "bin/go", "go1.26.3")
    monkeypatch.setenv("PATH", str(own.parent), prepend=":")
    found = golang.toolchain(places)
    assert found.program in {installed, Path("/usr/local/go/bin/go")}
    assert golang._parsed(found.version) >= MINIMUM
