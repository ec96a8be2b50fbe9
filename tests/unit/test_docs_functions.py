"""docs/reference/functions.md has every function of the facade, with its arguments and its cache policy."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci import module

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "functions.md").read_text("utf-8")
CACHED = {"never": "never", "24h": "24 h"}


def functions(cls: Any) -> dict[str, Any]:
    """Functions that a class has for Dagger, by their name on the command line."""
    return {flag(f.original_name.rstrip("_")): f for name, f in cls.__dagger_object_type__.functions.items() if name}


def flag(name: str) -> str:
    return name.replace("_", "-")


def arguments(function: Callable[..., Any]) -> set[str]:
    return {f"--{flag(name)}" for name in inspect.signature(function).parameters if name != "self"}


def section(title: str) -> str:
    """What stands below a heading, up to the next one."""
    found = re.search(rf"^##+ {re.escape(title)}\n(.*?)(?=^#+ |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title}"
    return found[1]


def documented(text: str) -> set[str]:
    """Arguments with a row of their own."""
    return set(re.findall(r"^\| `(--[a-z-]+)` \|", text, re.MULTILINE))


FACADE = functions(module.NextDistroless)


def test_the_table_of_functions() -> None:
    row = re.compile(r"^\| \[`([a-z-]+)`\]\(#[a-z-]+\) \| [^|]+ \| ([^|;]+?)(?:;[^|]*)? \|$", re.MULTILINE)
    rows = dict(row.findall(section("Functions")))
    assert rows == {name: CACHED[f.cache_policy] for name, f in FACADE.items()}


def test_the_arguments_of_the_run() -> None:
    assert documented(section("Arguments of the run")) == arguments(module.NextDistroless)


@pytest.mark.parametrize("name", FACADE)
def test_the_arguments_of_a_function(name: str) -> None:
    assert documented(section(f"`{name}`")) == arguments(FACADE[name].wrapped)


@pytest.mark.parametrize(("family", "cls"), [("config", module.Config), ("pins", module.Pins)])
def test_the_functions_of_a_family(family: str, cls: Any) -> None:
    assert set(re.findall(r"^\| `([a-z-]+)` \|", section(f"`{family}`"), re.MULTILINE)) == set(functions(cls))
