"""Results are kept for each app, and say which apps are to be run again."""

import json
from dataclasses import replace

from bench.apps.outcome import PUBLISHED, WRONG, Outcome
from bench.apps.store import BARE, PROPOSED, Followed, Result, Taken, due, read, write
from tests.unit.bench.corpus import COMMIT, app

FAILED = Result(name="shop", commit=COMMIT).after(BARE, Outcome(verdict=WRONG, seconds=5, ids=("build.failed",)))
CURED = FAILED.after(PROPOSED, Outcome(verdict=PUBLISHED, seconds=90, digest="sha256:0"))


def test_a_result_is_read_as_it_was_written(tmp_path) -> None:
    write(tmp_path, CURED)
    assert read(tmp_path, app()) == CURED


def test_what_was_followed_is_read_as_it_was_written(tmp_path) -> None:
    step = Taken(id="lockfile.none", done="`npm install --package-lock-only`")
    for done in (Followed(steps=(step,), outcome=CURED.runs[PROPOSED]), Followed(why="it failed", lacks="pay@1"), None):
        result = replace(FAILED, followed=done)
        write(tmp_path, result)
        assert read(tmp_path, app()) == result


def test_a_result_of_an_older_run_is_read(tmp_path) -> None:
    write(tmp_path, FAILED)
    values = json.loads((tmp_path / "shop.json").read_text())
    del values["followed"]
    (tmp_path / "shop.json").write_text(json.dumps(values))
    assert read(tmp_path, app()) == FAILED


def test_a_result_of_another_commit_is_none(tmp_path) -> None:
    write(tmp_path, CURED)
    assert read(tmp_path, app(commit="1" * 40)) is None


def test_the_last_way_that_was_tried_counts() -> None:
    assert FAILED.best == FAILED.runs[BARE]
    assert CURED.best == CURED.runs[PROPOSED]


def test_which_apps_are_due() -> None:
    cases = [None, FAILED, CURED]
    assert [due(result, failed=False, new=False) for result in cases] == [True, True, True]
    assert [due(result, failed=True, new=False) for result in cases] == [False, True, False]
    assert [due(result, failed=False, new=True) for result in cases] == [True, False, False]
    assert [due(result, failed=True, new=True) for result in cases] == [True, True, False]
