"""`config init --try`, without an engine: which plan is tried, and the file for an image that starts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from ci.build.base import Access
from ci.commands import tries
from ci.decide.config.parse import parse
from ci.decide.pins import Package
from ci.decide.plan.model import Plan
from ci.decide.project.source_files import SourceFiles
from ci.decide.shipped import PipelineFile
from ci.errors import BuildError
from ci.intool.policy import GateResult
from ci.messages import message
from tests.unit.decide.test_project import pnpm_lock

POPPINS = Package("@fontsource/poppins", "5.3.0", f"sha512-{'A' * 86}==")
SOURCE = SourceFiles(
    entries=["package.json", "app"],
    files={
        "package.json": '{"name": "app", "dependencies": {"next": "15.5.0"}, "scripts": {"build": "next build"}}',
        "pnpm-lock.yaml": pnpm_lock("'next@15.5.0'"),
    },
    paths=["app/page.tsx"],
    imports={"app/layout.tsx": "import { Inter, Poppins } from 'next/font/google'"},
)
SECRET = {"name": "API_TOKEN", "where": {"frozen": "b.js"}, "set": [".env"], "secret": "value", "searched": True}
FROZEN = {"name": "NEXT_PUBLIC_A", "where": {"browser": "a.js"}, "set": ["dummy"], "secret": "", "searched": True}


def answers(value: Any) -> Callable[..., Any]:
    async def answer(*_: Any, **__: Any) -> Any:
        return value

    return answer


async def newest(_image: object, _registry: str, _day: str, names: Sequence[str]) -> Mapping[str, Package]:
    assert list(names) == ["Poppins"]
    return {"Poppins": POPPINS}


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """The plans that are tried; each gives an image that starts."""
    plans: list[Plan] = []
    variables = {"variables": [FROZEN, SECRET]}
    payload = SimpleNamespace(alive=(), behind=(), chunk="")
    made = SimpleNamespace(image=None, payload=payload, variables=variables, full=None)

    def begin(plan: Plan, *_: Any, **__: Any) -> Any:
        plans.append(plan)
        return SimpleNamespace(make=answers(made))

    for name, value in {
        "look": answers(SOURCE),
        "choose": answers(PipelineFile(name="", origin="none", text="")),
        "native_platform": answers("linux/amd64"),
        "begin": begin,
    }.items():
        monkeypatch.setattr(tries, name, value)
    monkeypatch.setattr("ci.pipeline.subject", lambda *_: None)
    monkeypatch.setattr("ci.pipeline.smoke", answers(GateResult(name="smoke")))
    return plans


async def test_fonts_come_from_packages_and_are_pinned(planned: list[Plan]) -> None:
    subject = tries.Subject(source=None, access=Access(), newest=newest)  # type: ignore[arg-type]
    text = await tries.init(subject, None, 1)  # type: ignore[arg-type]
    (plan,) = planned
    assert plan.build.fonts == ("Inter", "Poppins")
    assert POPPINS in [fetch.package for fetch in plan.install.fetch]
    assert parse(text, "x").build.fonts == {"Poppins": f"{POPPINS.name}@{POPPINS.version} {POPPINS.integrity}"}


async def test_a_frozen_dummy_is_named_in_the_head(planned: list[Plan]) -> None:
    subject = tries.Subject(source=None, access=Access(), newest=newest)  # type: ignore[arg-type]
    text = await tries.init(subject, None, 1)  # type: ignore[arg-type]
    assert len(planned) == 1
    head = text.partition("\n\n")[0]
    assert "# - NEXT_PUBLIC_A is a dummy of the build, and browsers get it" in head


async def test_a_value_that_no_policy_releases_is_for_a_person_to_decide(
    planned: list[Plan], capsys: pytest.CaptureFixture[str]
) -> None:
    subject = tries.Subject(source=None, access=Access(), newest=newest)  # type: ignore[arg-type]
    text = await tries.init(subject, None, 1)  # type: ignore[arg-type]
    assert len(planned) == 1
    head = text.partition("\n\n")[0]
    assert "# To decide: a release is refused" in head
    assert "# - API_TOKEN looks like a secret by its value, and its value is frozen (b.js)." in head
    assert "build.allow-frozen" not in text.partition("\n\n")[2]
    assert "a release of it is refused" in capsys.readouterr().out


async def test_a_page_that_fails_is_read_before_it_is_changed(
    planned: list[Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = message("cause.host", host="api.example.com", later="")
    output = "Export encountered an error on /page: /, exiting the build."
    starts = tries.begin

    def begin(plan: Plan, *more: Any, **named: Any) -> Any:
        if plan.build.patches:
            return starts(plan, *more, **named)
        return SimpleNamespace(make=fails)

    async def fails() -> None:
        raise BuildError.saying(replace(said, what=f"{said.what}:\n{output}"))

    read = {"app/page.tsx": "export const dynamic = 'force-static'"}
    source = SimpleNamespace(file=lambda name: SimpleNamespace(contents=answers(read[name])))
    monkeypatch.setattr(tries, "begin", begin)
    subject = tries.Subject(source=source, access=Access(), newest=newest)  # type: ignore[arg-type]
    text = await tries.init(subject, None, 2)  # type: ignore[arg-type]
    assert "it builds, and its image starts" in text
    assert len(planned) == 1
    (patch,) = parse(text, "x").patches
    assert (patch.replace, patch.with_) == (read["app/page.tsx"], "export const dynamic = 'force-dynamic'")
