"""What a call costs, counted by the operations that the engine shows: no clock."""

import re
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT, REACH, Called, command
from tests.engine.released import COMMIT, Released

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine")]

FEW = 250
"""Operations of a publish that changes nothing; it has some 180, and one that looks at every step has 700."""


def shown(*arguments: str | Path) -> Called:
    """A call that shows all operations."""
    called = command("dagger", "--progress=plain", "-vvv", "-m", CHECKOUT, "call", *arguments)
    assert called.code == 0, called.error or called.stderr[-3000:]
    return called


@pytest.mark.embedded
def test_the_types_of_a_module_are_registered_once() -> None:
    shown("--help")
    again = shown("--help")
    assert "--address" in again.stdout
    assert "PythonSdk.moduleTypes" in again.stderr
    assert "asModule getModDef" not in again.stderr, "Python was started to register the types"


def test_a_publish_that_changes_nothing_is_few_operations(tiny: Path, shipped: Released) -> None:
    place = ("--source", tiny, *REACH, *COMMIT, "--address", shipped.repository)
    again = shown(*place, "--git-ref", "refs/tags/v1.2.3", "publish")
    assert "  unchanged    since " in again.stdout
    assert 0 < len(set(re.findall(r"^(\d+) +:", again.stderr, re.MULTILINE))) < FEW
