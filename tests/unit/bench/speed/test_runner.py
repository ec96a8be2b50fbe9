"""Rounds of builds, with subjects that only write down what they are asked for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bench.speed import store
from bench.speed.apps import App
from bench.speed.cases import CASES, CORE, CSS, EXPERT, HOST, OURS, PAGE, Case, chosen
from bench.speed.changes import Change
from bench.speed.command import BenchError
from bench.speed.runner import Runner
from bench.speed.store import Results, Run
from bench.speed.subjects import Built, Work

APP = App(
    name="shop",
    title="A shop",
    files={"package.json": '{"packageManager": "pnpm@10.33.0"}', "pnpm-lock.yaml": "", "page": "A", "css": ""},
    changes={PAGE: Change(file="page", find="A", put="A{n}"), CSS: Change(file="css", put="c{n}")},
)


@dataclass
class Fake:
    """A subject whose builds take a second more each time."""

    name: str
    calls: list[str]
    keeps: str = ""
    peer: bool = True

    def __post_init__(self) -> None:
        self.keeps = self.keeps or self.name

    fails: bool = False
    never: tuple[str, ...] = ()
    pushed: dict[str, int] = field(default_factory=dict)

    def can(self, app: App, case: Case) -> bool:  # noqa: ARG002
        return case.name not in self.never

    def forget(self, source: Path) -> None:
        self.calls.append(f"{self.name} forgets {source.name}")

    def build(self, work: Work) -> Built:
        if self.fails:
            raise BenchError("it does not build")
        page = (work.source / "page").read_text() + (work.source / "css").read_text()
        self.calls.append(f"{self.name} builds {page} {work.cache} {len(work.platforms)}")
        self.pushed[page] = 10
        return Built(seconds=len(self.calls), blobs=dict(self.pushed))


@pytest.fixture
def calls() -> list[str]:
    return []


def runner(home: Path, subjects: Sequence[Fake], cases: Sequence[Case], **more) -> Runner:
    (home / "work").mkdir(exist_ok=True)
    given = {"rounds": 1, "npm": "", "floor": 0, "say": lambda _: None} | more
    return Runner(
        subjects=subjects, cases=cases, home=home / "work", logs=home / "logs", file=home / "results.json", **given
    )


def test_every_subject_builds_the_source_before_the_change_and_then_the_change(tmp_path: Path, calls) -> None:
    subjects = [Fake(OURS, calls), Fake(EXPERT, calls)]
    results = runner(tmp_path, subjects, chosen(["page"])).run([APP], {"cores": "2"})
    assert calls == [
        *("expert builds A off 1", "ours builds A off 1"),
        *("expert builds A1 off 1", "ours builds A1 off 1"),
    ]
    assert {(run.subject, run.seconds, run.sent) for run in results.runs} == {(EXPERT, 3, 10), (OURS, 4, 10)}
    assert store.read(tmp_path / "results.json").machine == {"cores": "2"}


def test_subjects_take_turns_in_who_is_first(tmp_path: Path, calls) -> None:
    subjects = [Fake(OURS, calls), Fake(EXPERT, calls), Fake(HOST, calls)]
    runner(tmp_path, subjects, chosen(["page"]), rounds=3).run([APP], {})
    order = [call.partition(" ")[0] for call in calls[3:]]
    assert order == [EXPERT, HOST, OURS, HOST, OURS, EXPERT, OURS, EXPERT, HOST]
    assert [call for call in calls if call.startswith(OURS)] == [
        f"ours builds {page} off 1" for page in ("A", "A1", "A2", "A3")
    ]


def test_after_the_change_of_another_case_nothing_has_to_be_built_before(tmp_path: Path, calls) -> None:
    runner(tmp_path, [Fake(OURS, calls)], chosen(["page", "css", "nothing"])).run([APP], {})
    assert calls == [f"ours builds {page} off 1" for page in ("A", "A1", "A1c2", "A1c2")]


def test_who_was_not_there_for_a_change_builds_it_before_the_next(tmp_path: Path, calls) -> None:
    late = Fake(HOST, calls, never=("page",))
    runner(tmp_path, [Fake(OURS, calls), late], chosen(["page", "nothing"])).run([APP], {})
    assert [call for call in calls if call.startswith(HOST)] == ["host builds A1 off 1"] * 2


def test_other_platforms_are_built_before_they_are_measured(tmp_path: Path, calls) -> None:
    runner(tmp_path, [Fake(OURS, calls)], chosen(["page", "two-platforms"])).run([APP], {})
    assert calls == [f"ours builds {built}" for built in ("A off 1", "A1 off 1", "A1 off 2", "A2 off 2")]


def test_cold_is_after_everything_was_forgotten(tmp_path: Path, calls) -> None:
    runner(tmp_path, [Fake(OURS, calls), Fake(HOST, calls)], chosen(["cold"]), rounds=2).run([APP], {})
    assert calls == [
        *("host forgets host", "host builds A1 off 1", "ours forgets ours", "ours builds A1 off 1"),
        *("ours forgets ours", "ours builds A2 off 1", "host forgets host", "host builds A2 off 1"),
    ]


def test_what_one_forgets_is_lost_for_all_that_keep_it_in_the_same_place(tmp_path: Path, calls) -> None:
    subjects = [Fake(OURS, calls, keeps="engine"), Fake(CORE, calls, keeps="engine")]
    runner(tmp_path, subjects, chosen(["cold", "page"])).run([APP], {})
    assert [call for call in calls if call.startswith(f"{CORE} ")] == [
        *("ours without gates forgets ours-without-gates", "ours without gates builds A1 off 1"),
        *("ours without gates builds A1 off 1", "ours without gates builds A2 off 1"),
    ]


def test_a_new_engine_reads_what_was_written_before_the_change(tmp_path: Path, calls) -> None:
    runner(tmp_path, [Fake(OURS, calls)], chosen(["fresh-nothing", "fresh-page"])).run([APP], {})
    assert calls == [
        *("ours builds A write 1", "ours forgets ours", "ours builds A read 1"),
        *("ours builds A write 1", "ours forgets ours", "ours builds A1 read 1"),
    ]


def test_what_has_a_result_is_not_measured_again_and_numbers_go_on(tmp_path: Path, calls) -> None:
    known = Run(app="shop", case="page", subject=OURS, round=1, seconds=5)
    store.write(tmp_path / "results.json", Results(runs=(known,), number=7))
    results = runner(tmp_path, [Fake(OURS, calls)], chosen(["page"]), rounds=2).run([APP], {})
    assert calls == ["ours builds A off 1", "ours builds A8 off 1"]
    assert [run.round for run in results.runs] == [1, 2]


def test_each_result_is_stored_at_once(tmp_path: Path, calls) -> None:
    seen: list[int] = []
    subjects = [Fake(OURS, calls), Fake(EXPERT, calls)]
    file = tmp_path / "results.json"
    say = lambda _: seen.append(len(json.loads(file.read_text())["runs"]))  # noqa: E731
    runner(tmp_path, subjects, chosen(["page"]), say=say).run([APP], {})
    assert seen == [1, 2]


def test_who_fails_is_left_out_and_named_and_the_others_go_on(tmp_path: Path, calls) -> None:
    bench = runner(tmp_path, [Fake(OURS, calls), Fake(EXPERT, calls, fails=True)], chosen(["page"]), rounds=2)
    results = bench.run([APP], {})
    assert {run.subject for run in results.runs} == {OURS}
    assert len(results.runs) == 2
    assert bench.failed == {("shop", EXPERT): "it does not build"}


def test_a_full_disk_ends_the_bench_before_a_build(tmp_path: Path, calls) -> None:
    with pytest.raises(BenchError, match="GB are free"):
        runner(tmp_path, [Fake(OURS, calls)], chosen(["page"]), floor=1e18).run([APP], {})
    assert calls == []


def test_every_case_can_be_run(tmp_path: Path, calls) -> None:
    cases = [case for case in CASES if case.change in {"", PAGE, CSS}]
    results = runner(tmp_path, [Fake(OURS, calls)], cases).run([APP], {})
    assert [run.case for run in results.runs] == [case.name for case in cases]
