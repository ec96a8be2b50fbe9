"""``newest.cjs``: the newest version of the first package that a registry has."""

import json
import os
import subprocess
from pathlib import Path

PROGRAM = Path(__file__).parents[3] / "ci/programs/newest.cjs"


def newest(home: Path, wanted: dict[str, list[str]], **variables: str) -> subprocess.CompletedProcess[str]:
    call = ["node", str(PROGRAM), json.dumps(wanted), str(home / "report")]
    env = {**os.environ, **variables}
    return subprocess.run(call, cwd=home, capture_output=True, text=True, check=False, env=env)


def test_the_first_package_that_there_is(tmp_path: Path) -> None:
    wanted = {
        "Poppins": ["@fontsource-variable/poppins", "@fontsource/poppins"],
        "Geist": ["@fontsource-variable/geist", "@fontsource/geist"],
        "None": ["@fontsource/no-such-font-anywhere"],
    }
    done = newest(tmp_path, wanted)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "report").read_text("utf-8"))
    assert {name: one["name"] for name, one in found.items()} == {
        "Poppins": "@fontsource/poppins",
        "Geist": "@fontsource-variable/geist",
    }
    assert all(one["integrity"].startswith("sha512-") and one["version"][0].isdigit() for one in found.values())


def test_a_registry_that_does_not_answer_is_a_failure_with_its_words(tmp_path: Path) -> None:
    unreachable = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_fetch_retries": "0"}
    done = newest(tmp_path, {"A": ["@fontsource/a"]}, **unreachable)
    assert done.returncode == 9
    assert "the npm registry was asked for @fontsource/a: " in done.stderr
    assert "ECONNREFUSED" in done.stderr
