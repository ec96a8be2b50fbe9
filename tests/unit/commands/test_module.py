"""The facade: every function says how it is cached, what it does, and what its arguments mean."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ci import commands, module
from ci.commands import doctor
from offline import programs

ROOT = Path(__file__).parents[3]
TREE = ast.parse((ROOT / "ci" / "module.py").read_text("utf-8"))
CLASSES = {s.name: s for s in TREE.body if isinstance(s, ast.ClassDef)}
FACADE = CLASSES["NextDistroless"]
METHODS = [s for c in CLASSES.values() for s in c.body if isinstance(s, ast.FunctionDef | ast.AsyncFunctionDef)]
DAGGER = json.loads((ROOT / "dagger.json").read_text("utf-8"))
OF_A_REGISTRY = frozenset(
    {"prove", "rebase", "promote", "verify", "info", "size", "treemap", "diff", "tags", "clean", "pull"}
)
LINES = 8
"""What a function of the facade may have, so that no logic moves in."""


def decorator(method: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.Call | ast.Name | None:
    """The ``exposed`` decorator of a method, called or not."""
    for found in method.decorator_list:
        named = found.func if isinstance(found, ast.Call) else found
        if isinstance(named, ast.Name) and named.id == "exposed":
            return found if isinstance(found, ast.Call | ast.Name) else None
    return None


FUNCTIONS = {m.name: m for m in METHODS if decorator(m)}


def cache(name: str) -> str:
    """The policy that a function names."""
    call = decorator(FUNCTIONS[name])
    assert isinstance(call, ast.Call), f"{name} leaves its caching to the engine's default of a week"
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    assert isinstance(given.get("cache"), ast.Name), f"{name} does not name a cache policy"
    return ast.unparse(given["cache"])


NAMED = {
    target.id: s.value
    for s in TREE.body
    if isinstance(s, ast.Assign)
    for target in s.targets
    if isinstance(target, ast.Name)
}
"""Annotations that several functions share, and all else that the module gives a name."""


def documented(annotation: ast.expr | None) -> bool:
    """Whether an annotation is ``Annotated[…, Doc("…")]``, or the name of one."""
    if isinstance(annotation, ast.Name):
        annotation = NAMED.get(annotation.id)
    if not (isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Annotated"):
        return False
    docs = [n for n in ast.walk(annotation) if isinstance(n, ast.Call) and ast.unparse(n.func) == "Doc"]
    texts = [d.args[0].value for d in docs if d.args and isinstance(d.args[0], ast.Constant)]
    return len(texts) == 1 and len(str(texts[0])) > 3


def test_the_functions_of_a_release_are_there() -> None:
    assert {"plan", "deps", "build", "environment", "image", "layout", "smoke", "check", "publish"} <= set(FUNCTIONS)
    assert set(FUNCTIONS) >= OF_A_REGISTRY
    assert {"up", "doctor", "config", "validate", "show", "init", "schema"} <= set(FUNCTIONS)


def test_a_name_is_there_once() -> None:
    assert len(FUNCTIONS) == len([m for m in METHODS if decorator(m)])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_names_its_cache_policy(name: str) -> None:
    assert cache(name) in {"NEVER", "A_DAY"}


@pytest.mark.parametrize(
    "name", ["publish", "smoke", "check", "up", "doctor", "plan", "config", "show", *sorted(OF_A_REGISTRY)]
)
def test_what_looks_at_the_world_or_changes_it_is_never_cached(name: str) -> None:
    assert cache(name) == "NEVER"


def test_the_policies_have_the_words_of_the_engine() -> None:
    assert (module.NEVER, module.A_DAY) == ("never", "24h")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_help_text(name: str) -> None:
    text = ast.get_docstring(FUNCTIONS[name])
    assert text
    assert text.splitlines()[0].endswith((".", "`."))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_argument_has_a_help_text(name: str) -> None:
    arguments = FUNCTIONS[name].args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    assert given[0].arg == "self"
    assert [a.arg for a in given[1:] if not documented(a.annotation)] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_function_has_room_for_logic(name: str) -> None:
    _, *body = FUNCTIONS[name].body
    assert body
    assert (body[-1].end_lineno or 0) - body[0].lineno < LINES


def test_every_field_has_a_help_text() -> None:
    fields = [s for s in FACADE.body if isinstance(s, ast.AnnAssign)]
    assert len(fields) > 1
    assert [ast.unparse(f.target) for f in fields if not documented(f.annotation)] == []


def test_dagger_json_pins_the_engine_and_the_sdk() -> None:
    assert DAGGER["engineVersion"] == "v0.21.8"
    assert DAGGER["sdk"] == {"source": "python"}


def test_all_parts_name_the_same_engine() -> None:
    assert DAGGER["engineVersion"] == doctor.ENGINE == programs.DAGGER


@pytest.mark.parametrize("name", ["tests", "docs", "examples", "offline", "bench", ".github", "pipelines"])
def test_the_module_is_loaded_without_what_it_does_not_run(name: str) -> None:
    assert f"!{name}" in DAGGER["include"]


def test_what_the_module_runs_is_loaded() -> None:
    assert not {"!ci", "!pyproject.toml", "!requirements.lock", "!dagger.json"} & set(DAGGER["include"])


def test_a_start_imports_no_family_of_functions() -> None:
    # Every call starts Python anew, and needs one family of them.
    heavy = ("ci.commands.publish", "ci.commands.tries", "ci.pipeline", "ci.gates", "ci.release", "ci.report")
    code = "import sys, ci.module; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    names = set(loaded.stdout.split())
    assert "ci.commands" in names
    assert not names & set(heavy)


def test_a_family_is_there_by_its_name_and_nothing_else_is() -> None:
    assert commands.report.report
    with pytest.raises(AttributeError, match="there is no family nothing"):
        _ = commands.nothing
