"""``generate.cjs``: a command before the build, with the programs of the installed packages."""

import json
import os
import subprocess
from pathlib import Path

PROGRAM = Path(__file__).parents[3] / "ci/programs/generate.cjs"


def run(
    root: Path, command: str, *, directory: str = ".", env: dict[str, str] | None = None, **outside: str
) -> subprocess.CompletedProcess[str]:
    spec = json.dumps({"root": str(root), "command": command, "env": env or {}})
    variables = {"PATH": os.environ["PATH"], **outside}
    call = ["node", str(PROGRAM), spec]
    return subprocess.run(call, cwd=root / directory, capture_output=True, text=True, check=False, env=variables)


def installed(place: Path, name: str, text: str) -> None:
    program = place / "node_modules/.bin" / name
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    program.chmod(0o755)


def test_the_nearest_program_is_taken_and_none_above_the_source(tmp_path: Path) -> None:
    root, package = tmp_path / "app", tmp_path / "app/packages/db"
    package.mkdir(parents=True)
    installed(tmp_path, "above", "echo above")
    installed(root, "tool", "echo of the root")
    installed(package, "tool", "echo of the package")
    assert run(root, "tool", directory="packages/db").stdout == "of the package\n"
    assert run(root, "tool").stdout == "of the root\n"
    missing = run(root, "above", directory="packages/db")
    assert missing.returncode == 127
    assert "it has to be in package.json" in missing.stderr


def test_variables_of_the_build_win(tmp_path: Path) -> None:
    done = run(tmp_path, 'echo "$A $B"', env={"A": "ours", "B": "ours"}, A="theirs")
    assert done.stdout == "theirs ours\n"


def test_the_exit_code_and_what_is_printed_are_those_of_the_command(tmp_path: Path) -> None:
    done = run(tmp_path, "echo out; echo err >&2; exit 3")
    assert (done.returncode, done.stdout, done.stderr) == (3, "out\n", "err\n")


def test_openssl_is_that_of_the_image_where_the_build_has_none(tmp_path: Path) -> None:
    node = Path(subprocess.check_output(["node", "-p", "process.execPath"], text=True).strip())
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, target in {"node": node, "sh": Path("/bin/sh")}.items():
        (programs / name).symlink_to(target)
    assert run(tmp_path, "openssl version -v", PATH=str(programs)).stdout == "OpenSSL 3.0.0\n"


def test_a_failure_keeps_its_own_words(tmp_path: Path) -> None:
    installed(tmp_path, "prisma", "echo 'Error: Schema is not valid' >&2; exit 1")
    done = run(tmp_path, "prisma generate")
    assert (done.returncode, done.stderr) == (1, "Error: Schema is not valid\n")
