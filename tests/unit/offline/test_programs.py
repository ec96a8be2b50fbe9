"""The Go programs that are built, against their recipes."""

import re

import pytest

from offline import golang, programs
from offline.places import RECIPES
from offline.programs import Program

ALL = [value for value in vars(programs).values() if isinstance(value, Program)]


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.name)
def test_a_recipe_has_the_modules_of_its_programs(program: Program) -> None:
    text = (RECIPES / program.name / "go.mod").read_text("utf-8")
    modules = re.findall(r"^(?:module |require |\t)([\w./-]+)", text, re.MULTILINE)
    for package in program.packages:
        assert [module for module in modules if package == module or package.startswith(f"{module}/")], package


def test_every_recipe_with_a_module_is_built() -> None:
    assert {path.parent.name for path in RECIPES.glob("*/go.mod")} == {program.name for program in ALL}


@pytest.mark.parametrize(
    ("program", "module", "version"),
    [
        (programs.ENGINE, "github.com/dagger/dagger", programs.DAGGER),
        (programs.COSIGN, "github.com/sigstore/cosign/v3", programs.COSIGN_VERSION),
        (programs.TRIVY, "github.com/aquasecurity/trivy", f"v{programs.TRIVY_VERSION}"),
        (programs.BUILDKIT, "github.com/moby/buildkit", f"v{programs.BUILDKIT_VERSION}"),
    ],
    ids=lambda value: value.name if isinstance(value, Program) else "",
)
def test_a_program_says_the_version_that_its_recipe_has(program: Program, module: str, version: str) -> None:
    text = (RECIPES / program.name / "go.mod").read_text("utf-8")
    assert re.findall(rf"^(?:require )?\s*{re.escape(module)} (\S+)", text, re.MULTILINE) == [version]
    assert f"={version.removeprefix('v')}" in program.flags[-1].replace("=v", "=")


def test_names_are_those_of_the_packages() -> None:
    assert programs.TOOLS.names == ("registry", "regctl")
    assert programs.ADVISORIES.names == ("advisories",)


@pytest.mark.parametrize("program", ALL, ids=lambda program: program.name)
def test_a_recipe_asks_for_no_newer_go_than_its_program(program: Program) -> None:
    wanted = re.search(r"^go (\S+)$", (RECIPES / program.name / "go.mod").read_text("utf-8"), re.MULTILINE)
    assert wanted
    assert golang._parsed(wanted[1]) <= program.go
    assert program.go in golang.LOCKS
