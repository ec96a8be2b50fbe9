"""What a run does beside what."""

from typing import Any

import anyio
import anyio.lowlevel
import pytest

from ci import pipeline
from ci.intool.policy import GateResult

WAIT = 30
"""Seconds after which a run that waits for itself has failed."""


class StoppedError(Exception):
    """The build of the run came to its end."""


@pytest.mark.anyio
async def test_gates_that_need_no_image_end_while_it_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: dict[str, int] = {}
    ended = anyio.Event()

    def once(name: str, result: Any) -> Any:
        async def work(*_: Any, **__: Any) -> Any:
            begun[name] = begun.get(name, 0) + 1
            if len(begun) == 2:
                ended.set()
            return result

        return work

    async def make() -> None:
        await ended.wait()
        raise StoppedError

    run: Any = type("Run", (), {"make": staticmethod(make), "plan": None, "client": None})()
    monkeypatch.setattr(pipeline, "source_gates", once("source", ([], [])))
    monkeypatch.setattr(pipeline, "base", once("base", GateResult(name="base")))
    with anyio.fail_after(WAIT), pytest.raises(StoppedError):
        await pipeline.build_and_check(run, fresh=False)
    assert begun == {"source": 1, "base": 1}


@pytest.mark.anyio
async def test_what_several_gates_ask_for_is_done_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def advisories(_: Any) -> str:
        asked.append("advisories")
        await anyio.lowlevel.checkpoint()
        return "known"

    monkeypatch.setattr(pipeline, "advisories", advisories)
    nothing: Any = None
    early = pipeline.Early(run=nothing)
    assert await pipeline.gather(early.known(), early.known()) == ["known", "known"]
    assert asked == ["advisories"]
