"""``digests.cjs``: what a build sees of a source, as digests."""

import hashlib
import json
from pathlib import Path

import pytest

from tests.unit.builds import Run, write

FILES: dict[str, str | bytes] = {"a.txt": "a", "b/c.sh": "c", "b/.hidden": b"\x00\xff", "b/empty": ""}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "source"
    write(root, FILES, {"b/link": "../a.txt", "b/broken": "nowhere", "directory": "b"})
    (root / "b/c.sh").chmod(0o755)
    (root / "b/nothing").mkdir()
    return root


def digests(program: Run, source: Path) -> dict[str, str]:
    report = source.parent / "report.json"
    done = program("digests", str(source), str(report))
    assert (done.returncode, done.stderr) == (0, "")
    return dict(json.loads(report.read_text()))


def sha256(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def test_every_file_has_its_kind_and_its_content(program: Run, source: Path) -> None:
    assert digests(program, source) == {
        "a.txt": f"file {sha256('a')}",
        "b/.hidden": f"file {sha256(FILES['b/.hidden'])}",
        "b/broken": "link nowhere",
        "b/c.sh": f"executable {sha256('c')}",
        "b/empty": f"file {sha256('')}",
        "b/link": "link ../a.txt",
        "directory": "link b",
    }


@pytest.mark.parametrize(
    ("mode", "kind"),
    [(0o644, "file"), (0o600, "file"), (0o664, "file"), (0o444, "file"), (0o755, "executable"), (0o700, "executable")],
)
def test_of_the_mode_only_execution_counts(program: Run, source: Path, mode: int, kind: str) -> None:
    (source / "a.txt").chmod(mode)
    assert digests(program, source)["a.txt"] == f"{kind} {sha256('a')}"


def test_times_and_the_directory_make_no_difference(program: Run, source: Path, tmp_path: Path) -> None:
    found = digests(program, source)
    moved = source.rename(tmp_path / "elsewhere")
    (moved / "a.txt").unlink()
    (moved / "a.txt").write_text("a")
    assert digests(program, moved) == found
