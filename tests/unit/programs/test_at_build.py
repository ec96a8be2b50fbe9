"""``at-build.cjs``: what every process of a build loads, the app's own modules among it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from tests.unit.builds import write
from tests.unit.conftest import PROGRAMS

SHOW = "console.log(process.env.LOADED)"
RUN = "require('child_process').execFileSync(process.argv[0]"
IN_A_CHILD = f"{RUN}, ['-e', {json.dumps(SHOW)}], {{ stdio: 'inherit' }})"


def test_the_modules_of_the_app_are_loaded_in_each_process(node: str, tmp_path: Path) -> None:
    pipeline = tmp_path / "pipeline"
    app = str(tmp_path / "app")
    inputs = {"root": app, "app": app, "settings": "", "cache": "", "modules": ["./first.cjs", "second/register"]}
    write(pipeline, {"seed": "a seed", "inputs": json.dumps(inputs), "kept": str(tmp_path / "cache")})
    for name in ("at-build", "entropy", "settings", "traces", "kept", "ahead", "unreached"):
        shutil.copy(PROGRAMS / f"{name}.cjs", pipeline)
    files = {
        "first.cjs": "process.env.LOADED = 'first'",
        "node_modules/second/register.js": "process.env.LOADED += ' second'",
    }
    write(tmp_path / "app", files)
    done = subprocess.run(
        [node, "-e", f"{SHOW}; {IN_A_CHILD}"],
        cwd=tmp_path / "app",
        env={**os.environ, "NODE_OPTIONS": f"--require {pipeline}/at-build.cjs"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["first second", "first second"]
