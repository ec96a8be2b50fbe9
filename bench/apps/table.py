"""The table of results, as Markdown. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bench.apps.catalogue import App
from bench.apps.outcome import PUBLISHED, REFUSED_RIGHT, WRONG, Outcome, by_machine
from bench.apps.store import BARE, PROPOSED, Followed, Result
from bench.markdown import between, table_row

HEAD = (
    "app",
    "kind",
    "Next.js",
    "manager",
    "without a file",
    "with the proposed file",
    "after its next step",
    "seconds",
    "image",
    "payload of standalone",
    "score",
)
START, END = "<!-- table -->\n", "<!-- end -->"
"""Marks of the table in a page."""

MACHINE, NEXT, STUCK = "machine", "next", "stuck"
_ENDS = {
    BARE: "published without a file",
    PROPOSED: "published with the file that `config init --try` writes",
    NEXT: "published after the next step that the message names",
    STUCK: "refused because of the app, and its next step did not get it through",
    REFUSED_RIGHT: "refused because of the app, with the right cause, and no step was done",
    MACHINE: "refused because of the machine of the run, with the right cause: it lacks a package or a host",
    WRONG: "wrong",
}

FILE = "needs a file"
"""Of a run without a file, after which one was tried."""

_WORDS = {PUBLISHED: "published", REFUSED_RIGHT: "refused", WRONG: "**wrong**"}


def table(apps: Sequence[App], results: Mapping[str, Result]) -> str:
    """One row for each app that was run, and the counts.

    Args:
        apps: the list.
        results: by the app's name.
    """
    run = [(app, results[app.name]) for app in apps if app.name in results]
    known = [(app, result) for app, result in run if not result.late]
    late = [app.name for app, result in run if result.late]
    named = [f"No answer within the deadline, and not counted: {', '.join(late)}.", ""] if late else []
    rows = [table_row(HEAD), table_row(["---"] * len(HEAD)), *(table_row(row(app, result)) for app, result in known)]
    return "\n".join([*counts(known, len(apps)), "", *named, *rows, ""])


def into(page: str, text: str) -> str:
    """A page with the table between its marks.

    Raises:
        ValueError: the page has no marks.
    """
    return between(page, START, END, text)


def row(app: App, result: Result) -> list[str]:
    """The cells of one app."""
    best, done = result.best, result.followed
    shown = done.outcome if done and done.published else best
    place = "/".join(part for part in (app.directory, app.app) if part)
    return [
        f"[{app.name}](https://github.com/{app.repository}/tree/{app.commit}{f'/{place}' if place else ''})",
        ", ".join(app.kinds),
        app.next,
        app.manager,
        word(result.runs.get(BARE), app, *([FILE] if PROPOSED in result.runs else [])),
        word(result.runs.get(PROPOSED), app),
        after(done) if done else "",
        f"{shown.seconds:.0f}" if shown else "",
        f"{shown.size:.1f} MB" if shown and shown.size is not None else "",
        _share(shown) if shown else "",
        str(shown.score) if shown and shown.score is not None else "",
    ]


def after(done: Followed) -> str:
    """The end after the steps that a refusal named, and what they were."""
    steps = ", then ".join(one.done for one in done.steps)
    if done.outcome is None:
        return f"not done: {done.why}"
    if done.published:
        return f"published: {steps}"
    cause = next(reversed(done.outcome.ids), "")
    return "; ".join(
        filter(None, (f"refused: `{cause}` after {steps}" if cause else f"failed after {steps}", done.why))
    )


def word(outcome: Outcome | None, app: App, wrong: str = "**wrong**") -> str:
    """A verdict, with the message of a refusal.

    Args:
        outcome: of a run; None where there was none.
        app: the entry.
        wrong: word for any other end than those that the list expects.
    """
    if outcome is None:
        return ""
    said = wrong if outcome.verdict == WRONG else _WORDS[outcome.verdict]
    if outcome.verdict == PUBLISHED or outcome.digest:
        return said
    cause = app.cause if app.cause in outcome.ids else next(reversed(outcome.ids), "")
    return f"{said}: `{cause}`" if cause else said


def counts(known: Sequence[tuple[App, Result]], listed: int) -> list[str]:
    """How many apps ended how, and the shares of the published ones, of the apps that were run."""
    ends = Counter(end(app, result) for app, result in known)
    run, elsewhere = len(known), ends[MACHINE]
    bare, published, stepped = ends[BARE], ends[BARE] + ends[PROPOSED], ends[BARE] + ends[PROPOSED] + ends[NEXT]
    lines = [f"{run} of {listed} apps were run.", ""]
    lines += [table_row(("", "apps")), table_row(("---", "---"))]
    lines += [table_row((text, str(ends[name]))) for name, text in _ENDS.items()]
    shares = [
        f"{name}: {_percent(bare, of)} published without a file, {_percent(published, of)} with the tried file where "
        f"one was needed, {_percent(stepped, of)} with the next step of a refusal"
        for name, of in ((f"Of all {run}", run), (f"Of the {run - elsewhere} that can be built here", run - elsewhere))
    ]
    return [*lines, "", *(f"{share}." for share in shares)]


def end(app: App, result: Result) -> str:
    """How an app ended: a key of the counts."""
    best = result.best
    if best is None or best.verdict == WRONG:
        return WRONG
    if best.verdict == REFUSED_RIGHT:
        return MACHINE if by_machine(app, best) else _after_refusal(result.followed)
    return PROPOSED if PROPOSED in result.runs else BARE


def _after_refusal(done: Followed | None) -> str:
    if done is None:
        return REFUSED_RIGHT
    return NEXT if done.published else MACHINE if done.stopped else STUCK


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "none"


def _share(outcome: Outcome) -> str:
    if outcome.payload is None or not outcome.standalone:
        return ""
    return f"{outcome.payload:.1f} of {outcome.standalone:.1f} MB ({100 * outcome.payload / outcome.standalone:.0f} %)"
