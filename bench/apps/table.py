"""The table of results, as Markdown. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bench.apps.catalogue import App
from bench.apps.outcome import PUBLISHED, REFUSED_RIGHT, WRONG, Outcome
from bench.apps.store import BARE, PROPOSED, Result

HEAD = (
    "app",
    "kind",
    "Next.js",
    "manager",
    "without a file",
    "with the proposed file",
    "seconds",
    "image",
    "payload of standalone",
    "score",
)
START, END = "<!-- table -->\n", "<!-- end -->"
"""Marks of the table in a page."""

_WORDS = {PUBLISHED: "published", REFUSED_RIGHT: "refused", WRONG: "**wrong**"}


def table(apps: Sequence[App], results: Mapping[str, Result]) -> str:
    """One row for each app that was run, and the counts.

    Args:
        apps: the list.
        results: by the app's name.
    """
    known = [(app, results[app.name]) for app in apps if app.name in results]
    rows = [_line(HEAD), _line(["---"] * len(HEAD)), *(_line(row(app, result)) for app, result in known)]
    return "\n".join([counts([result for _, result in known], len(apps)), "", *rows, ""])


def into(page: str, text: str) -> str:
    """A page with the table between its marks.

    Raises:
        ValueError: the page has no marks.
    """
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the page has no {START.strip()} … {END}")
    return f"{before}{start}{text}{end}{after}"


def row(app: App, result: Result) -> list[str]:
    """The cells of one app."""
    best = result.best
    place = "/".join(part for part in (app.directory, app.app) if part)
    return [
        f"[{app.name}](https://github.com/{app.repository}/tree/{app.commit}{f'/{place}' if place else ''})",
        ", ".join(app.kinds),
        app.next,
        app.manager,
        word(result.runs.get(BARE), app),
        word(result.runs.get(PROPOSED), app),
        f"{best.seconds:.0f}" if best else "",
        f"{best.size:.1f} MB" if best and best.size is not None else "",
        _share(best) if best else "",
        str(best.score) if best and best.score is not None else "",
    ]


def word(outcome: Outcome | None, app: App) -> str:
    """A verdict, with the message of a refusal."""
    if outcome is None:
        return ""
    said = _WORDS[outcome.verdict]
    if outcome.verdict == PUBLISHED or outcome.digest:
        return said
    cause = app.cause if app.cause in outcome.ids else next(reversed(outcome.ids), "")
    return f"{said}: `{cause}`" if cause else said


def counts(results: Sequence[Result], listed: int) -> str:
    """How many of each verdict, of the apps that were run."""
    bare = Counter(outcome.verdict for result in results if (outcome := result.runs.get(BARE)))
    best = Counter(outcome.verdict for result in results if (outcome := result.best))
    return (
        f"{len(results)} of {listed} apps were run. Without a file: {_counted(bare)}. "
        f"With the proposed file where one was needed: {_counted(best)}."
    )


def _counted(found: Counter[str]) -> str:
    names = {PUBLISHED: "published", REFUSED_RIGHT: "refused with the right cause", WRONG: "wrong"}
    return ", ".join(f"{found[verdict]} {name}" for verdict, name in names.items())


def _share(outcome: Outcome) -> str:
    if outcome.payload is None or not outcome.standalone:
        return ""
    return f"{outcome.payload:.1f} of {outcome.standalone:.1f} MB ({100 * outcome.payload / outcome.standalone:.0f} %)"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
