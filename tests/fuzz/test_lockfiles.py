"""Lockfiles: with any content, the packages are read, or the file is refused by its name."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ci.decide.project.lockfile_policy import hosts, refuse
from ci.errors import ProjectError
from tests.fuzz.checks import survives
from tests.fuzz.strategies import mutants, texts
from tests.unit.decide.test_ecosystems_lockfiles import BERRY_4, BUN, NPM_3, PNPM_6, PNPM_9, YARN_1, read

TEXTS = {"pnpm-lock.yaml": (PNPM_6, PNPM_9), "yarn.lock": (YARN_1, BERRY_4)}
LOCK = {
    "lockfileVersion": 3,
    "packages": {
        "": {"name": "app"},
        "node_modules/a": {
            "version": "1.0.0",
            "resolved": "https://tarballs.example/a.tgz#abc",
            "integrity": "sha512-aaaa",
            "cpu": ["x64"],
            "os": ["linux"],
            "libc": ["musl"],
            "link": False,
            "inBundle": False,
        },
        "node_modules/a/node_modules/b": {"name": "c", "version": "git+ssh://git@github.com/a/b.git#c"},
    },
}
BUN_LOCK = {
    "lockfileVersion": 1,
    "packages": {
        "a": ["a@1.0.0", "", {"os": "linux", "cpu": ["x64"]}, "sha512-aaaa"],
        "b": ["b@github:a/b#c", {}, "c"],
    },
}
"""Both again, as data to change."""


def judged(name: str, text: str) -> None:
    """Read a lockfile, and see from where it takes packages."""
    locked = survives(lambda: read(f"apps/web/{name}", text), ProjectError)
    if locked:
        assert all(package.name and package.version for package in locked)
        hosts(locked)
        survives(lambda: refuse(locked, name), ProjectError)


@given(mutants(LOCK))
@example({**LOCK, "packages": {"node_modules/\ud800": {}}})
def test_package_lock(lock: Any) -> None:
    judged("package-lock.json", json.dumps(lock))


@given(mutants(BUN_LOCK))
@example({**BUN_LOCK, "packages": {"\ud800": []}})
def test_bun_lock(lock: Any) -> None:
    judged("bun.lock", json.dumps(lock))


@given(st.data(), st.sampled_from([(name, text) for name, valid in TEXTS.items() for text in valid]))
def test_lockfiles_of_lines(data: st.DataObject, lock: tuple[str, str]) -> None:
    judged(lock[0], data.draw(texts(lock[1])))


@given(st.sampled_from(["package-lock.json", "bun.lock"]), st.data())
def test_damaged_json(name: str, data: st.DataObject) -> None:
    judged(name, data.draw(texts({"package-lock.json": NPM_3, "bun.lock": BUN}[name])))


@pytest.mark.parametrize("digits", ["1" * 5000, "\u0666", "9" * 20])
def test_versions_of_lockfiles(digits: str) -> None:
    with pytest.raises(ProjectError) as pnpm:
        read("pnpm-lock.yaml", f"lockfileVersion: {digits}\n")
    with pytest.raises(ProjectError) as npm:
        read("package-lock.json", f'{{"lockfileVersion": {digits}}}')
    assert pnpm.value.id == npm.value.id == "lockfile.unreadable"
