"""The guard: when is it slower?"""

import pytest

from bench.speed.cases import EXPERT, GUARDED, OURS
from bench.speed.guard import BOUND, GuardError, verdicts
from bench.speed.store import Results, Run


def results(slower: float = 1.0, machine: float = 1.0, rounds: int = 3, cases=GUARDED) -> Results:
    """Runs where ours takes 30 s and the expert 40 s, on a machine that is so much slower."""
    seconds = {OURS: 30 * slower * machine, EXPERT: 40 * machine}
    return Results(
        runs=tuple(
            Run(app="app", case=case, subject=subject, round=number, seconds=took)
            for number in range(rounds)
            for case in cases
            for subject, took in seconds.items()
        )
    )


def test_a_slower_machine_is_no_slower_pipeline() -> None:
    found = verdicts(results(), results(machine=3), "app")
    assert [verdict.case for verdict in found] == list(GUARDED)
    assert all(verdict.good and verdict.factor == pytest.approx(1) for verdict in found)


@pytest.mark.parametrize(("slower", "good"), [(0.5, True), (1.4, True), (1.6, False), (4, False)])
def test_beyond_the_bound_it_is_slower(slower: float, *, good: bool) -> None:
    assert [verdict.good for verdict in verdicts(results(), results(slower), "app")] == [good] * len(GUARDED)
    assert BOUND == 1.5


def test_one_bad_round_of_three_is_none() -> None:
    now = results(rounds=2)
    for run in results(slower=9, rounds=3).runs[-2 * len(GUARDED) :]:
        now = now.after(run)
    assert len(now.runs) == 3 * 2 * len(GUARDED)
    assert all(verdict.good for verdict in verdicts(results(), now, "app"))


def test_a_verdict_says_both_ratios() -> None:
    (first, *_) = verdicts(results(), results(2), "app")
    assert str(first) == "page        0.75 ->  1.50, 2.00 times: BEYOND 1.5 times"


def test_without_a_case_there_is_nothing_to_compare() -> None:
    with pytest.raises(GuardError, match="no run of ours and expert in one round: app, css"):
        verdicts(results(), results(cases=("page", "nothing")), "app")
