"""`doctor`: what it looks at, in which order, and how it ends."""

from dataclasses import replace
from typing import Any

import dagger
import pytest

from ci.commands import doctor
from ci.decide.doctor.finding import Finding
from ci.decide.plan.model import Plan
from ci.errors import BuildError, ConfigError, ProjectError
from tests.unit.decide.test_doctor_machine import FINE
from tests.unit.plans import PINS, plan_of


class Dag:
    async def version(self) -> str:
        return doctor.ENGINE


class Run:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan


async def examined(
    monkeypatch: pytest.MonkeyPatch, plan: Plan | Exception, machine: Any = FINE, texts: dict[str, str] | None = None
) -> str:
    """The report on a machine, a plan and texts that are given."""

    async def decide() -> Any:
        if isinstance(plan, Exception):
            raise plan
        return Run(plan)

    async def read(*_: object) -> dict[str, str]:
        return {".gitignore": ".env*"} if texts is None else texts

    async def look(*asked: Any) -> Any:
        asked_for.append(asked[1:3])
        if isinstance(machine, Exception):
            raise machine
        return machine

    monkeypatch.setattr(doctor, "dag", Dag())
    monkeypatch.setattr(doctor.inputs, "read", read)
    monkeypatch.setattr(doctor, "machine", look)
    subject: Any = doctor.Subject(source=None, decide=decide, access=None, npm_registry="https://npm.example")  # type: ignore[arg-type]
    return await doctor.examine(subject)


asked_for: list[tuple[Any, ...]] = []


async def test_all_parts_are_in_one_report(monkeypatch: pytest.MonkeyPatch) -> None:
    report = await examined(
        monkeypatch, plan_of(), texts={"Dockerfile": "FROM node:22-slim\nUSER 1\nRUN npm install\n"}
    )
    lines = [line for line in report.splitlines() if not line.startswith("  ")]
    assert [line.split()[0] for line in lines] == sorted(
        (line.split()[0] for line in lines), key=["warning", "advice", "ok"].index
    )
    assert f"ok       engine {doctor.ENGINE}" in report
    assert "ok       machine: Linux 6.12.1" in report
    assert "warning  Dockerfile:3: `npm install`" in report
    assert "warning  .gitignore does not leave out" in report
    assert asked_for[-1] == (PINS.image("node22"), "")


async def test_an_error_ends_it_as_an_error_with_all_of_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError) as caught:
        await examined(monkeypatch, plan_of(), replace(FINE, disk=1))
    assert caught.value.id == "doctor.errors"
    assert caught.value.what.startswith("error    only 0.0 GB of disk are free")
    assert f"ok       engine {doctor.ENGINE}" in caught.value.what


async def test_an_app_without_a_plan_is_an_error_and_the_rest_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError) as caught:
        await examined(monkeypatch, ProjectError("two lockfiles", "delete one"))
    assert "error    two lockfiles\n         fix: delete one" in caught.value.what
    assert "ok       machine: Linux" in caught.value.what
    assert asked_for[-1] == (PINS.image("node22"), "https://npm.example")


@pytest.mark.parametrize("problem", [BuildError("the image is not there", "x"), dagger.DaggerError("no disk")])
async def test_a_machine_on_which_nothing_runs(monkeypatch: pytest.MonkeyPatch, problem: Exception) -> None:
    with pytest.raises(ConfigError) as caught:
        await examined(monkeypatch, plan_of(), problem)
    assert "error    a container could not be run on this engine: " in caught.value.what


@pytest.mark.parametrize(
    ("version", "embedded", "finding"),
    [
        (doctor.ENGINE, False, Finding("ok", f"engine {doctor.ENGINE}")),
        (doctor.ENGINE, True, Finding("ok", f"engine {doctor.ENGINE}, embedded: with stand-ins for upstream images")),
    ],
)
def test_version_and_kind_of_the_engine(version: str, *, embedded: bool, finding: Finding) -> None:
    assert list(doctor.of_engine(version, embedded=embedded)) == [finding]


def test_an_engine_that_was_not_tested() -> None:
    (one,) = doctor.of_engine("v0.22.0", embedded=False)
    assert (one.level, one.fix) == ("warning", f"use Dagger {doctor.ENGINE}")


def test_platforms_that_cannot_be_tried() -> None:
    plan = plan_of(platforms=("linux/amd64", "linux/arm64"))
    assert any(one.text.startswith("linux/arm64 images are built but not tested") for one in doctor.of_plan(plan))
