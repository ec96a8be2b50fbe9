"""``rebuild.cjs``: install scripts of the packages that are named, and of no others."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci.decide.diagnose import diagnose

PROGRAM = Path(__file__).parents[3] / "ci/programs/rebuild.cjs"
NOTE = 'echo $npm_package_name:$npm_lifecycle_event:$INIT_CWD >> "$INIT_CWD/ran"'

Run = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the program where packages are installed: directory to what its package.json has beside the name."""

    def run(names: list[str], installed: dict[str, dict[str, Any]]) -> tuple[int, str, list[str]]:
        for path, manifest in installed.items():
            directory = tmp_path / path
            directory.mkdir(parents=True)
            name = path.rpartition("node_modules/")[2]
            (directory / "package.json").write_text(json.dumps({"name": name, "version": "1.0.0", **manifest}), "utf-8")
        command = ["node", str(PROGRAM), json.dumps(names)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        log = tmp_path / "ran"
        ran = log.read_text("utf-8").replace(f":{tmp_path}", "").splitlines() if log.exists() else []
        return done.returncode, done.stderr, ran

    return run


def scripts(**scripts: str) -> dict[str, Any]:
    return {"scripts": scripts}


def test_only_the_named_run_in_order_with_their_three_events_and_where_the_app_is(run: Run) -> None:
    code, _, ran = run(
        ["@scope/b", "a"],
        {
            "node_modules/a": scripts(postinstall=NOTE, test=NOTE, prepare=NOTE),
            "node_modules/@scope/b": scripts(postinstall=NOTE, preinstall=NOTE, install=NOTE),
            "node_modules/c": scripts(install=NOTE),
            "src/a": scripts(install=NOTE),
        },
    )
    assert (code, ran) == (0, ["@scope/b:preinstall", "@scope/b:install", "@scope/b:postinstall", "a:postinstall"])


def test_every_copy_is_built_once_wherever_a_manager_keeps_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    (tmp_path / ".npmrc").write_text("ignore-scripts=true\n", "utf-8")
    (tmp_path / "node_modules/a").symlink_to(".pnpm/a@1.0.0/node_modules/a")
    code, _, ran = run(
        ["a"],
        {
            "node_modules/.pnpm/a@1.0.0/node_modules/a": scripts(install=NOTE, preinstall=NOTE),
            "apps/web/node_modules/x/node_modules/a": scripts(postinstall=NOTE),
            "apps/web/node_modules/a/a": scripts(install=NOTE),
        },
    )
    assert (code, sorted(ran)) == (0, ["a:install", "a:postinstall", "a:preinstall"])


def test_a_package_that_wants_another_package_manager_is_built_all_the_same(run: Run) -> None:
    wants = {"devEngines": {"packageManager": {"name": "pnpm", "version": "10.0.0"}}}
    assert run(["a"], {"node_modules/a": scripts(install=NOTE) | wants})[::2] == (0, ["a:install"])


@pytest.mark.parametrize(
    ("names", "manifest", "message"),
    [
        (["b"], scripts(install=NOTE), "no package b is installed whose install scripts could run"),
        (["a"], scripts(test=NOTE), "the package a has no install script"),
        (["a"], {}, "the package a has no install script"),
    ],
)
def test_what_cannot_be_done_is_told(run: Run, names: list[str], manifest: dict[str, Any], message: str) -> None:
    code, stderr, ran = run(names, {"node_modules/a": manifest})
    assert (code, ran) == (9, [])
    assert f"\nnext-distroless: {message}\n  fix: " in stderr


def test_a_script_that_fails_leaves_its_own_output_for_the_cause(run: Run) -> None:
    failing = scripts(install="echo 'gyp ERR! cwd /app/node_modules/a' >&2; exit 3", postinstall=NOTE)
    code, stderr, ran = run(["a"], {"node_modules/a": failing})
    assert (code, ran) == (3, [])
    assert "the install script of node_modules/a failed\n" in stderr
    assert "next-distroless: " not in stderr
    cause = diagnose(stderr)
    assert cause
    assert (cause.id, cause.facts) == ("cause.no-binary", {"package": "a"})
