"""Versions that stand in several places agree; the first of each is the one to change first."""

import json
import re
import subprocess
import tomllib

import pytest

from ci.commands.doctor import ENGINE
from offline import programs
from offline.golang import LOCKS
from offline.programs import DAGGER, KUBERNETES_VERSION, Program
from tests.conftest import CHECKOUT

CLI = json.loads((CHECKOUT / "dagger.json").read_text())["engineVersion"].removeprefix("v")
MENTIONED = re.compile(
    r"(?:Dagger(?: CLI)?,? v?|dagger-io==|dagger/dagger v|DAGGER_VERSION: |`?engine v)(\d+\.\d+\.\d+)(?!-)",
    re.IGNORECASE,
)
"""How a version of Dagger is written."""

OTHERS = re.compile(
    r"CHANGELOG\.md|docs/explanation/speed\.md|bench/speed/measured\.json|.*/go\.sum|tests/unit/test_versions\.py"
)
"""Files with what was true once, with checksums of all that a build looks at, and with examples."""


def committed() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listed.stdout.splitlines() if not OTHERS.fullmatch(name) and (CHECKOUT / name).is_file()]


def test_the_code_names_the_version_of_dagger_that_the_module_asks_for() -> None:
    assert {ENGINE, DAGGER} == {f"v{CLI}"}


def test_every_mention_of_a_version_of_dagger_is_that_one() -> None:
    found: dict[str, set[str]] = {}
    for name in committed():
        text = (CHECKOUT / name).read_text("utf-8", "ignore")
        for version in MENTIONED.findall(text):
            found.setdefault(version, set()).add(name)
    others = {version: sorted(names) for version, names in found.items() if version != CLI}
    assert others == {}
    assert {"README.md", "README.zh-CN.md", "pyproject.toml", "requirements-dev.lock"} <= found[CLI]
    assert {"offline/recipe/engine/go.mod", "docs/how-to/github-actions.md"} <= found[CLI]


@pytest.mark.parametrize(
    ("written", "version"),
    [
        ("needs Dagger 0.1.2 with", "0.1.2"),
        ("a Dagger CLI v0.1.2 and", "0.1.2"),
        ("dagger-io==0.1.2 \\", "0.1.2"),
        ("DAGGER_VERSION: 0.1.2", "0.1.2"),
        ("github.com/dagger/dagger v0.1.2", "0.1.2"),
    ],
)
def test_mentions_are_found(written: str, version: str) -> None:
    assert MENTIONED.findall(written) == [version]


def test_what_is_asked_for_is_locked() -> None:
    asked = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["dependency-groups"]["dev"]
    names = {re.split(r"[\[=; ]", one)[0] for one in asked}
    locked = re.findall(r"^([\w.-]+)==", (CHECKOUT / "requirements-dev.lock").read_text(), re.MULTILINE)
    assert names
    assert {normal(name) for name in names} - {normal(name) for name in locked} == set()


def normal(name: str) -> str:
    """A name of PyPI as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_kubernetes_is_one_version() -> None:
    recipes = CHECKOUT / "offline/recipe"
    minor = KUBERNETES_VERSION.removeprefix("1.")
    for name, module in (("bundles", "k8s.io/api"), ("kubernetes", "k8s.io/apiserver")):
        versions = re.findall(rf"^\s*{module} v(\S+)", (recipes / name / "go.mod").read_text(), re.MULTILINE)
        assert set(versions) == {f"0.{minor}"}


RECIPES = {one.name: one for one in vars(programs).values() if isinstance(one, Program)}


def test_every_recipe_can_be_built_by_the_toolchain_that_it_gets() -> None:
    recipes = sorted((CHECKOUT / "offline/recipe").glob("*/go.mod"))
    assert {recipe.parent.name for recipe in recipes} == RECIPES.keys()
    for recipe in recipes:
        [asked] = re.findall(r"^go (\S+)$", recipe.read_text(), re.MULTILINE)
        given = RECIPES[recipe.parent.name].go
        assert given in LOCKS
        assert tuple(map(int, asked.split("."))) <= given, recipe
