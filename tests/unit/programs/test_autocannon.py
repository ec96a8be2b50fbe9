"""``autocannon.cjs``: the generator of the load is pinned package by package, and npm is told exactly that."""

import json
import os
import re
import subprocess
from pathlib import Path

PROGRAM = Path(__file__).parents[3] / "ci/programs/autocannon.cjs"
PACKAGES = json.loads(PROGRAM.with_suffix(".json").read_text("utf-8"))


def install(node: str, tmp_path: Path, npm: str) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """With a program in npm's place."""
    place, programs = tmp_path / "made", tmp_path / "bin"
    programs.mkdir()
    (programs / "npm").write_text(f"#!/bin/sh\n{npm}\n")
    (programs / "npm").chmod(0o755)
    env = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    command = [node, str(PROGRAM), str(place)]
    return place, subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_every_package_has_a_version_and_a_checksum() -> None:
    assert PACKAGES["autocannon"].startswith("9.")
    assert [*PACKAGES] == sorted(PACKAGES)
    for entry in PACKAGES.values():
        assert re.fullmatch(r"\d+\.\d+\.\d+ sha512-[A-Za-z0-9+/]{86}==", entry), entry


def test_npm_is_told_exactly_these_packages_and_no_address(node: str, tmp_path: Path) -> None:
    place, done = install(node, tmp_path, 'echo "$@" > asked')
    assert done.returncode == 0, done.stderr
    assert (place / "asked").read_text().split()[:2] == ["ci", "--ignore-scripts"]
    lock = json.loads((place / "package-lock.json").read_text())
    version, checksum = PACKAGES["autocannon"].split()
    assert lock["packages"]["node_modules/autocannon"] == {"version": version, "integrity": checksum}
    assert len(lock["packages"]) == len(PACKAGES) + 1
    assert json.loads((place / "package.json").read_text())["dependencies"]["autocannon"] == version
    assert "resolved" not in (place / "package-lock.json").read_text()


def test_what_npm_says_is_told(node: str, tmp_path: Path) -> None:
    _, done = install(node, tmp_path, "echo 'npm error 404 not found' >&2; exit 1")
    assert done.returncode == 9
    assert "could not be installed: npm error 404 not found" in done.stderr
    assert "--npm-registry" in done.stderr
