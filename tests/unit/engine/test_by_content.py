"""Texts for containers: the engine reads a file while a later call hands over the same one."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from ci.engine import containers

FILES = {"arguments.json": "{}", "code/a.py": "x = 1\n"}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The module's own directory."""
    module = SimpleNamespace(workdir=lambda path: path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(containers, "dag", SimpleNamespace(current_module=lambda: module))
    return tmp_path / containers.BY_CONTENT


def test_files_are_whole_where_the_engine_finds_them(place: Path) -> None:
    found = Path(str(containers.by_content(FILES)))
    assert {str(path.relative_to(found)): path.read_text() for path in found.rglob("*") if path.is_file()} == FILES
    assert [path.name for path in place.iterdir()] == [found.name]


def test_what_is_there_is_not_written_again(place: Path) -> None:
    def state() -> dict[str, tuple[int, int]]:
        paths = (path for path in place.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in paths}

    containers.by_content(FILES)
    before = state()
    containers.by_content(dict(reversed(FILES.items())))
    assert state() == before
    assert len(before) == len(FILES)


def test_a_text_that_is_a_program_can_be_run(place: Path) -> None:
    found = Path(str(containers.by_content({"run.sh": "#!/bin/sh\n", "read.txt": "#\n"})))
    assert {path.name: os.access(path, os.X_OK) for path in found.iterdir()} == {"run.sh": True, "read.txt": False}
    assert place.exists()


def test_of_two_that_write_at_once_one_stays(place: Path) -> None:
    name = Path(str(containers.by_content(FILES))).name
    containers._written(Path(containers.BY_CONTENT, name), FILES)
    assert [path.name for path in place.iterdir()] == [name]
