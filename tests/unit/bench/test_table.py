"""The table of the corpus."""

from dataclasses import replace

import pytest

from bench.apps.outcome import LATE, PUBLISHED, REFUSED_RIGHT, WRONG, Outcome
from bench.apps.store import BARE, PROPOSED, Followed, Result, Taken
from bench.apps.table import HEAD, into, table
from tests.unit.bench.corpus import COMMIT, app, refused

DONE = Outcome(verdict=PUBLISHED, seconds=80.4, digest="sha256:0", size=61.5, payload=31.0, standalone=62.0, score=97)
FAILED = Outcome(verdict=WRONG, seconds=40, ids=("build.failed", "cause.variables"))
REFUSED = Outcome(verdict=REFUSED_RIGHT, seconds=5, ids=("lockfile.none",))

LOCKED = Taken(id="lockfile.none", done="`npm install --package-lock-only`")
CURED = Followed(steps=(LOCKED,), outcome=DONE)
STILL = Followed(steps=(LOCKED, Taken(id="gates.failed", done="the patch of `fixes`")), outcome=FAILED, why="it failed")
UNDONE = Followed(why="lockfile.none: no command succeeded")
LACKING = Followed(steps=(LOCKED,), outcome=Outcome(verdict=WRONG, seconds=9, ids=("cause.no-package",)))


def lines(*rows: tuple[object, Result]) -> list[str]:
    return table([entry for entry, _ in rows], {result.name: result for _, result in rows}).splitlines()


def test_a_published_app_has_its_figures() -> None:
    entry = app(app="apps/web", next="16", manager="npm", kinds=("workspace", "tRPC"))
    found = lines((entry, Result(name="shop", commit=COMMIT, runs={BARE: DONE})))
    assert found[-1] == (
        f"| [shop](https://github.com/someone/shop/tree/{COMMIT}/apps/web) | workspace, tRPC | 16 | npm | published "
        "|  |  | 80 | 61.5 MB | 31.0 of 62.0 MB (50 %) | 97 |"
    )


def test_a_failure_names_its_cause_and_both_ways_are_shown() -> None:
    both = Result(name="shop", commit=COMMIT, runs={BARE: FAILED, PROPOSED: DONE})
    assert "| needs a file: `cause.variables` | published |" in lines((app(), both))[-1]
    neither = Result(name="shop", commit=COMMIT, runs={BARE: FAILED, PROPOSED: FAILED})
    assert "| needs a file: `cause.variables` | **wrong**: `cause.variables` |" in lines((app(), neither))[-1]
    once = Result(name="shop", commit=COMMIT, runs={BARE: FAILED})
    assert "| **wrong**: `cause.variables` |  |" in lines((app(), once))[-1]


def test_a_refusal_names_the_expected_message() -> None:
    result = Result(name="shop", commit=COMMIT, runs={BARE: REFUSED})
    assert "| refused: `lockfile.none` |" in lines((refused("lockfile.none"), result))[-1]


@pytest.mark.parametrize(
    ("done", "cell"),
    [
        (CURED, "published: `npm install --package-lock-only`"),
        (
            STILL,
            "refused: `cause.variables` after `npm install --package-lock-only`, then the patch of `fixes`; it failed",
        ),
        (UNDONE, "not done: lockfile.none: no command succeeded"),
        (
            Followed(steps=(LOCKED,), outcome=Outcome(verdict=WRONG, seconds=1)),
            "failed after `npm install --package-lock-only`",
        ),
        (None, ""),
    ],
)
def test_the_end_after_the_next_step_is_shown_with_what_was_done(done: Followed | None, cell: str) -> None:
    result = Result(name="shop", commit=COMMIT, runs={BARE: REFUSED}, followed=done)
    cells = lines((refused("lockfile.none"), result))[-1].split(" | ")
    assert cells[HEAD.index("after its next step")] == cell
    assert cells[HEAD.index("image")] == ("61.5 MB" if done == CURED else "")


def test_the_counts_say_who_is_the_cause_of_a_refusal() -> None:
    host = Outcome(verdict=REFUSED_RIGHT, seconds=9, ids=("cause.host",), error="connects to api.example.com")
    rows = [
        (app(name="a"), Result(name="a", commit=COMMIT, runs={BARE: DONE})),
        (app(name="b"), Result(name="b", commit=COMMIT, runs={BARE: FAILED, PROPOSED: DONE})),
        (refused("lockfile.none", name="c"), Result(name="c", commit=COMMIT, runs={BARE: REFUSED})),
        (app(name="d", host="api.example.com"), Result(name="d", commit=COMMIT, runs={BARE: host})),
        (
            app(name="e", expect="refused", cause="lockfile.none", machine="a package"),
            Result(name="e", commit=COMMIT, runs={BARE: REFUSED}),
        ),
        (app(name="f"), Result(name="f", commit=COMMIT, runs={BARE: FAILED, PROPOSED: FAILED})),
    ]
    for name, done in {"g": CURED, "h": CURED, "i": STILL, "j": UNDONE, "k": LACKING}.items():
        stored = Result(name=name, commit=COMMIT, runs={BARE: REFUSED}, followed=done)
        rows.append((refused("lockfile.none", name=name), stored))
    text = table([*(entry for entry, _ in rows), app(name="later")], {result.name: result for _, result in rows})
    counts = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in text.splitlines()[4:11]]
    assert counts == [
        ["published without a file", "1"],
        ["published with the file that `config init --try` writes", "1"],
        ["published after the next step that the message names", "2"],
        ["refused because of the app, and its next step did not get it through", "2"],
        ["refused because of the app, with the right cause, and no step was done", "1"],
        ["refused because of the machine of the run, with the right cause: it lacks a package or a host", "3"],
        ["wrong", "1"],
    ]
    assert text.splitlines()[0] == "11 of 12 apps were run."
    assert (
        "Of all 11: 9 % published without a file, 18 % with the tried file where one was needed, "
        "36 % with the next step of a refusal."
    ) in text
    assert "Of the 8 that can be built here: 12 % published without a file, 25 % with the tried file" in text
    assert all(line.count(" | ") == len(HEAD) - 1 for line in text.splitlines()[15:])


def test_an_app_that_gave_no_answer_in_time_is_named_and_not_counted() -> None:
    late = Outcome(verdict=WRONG, seconds=900, error=LATE)
    rows = [
        (app(name="a"), Result(name="a", commit=COMMIT, runs={BARE: DONE})),
        (app(name="b"), Result(name="b", commit=COMMIT, runs={BARE: FAILED, PROPOSED: late})),
        (app(name="c"), Result(name="c", commit=COMMIT, runs={BARE: late, PROPOSED: DONE})),
        (
            refused("lockfile.none", name="d"),
            Result(name="d", commit=COMMIT, runs={BARE: REFUSED}, followed=replace(CURED, outcome=late)),
        ),
    ]
    text = "\n".join(lines(*rows))
    assert text.startswith("1 of 4 apps were run.")
    assert "No answer within the deadline, and not counted: b, c, d." in text
    assert "| [a]" in text
    assert "| [b]" not in text
    assert "| [c]" not in text


def test_a_page_has_the_table_between_its_marks() -> None:
    page = "# Real apps\n\n<!-- table -->\nold\n<!-- end -->\n\nMore.\n"
    assert into(page, "new\n") == "# Real apps\n\n<!-- table -->\nnew\n<!-- end -->\n\nMore.\n"
    with pytest.raises(ValueError, match="no <!-- table -->"):
        into("# Real apps\n", "new\n")
