"""``patch.cjs``: declared changes to the source."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ci.engine.containers import MARK
from ci.intool.common.failure import Failure

Run = Callable[..., subprocess.CompletedProcess[str]]

EDGE = "export const runtime = 'edge'\n"
NODE = "export const runtime = 'nodejs'\n"


def patch(files: str, replace: str = "", with_: str = "", append: str = "") -> dict[str, str]:
    """A patch as ``ci.build.build`` passes it."""
    return {"files": files, "replace": replace, "with_": with_, "append": append}


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write files below a directory."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def test_every_matching_file_is_changed_and_no_other(program: Run, tmp_path: Path) -> None:
    changed = {"src/route.ts": EDGE + EDGE, "src/a/b/route.ts": EDGE}
    kept = {"src/page.ts": EDGE, "lib/route.ts": EDGE, "node_modules/x.ts": EDGE, "src/c/route.ts": "nothing here"}
    write(tmp_path, {**changed, **kept})
    (tmp_path / "src/linked").mkdir()
    (tmp_path / "src/linked/route.ts").symlink_to(tmp_path / "node_modules/x.ts")
    before = {name: (tmp_path / name).stat().st_mtime_ns for name in kept}
    done = program("patch", [patch("src/**/route.ts", "'edge'", "'nodejs'")])
    assert (done.returncode, done.stdout, done.stderr) == (0, "patches[0]: changed 2 of 3 files\n", "")
    assert (tmp_path / "src/route.ts").read_text() == NODE + NODE
    assert (tmp_path / "src/a/b/route.ts").read_text() == NODE
    assert {name: (tmp_path / name).read_text() for name in kept} == kept
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in kept} == before


def test_patches_are_applied_in_order(program: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.ts": "one"})
    done = program("patch", [patch("a.ts", "one", "two"), patch("a.ts", "two", "three", "end")])
    assert done.stdout == "patches[0]: changed 1 of 1 files\npatches[1]: changed 1 of 1 files\n"
    assert (tmp_path / "a.ts").read_text() == "three\n\nend\n"


LITERALLY = [
    ("a.b", ".", "!", "a!b"),
    ("a.b", "a.", "", "b"),
    ("(x) => x", "(x)", "(y)", "(y) => x"),
    ("price", "price", "$& $1 $$ $` $'", "$& $1 $$ $` $'"),
    ("first\nsecond\n", "first\nsecond", "third", "third\n"),
    ("žluť 月", "月", "moon 🌙", "žluť moon 🌙"),
    ("a\r\nb\r\n", "a", "c", "c\r\nb\r\n"),
]


def test_texts_are_taken_literally(program: Run, tmp_path: Path) -> None:
    for n, (text, *_) in enumerate(LITERALLY):
        (tmp_path / f"{n}.ts").write_bytes(text.encode())
    done = program("patch", [patch(f"{n}.ts", replace, with_) for n, (_, replace, with_, _) in enumerate(LITERALLY)])
    assert (done.returncode, done.stderr) == (0, "")
    found = [(tmp_path / f"{n}.ts").read_bytes().decode() for n in range(len(LITERALLY))]
    assert found == [result for *_, result in LITERALLY]


def test_text_is_appended_once(program: Run, tmp_path: Path) -> None:
    write(tmp_path, {"a.ts": "line", "b.ts": "line\n", "c.ts": "line\n\n\n", "d.ts": "add me\n"})
    assert program("patch", [patch("*.ts", append="add me")]).stdout == "patches[0]: changed 3 of 4 files\n"
    assert [(tmp_path / f"{n}.ts").read_text() for n in "abc"] == ["line\n\nadd me\n"] * 3
    assert (tmp_path / "d.ts").read_text() == "add me\n"


@pytest.mark.parametrize(
    ("patches", "what"),
    [
        ([patch("*.ts", "edge", "nodejs"), patch("*.js", "a")], "patches[1]: no file matches `*.js`"),
        ([patch("{a,b}.ts", "nowhere")], "patches[0]: `nowhere` is in none of the 2 files that match `{a,b}.ts`"),
        ([patch("*.ts", append="export")], "patches[0]: the text is already in all of the 2 files that match `*.ts`"),
        ([patch("**/x.ts", "edge", "x")], "patches[0]: no file matches `**/x.ts`"),
    ],
)
def test_a_patch_that_changes_nothing_is_an_error(
    program: Run, tmp_path: Path, patches: list[dict[str, Any]], what: str
) -> None:
    write(tmp_path, {"a.ts": EDGE, "b.ts": EDGE, "node_modules/x.ts": EDGE, "packages/a/.next/x.ts": EDGE})
    done = program("patch", patches)
    assert done.returncode == Failure.exit_code
    assert done.stderr.startswith(f"\n{MARK}{what}\n  fix: correct `")
    assert done.stderr.endswith("or remove the patch if the app no longer needs it\n")
