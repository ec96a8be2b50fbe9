"""The gate `contract`: what was seen of an image is judged check by check, and what could not be seen never passes."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Self
from unittest.mock import AsyncMock, MagicMock

import dagger
import pytest

from ci.decide.config.model import Pipeline, Request, Scenario, Smoke
from ci.decide.config.security import Harden
from ci.engine import tool
from ci.gates.contract import CHUNK, asked, contract, judge, observed, questions
from ci.gates.contract_verdict import FUNCTIONS, Asked
from ci.intool.checks import CHECKS
from ci.intool.contract.observed import (
    ANYONE,
    BARE,
    CONTRACT,
    SANS_IPV4_ONLY,
    WRITABLE,
    Answer,
    Observed,
    RefusedWrite,
    Rights,
    Start,
    Stop,
    Write,
)
from ci.intool.policy import FAILED, NOT_RUN, PASSED, GateResult
from tests.results import found, places
from tests.unit.payloads import payload
from tests.unit.plans import plan_of

ARM, AMD = "linux/arm64", "linux/amd64"
MB, PIDS = 256, 200
CHUNK_PATH = "/_next/static/chunks/main.js"
RIGHTS = Rights(
    uid=65532, gid=65532, capabilities=0, no_new_privileges=True, seccomp=True, first=True, program="/nodejs/bin/node"
)
PAGE = Answer(method="GET", path="/", expected=200, status=200, headers={"cache-control": "no-store"})
STATIC = Answer(method="GET", path=CHUNK_PATH, expected=200, status=200, headers={"cache-control": "public, immutable"})
FREE = Start(
    name=WRITABLE,
    ready_ms=300,
    answers=(PAGE, STATIC),
    health_code=0,
    rights=replace(RIGHTS, capabilities=11),
    limits=(MB << 20, PIDS),
    stop=Stop(during="stream", ms=40, code=0, killed=False),
    ipv6="on",
)
UNDER = replace(
    FREE, name=CONTRACT, rights=RIGHTS, memory_mb=80.5, stop=Stop(during="nothing", ms=12, code=143, killed=False)
)
OTHER = replace(
    UNDER,
    name=ANYONE,
    ipv6="off",
    stop=Stop(during="request", ms=2014, code=0, killed=False, finished=200, refused=True),
)
WITHOUT = Start(name=BARE, problem="the container ended (exit code 1)", log=("Error: PASSWORD is not set",))
FINE = Observed(limited="cgroup v1", starts=(FREE, UNDER, OTHER, WITHOUT))
DECLARED = {"app/public/manifest.json": "file", "app/.next/cache": "directory"}
WANTED = Asked(
    scenario="default",
    root="app",
    app="app",
    writable=DECLARED,
    ready_s=10,
    memory_mb=MB,
    pids=PIDS,
    variables=("PASSWORD",),
    services=False,
    chunk=CHUNK_PATH,
)
NEVER = {"RUN-12", "RUN-17"}
"""Checks that no start of this gate can pass."""

ENDED = "the container ended (exit code 1) before / answered"
LINE = "Error: EROFS: read-only file system, open '/app/public/manifest.json'"


def seen(**changed: Mapping[str, Any]) -> Observed:
    """All is fine but for some fields of some starts, which ``free``, ``under`` and ``other`` name."""
    starts = {"free": FREE, "under": UNDER, "other": OTHER, "bare": WITHOUT}
    return replace(FINE, starts=tuple(replace(one, **changed.get(name, {})) for name, one in starts.items()))


def result(observation: Observed, wanted: Asked = WANTED, policy: str = "strict") -> GateResult:
    return judge(plan_of(pipeline=Pipeline(policy=policy)), observation, wanted)


def stopped(start: Start, **fields: Any) -> dict[str, Any]:
    assert start.stop
    return {"stop": replace(start.stop, **fields)}


def test_an_image_that_keeps_to_the_contract_passes_what_can_be_seen() -> None:
    gate = result(FINE)
    assert gate.passed
    assert gate.log == ()
    assert {name for name, outcome in gate.checks.items() if outcome == PASSED} == set(FUNCTIONS) - NEVER
    assert {name for name, outcome in gate.checks.items() if outcome == NOT_RUN} == NEVER
    assert gate.figures == {
        "ready ms": 300,
        "memory MiB": 80.5,
        "stop ms": 12,
        "stop ms with a request open": 2014,
        "paths written": 0,
    }


def test_every_check_of_the_group_is_judged() -> None:
    assert list(FUNCTIONS) == [name for name in CHECKS if name.startswith("RUN-")]


def test_where_nothing_can_be_started_nothing_passes() -> None:
    gate = result(Observed(unavailable="this engine gives no container root capabilities"))
    assert (gate.passed, gate.status, set(gate.checks.values())) == (True, NOT_RUN, {NOT_RUN})
    assert set(gate.checks) == set(FUNCTIONS)
    assert "root capabilities" in str(gate.not_judged[0])


FAULTS: dict[str, tuple[Observed, list[tuple[str, str]]]] = {
    "crashes when it cannot write": (
        seen(under={"crashed": 1, "refused_writes": (RefusedWrite(path="app/public/manifest.json", line=LINE),)}),
        [("RUN-01", "default"), ("RUN-04", "app/public/manifest.json")],
    ),
    "answers otherwise when it cannot write": (
        seen(
            under={"answers": (replace(PAGE, status=500), STATIC)},
            other={"answers": (replace(PAGE, status=500), STATIC)},
        ),
        [("RUN-01", "default: /")],
    ),
    "answers otherwise as another user": (
        seen(other={"answers": (replace(PAGE, status=0, problem="reset"), STATIC)}),
        [("RUN-03", "default: /")],
    ),
    "is slow to start": (seen(under={"ready_ms": 10_001}), [("RUN-05", "default")]),
    "has a health check that fails": (
        seen(under={"health_code": 1, "health_output": "sick", "by_hand": ("sh",)}),
        [("RUN-05", "config.Healthcheck"), ("RUN-16", "default")],
    ),
    "ignores SIGTERM": (seen(under=stopped(UNDER, killed=True, ms=10_000, code=137)), [("RUN-06", "default")]),
    "ends slowly": (seen(under=stopped(UNDER, ms=2001)), [("RUN-06", "default")]),
    "ends with an error": (seen(under=stopped(UNDER, code=1)), [("RUN-06", "default")]),
    "drops a request": (seen(other=stopped(OTHER, finished=0, problem="closed")), [("RUN-07", "default")]),
    "takes new connections": (seen(other=stopped(OTHER, refused=False)), [("RUN-07", "default")]),
    "waits for a stream": (seen(free=stopped(FREE, killed=True, ms=10_000)), [("RUN-08", "default")]),
    "is a shell": (
        seen(under={"rights": replace(RIGHTS, program="/bin/dash")}),
        [("RUN-09", "config.Entrypoint")],
    ),
    "leaves processes": (seen(under={"zombies": 2}), [("RUN-09", "default")]),
    "connects somewhere": (seen(under={"connections": ("192.0.2.7:443",)}), [("RUN-10", "default")]),
    "asks a name server": (seen(under={"datagrams": 2}), [("RUN-10", "default")]),
    "needs too much memory": (seen(other={"out_of_memory": 1}), [("RUN-12", "default")]),
    "names its framework": (
        seen(under={"answers": (replace(PAGE, headers={"x-powered-by": "Next.js"}), STATIC)}),
        [("RUN-13", "default: /")],
    ),
    "has chunks that are not kept": (
        seen(under={"answers": (PAGE, replace(STATIC, headers={"cache-control": "max-age=0"}))}),
        [("RUN-14", f"default: {CHUNK_PATH}")],
    ),
    "lets caches share a session": (
        seen(under={"answers": (replace(PAGE, headers={"set-cookie": "set", "cache-control": "s-maxage=9"}), STATIC)}),
        [("RUN-14", "default: /")],
    ),
    "ends without a word": (seen(bare={"log": ("undefined is not a function",)}), [("RUN-15", "default")]),
    "has a shell": (seen(under={"by_hand": ("sh",)}), [("RUN-16", "default")]),
}


@pytest.mark.parametrize(("observation", "expected"), FAULTS.values(), ids=FAULTS)
def test_an_app_that_does_not_keep_to_it_is_found(observation: Observed, expected: list[tuple[str, str]]) -> None:
    gate = result(observation)
    assert sorted(places(gate)) == expected
    assert {name for name, outcome in gate.checks.items() if outcome == FAILED} == {name for name, _ in expected}


@pytest.mark.parametrize("line", [LINE, LINE.replace("EROFS: read-only file system", "EACCES: permission denied")])
def test_a_start_that_has_to_write_is_found_with_the_path_and_its_line(line: str) -> None:
    refused = (RefusedWrite(path="app/public/manifest.json", line=line),)
    broken = replace(UNDER, problem=ENDED, stop=None, refused_writes=refused)
    writes = (Write(path="app/public/manifest.json", kind="changed"),)
    wanted = replace(WANTED, writable={})
    gate = result(replace(FINE, starts=(FREE, broken), writes=writes), wanted, policy="standard")
    assert sorted(places(gate)) == [("RUN-01", "default"), ("RUN-04", "app/public/manifest.json")]
    by_id = {one.id: one for one in found(gate)}
    assert line in by_id["RUN-01"].title
    assert by_id["RUN-04"].fix == "add runtime.writable: [public/manifest.json], and mount it"
    assert gate.checks["RUN-02"] == gate.checks["RUN-06"] == NOT_RUN


def test_a_start_that_needs_ipv6_is_told_from_one_that_needs_its_user() -> None:
    broken, both = replace(OTHER, problem=ENDED, stop=None), replace(OTHER, name=SANS_IPV4_ONLY, ipv6="on")
    gate = result(replace(FINE, starts=(FREE, UNDER, broken, both)))
    assert places(gate) == [("RUN-11", "default")]
    assert gate.checks["RUN-03"] == NOT_RUN
    gate = result(replace(FINE, starts=(FREE, UNDER, broken, replace(both, problem=ENDED))))
    assert places(gate) == [("RUN-03", "default")]
    assert gate.checks["RUN-11"] == NOT_RUN


def test_an_image_that_never_starts_fails_with_its_log_and_passes_nothing() -> None:
    gate = result(replace(FINE, starts=(replace(FREE, problem=ENDED, log=("no KEY",)),)))
    assert places(gate) == [("RUN-02", "default")]
    assert gate.log == ("no KEY",)
    assert set(gate.checks.values()) == {FAILED, NOT_RUN}


UNSEEN: dict[str, tuple[Observed, Asked, str]] = {
    "rights were left": (seen(under={"rights": replace(RIGHTS, capabilities=1)}), WANTED, "RUN-02"),
    "no filter": (seen(under={"rights": replace(RIGHTS, seccomp=False)}), WANTED, "RUN-02"),
    "another limit": (seen(under={"limits": (0, 0)}), WANTED, "RUN-02"),
    "no limits": (replace(FINE, limited="", unlimited="read-only file system"), WANTED, "RUN-02"),
    "services": (FINE, replace(WANTED, services=True), "RUN-10"),
    "no IPv6": (seen(under={"ipv6": ""}), WANTED, "RUN-11"),
    "no stream": (seen(free={"stop": None}), WANTED, "RUN-08"),
    "a short stream": (seen(free=stopped(FREE, open_then=False)), WANTED, "RUN-08"),
    "no health check": (seen(under={"health_code": None}), WANTED, "RUN-16"),
    "no variables": (FINE, replace(WANTED, variables=()), "RUN-15"),
    "no variable is required": (seen(bare={"problem": ""}), WANTED, "RUN-15"),
    "no chunk": (FINE, replace(WANTED, chunk=""), "RUN-14"),
}


@pytest.mark.parametrize(("observation", "wanted", "check"), UNSEEN.values(), ids=UNSEEN)
def test_what_cannot_be_seen_is_not_run(observation: Observed, wanted: Asked, check: str) -> None:
    gate = result(observation, wanted)
    assert gate.passed
    assert gate.checks[check] == NOT_RUN


WRITES = {
    "a declared file": (Write(path="app/public/manifest.json", kind="changed"), None),
    "below a declared directory": (Write(path="app/.next/cache/images", kind="created", directory=True), None),
    "temporary": (Write(path="tmp/x", kind="created"), None),
    "a new directory": (
        Write(path="app/uploads", kind="created", directory=True),
        "add runtime.writable: [uploads/], and mount it",
    ),
    "a new file": (
        Write(path="app/data.db", kind="created"),
        "add runtime.writable: [data.db], with an empty file of that name in the source, and mount it",
    ),
    "a name that begins the same": (
        Write(path="app/.next/cache2", kind="created", directory=True),
        "add runtime.writable: [.next/cache2/], and mount it",
    ),
    "elsewhere": (
        Write(path="home/nonroot/.cache", kind="created", directory=True),
        "let the app write below its own directory or /tmp, which a deployment mounts",
    ),
}


@pytest.mark.parametrize(("write", "fix"), WRITES.values(), ids=WRITES)
def test_every_write_that_is_not_declared_has_its_line_of_the_pipeline_file(write: Write, fix: str | None) -> None:
    gate = result(replace(FINE, writes=(write,)), policy="standard")
    assert [(one.id, one.place, one.fix) for one in found(gate)] == ([("RUN-04", write.path, fix)] if fix else [])


def test_pages_that_are_made_again_are_named_as_such() -> None:
    gate = result(replace(FINE, writes=(Write(path="app/.next/server/app/index.html", kind="changed"),)))
    assert "isrFlushToDisk" in found(gate)[0].fix


def test_of_an_app_in_a_workspace_the_path_is_below_the_app() -> None:
    wanted = replace(WANTED, app="app/apps/web")
    gate = result(replace(FINE, writes=(Write(path="app/apps/web/uploads", kind="created", directory=True),)), wanted)
    assert found(gate)[0].fix == "add runtime.writable: [uploads/], and mount it"


def test_a_write_that_failed_and_is_not_among_those_that_worked_is_found() -> None:
    refused = RefusedWrite(path="app/later", line="EROFS: read-only file system, mkdir '/app/later'")
    assert places(result(seen(under={"refused_writes": (refused,)}))) == [("RUN-04", "app/later")]


def test_other_platforms_are_not_judged() -> None:
    plan = plan_of(pipeline=Pipeline(platforms=(AMD, ARM)))
    assert ("contract-platform", ARM) in places(judge(plan, FINE, WANTED), "not-judged")


def test_what_the_container_reports_is_read_back() -> None:
    whole = replace(FINE, writes=(Write(path="a", kind="created"),))
    assert observed(_as_json(asdict(whole))) == whole


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    return [_as_json(inner) for inner in value] if isinstance(value, tuple | list) else value


class Refusing(dagger.QueryError):
    """An error of the engine."""

    def __new__(cls, _: str) -> Self:
        return Exception.__new__(cls)

    def __init__(self, text: str) -> None:
        Exception.__init__(self, text)
        self._text = text

    def __str__(self) -> str:
        return self._text


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> MagicMock:
    """The engine, as far as the gate talks to it."""
    found = MagicMock()
    found.with_runc.return_value.sync = AsyncMock(return_value=MagicMock())
    found.run_operation = AsyncMock()
    found.report_of = AsyncMock(return_value=_as_json(asdict(FINE)))
    for name in ("python", "with_runc", "run_operation", "report_of"):
        monkeypatch.setattr(tool, name, getattr(found, name))
    return found


async def test_the_image_is_run_with_all_rights_of_the_tool_container(engine: MagicMock) -> None:
    gate = await contract(plan_of(), MagicMock(), payload(chunk=CHUNK_PATH), fresh=False)
    assert gate.checks["RUN-01"] == PASSED
    assert engine.run_operation.await_args.kwargs == {"privileged": True}


async def test_an_engine_that_gives_no_rights_stops_nothing_and_says_how_to_allow_it(engine: MagicMock) -> None:
    engine.run_operation.side_effect = Refusing("exec: security.insecure is not allowed")
    gate = await contract(plan_of(), MagicMock(), payload(chunk=CHUNK_PATH), fresh=True)
    assert (gate.passed, set(gate.checks.values())) == (True, {NOT_RUN})
    assert "engine.json" in str(gate.not_judged[0])


async def test_an_engine_that_fails_otherwise_is_an_error(engine: MagicMock) -> None:
    engine.run_operation.side_effect = Refusing("unexpected EOF")
    with pytest.raises(dagger.QueryError):
        await contract(plan_of(), MagicMock(), payload(chunk=CHUNK_PATH), fresh=False)


async def test_without_the_image_that_has_runc_nothing_is_run(engine: MagicMock) -> None:
    engine.with_runc.return_value.sync.side_effect = Refusing("failed to resolve image\nmore")
    gate = await contract(plan_of(), MagicMock(), payload(chunk=CHUNK_PATH), fresh=False)
    assert (gate.passed, set(gate.checks.values())) == (True, {NOT_RUN})
    assert str(gate.not_judged[0]).endswith("could not be had: failed to resolve image")


def test_the_plan_says_what_is_sent_and_what_must_hold() -> None:
    requests = (
        Request(path=CHUNK, header={"cache-control": "immutable"}),
        Request(path="/api", method="POST", json="{}", status=400, cookies=False),
        Request(path="/events", header={"content-type": "text/event-stream"}),
    )
    scenario = Scenario(name="one", env={"PASSWORD": "x"}, requests=requests)
    pipeline = Pipeline(smoke=Smoke(scenarios=(scenario,)), harden=Harden(memory=512, contract=True))
    plan = plan_of(pipeline=pipeline)
    packed = payload(chunk=CHUNK_PATH, app="apps/web", writable={"apps/web/uploads": "directory"})
    wanted = asked(plan, packed, scenario)
    assert (wanted.app, wanted.writable, wanted.memory_mb) == (
        "app/apps/web",
        {"app/apps/web/uploads": "directory"},
        512,
    )
    arguments = questions(plan, packed, scenario, wanted)
    assert arguments["env"] == {"PASSWORD": "x"}
    assert [(one["path"], one["stream"]) for one in arguments["questions"]] == [
        (CHUNK_PATH, False),
        ("/api", False),
        ("/events", True),
    ]
    assert plan.trust.harden.contract
