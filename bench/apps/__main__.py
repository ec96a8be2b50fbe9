"""Command line of the corpus: list, checkout, run, table."""

import argparse
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bench.apps import store
from bench.apps.catalogue import App, ListError, chosen, load
from bench.apps.checkout import CheckoutError, checkout
from bench.apps.follow import expected
from bench.apps.run import Runner
from bench.apps.store import Followed
from bench.apps.table import after, into, table

PROJECT = Path(__file__).parents[2]
GIGABYTE = 1e9


def main() -> int:
    """Do what the arguments say; 1 where a checkout failed or an app went wrong."""
    options = _options()
    try:
        apps = chosen(load(), options.only)
    except ListError as invalid:
        print(invalid, file=sys.stderr)
        return 1
    return int(options.work(apps, options))


def listed(apps: tuple[App, ...], _: argparse.Namespace) -> int:
    """Print the list."""
    for app in apps:
        print(f"{app.name:<28} {app.next:<4} {app.manager:<8} {app.expect:<10} {', '.join(app.kinds)}")
    return 0


def checked_out(apps: tuple[App, ...], options: argparse.Namespace) -> int:
    """Write the sources that are not there."""
    failed = 0
    for app in apps:
        if (options.into / app.name).exists():
            continue
        try:
            missing = checkout(options.mirrors, app, options.into / app.name)
        except CheckoutError as error:
            print(error, file=sys.stderr)
            failed = 1
            continue
        print(f"{app.name}: {options.into / app.name}", *(f"without {file}" for file in missing), sep="\n  ")
    return failed


def run(apps: tuple[App, ...], options: argparse.Namespace) -> int:
    """Publish apps one after the other, and store the results."""
    options.results.mkdir(parents=True, exist_ok=True)
    runner = Runner(
        project=options.project.resolve(),
        checkouts=options.checkouts.resolve(),
        home=options.results.resolve(),
        registry=options.address,
        arguments=("--platforms", options.platform, *options.argument),
        deadline=options.deadline,
        floor=options.floor * GIGABYTE,
        templates=templates(options.project),
        follows=options.follow,
    )
    due = [a for a in apps if store.due(store.read(runner.home, a), failed=options.failed, new=options.new)]
    wrong = 0
    for result in runner.run(due):
        for way, outcome in result.runs.items():
            line = outcome.error.partition("\n")[0]
            print(f"{result.name} ({way}): {outcome.verdict}, {outcome.seconds:.0f} s {line}", flush=True)
        if result.followed:
            print(f"{result.name} (after its next step): {after(result.followed)}", flush=True)
        wrong += result.best is not None and result.best.verdict == "wrong"
    return int(wrong > 0)


def tabled(apps: tuple[App, ...], options: argparse.Namespace) -> int:
    """Print the table, or write it into a page."""
    found = {app.name: known for app in apps if (known := store.read(options.results, app))}
    text = table(apps, found)
    if options.into:
        options.into.write_text(into(options.into.read_text("utf-8"), text), "utf-8")
    else:
        print(text, end="")
    return 0


def judge(apps: tuple[App, ...], options: argparse.Namespace) -> int:
    """Judge stored errors again, after a change of what is expected."""
    for app in apps:
        if known := store.read(options.results, app):
            runs = {way: outcome.again(app, templates(options.project)) for way, outcome in known.runs.items()}
            store.write(options.results, replace(known, runs=runs, followed=again(app, known.followed, options)))
    return 0


def again(app: App, known: Followed | None, options: argparse.Namespace) -> Followed | None:
    """What came of the next steps, judged again."""
    if known is None or known.outcome is None:
        return known
    return replace(known, outcome=known.outcome.again(expected(app), templates(options.project)))


def templates(project: Path) -> Mapping[str, str]:
    """What each message says, by its id."""
    families = tomllib.loads((project / "ci/messages.toml").read_text("utf-8"))
    return {f"{family}.{name}": texts["what"] for family, known in families.items() for name, texts in known.items()}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.apps", description=__doc__)
    commands = parser.add_subparsers(required=True)

    def command(name: str, work: object, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text)
        added.set_defaults(work=work)
        added.add_argument("--only", nargs="+", default=[], metavar="APP", help="names of entries; default: all")
        return added

    command("list", listed, "print the list")
    trees = command("checkout", checked_out, "write the sources from git directories")
    trees.add_argument("--mirrors", type=Path, required=True, help="directory with OWNER+NAME or OWNER/NAME each")
    trees.add_argument("--into", type=Path, required=True, help="directory for one source for each app")
    runs = command("run", run, "publish, and store the results")
    runs.add_argument("checkouts", type=Path, help="directory with one source for each app, by the entry's name")
    runs.add_argument("--results", type=Path, required=True, help="directory for results and logs")
    runs.add_argument("--project", type=Path, default=PROJECT, help="directory of the module; default: this one")
    runs.add_argument("--address", default="127.0.0.1:5000", help="registry without TLS; default: %(default)s")
    runs.add_argument("--platform", default="linux/amd64", help="default: %(default)s")
    runs.add_argument("--argument", action="append", default=[], help="of `dagger call`, as --argument=--name=value")
    runs.add_argument("--deadline", type=float, default=900, help="seconds for one call; default: %(default)s")
    runs.add_argument("--floor", type=float, default=12, help="GB of free disk that a run needs; default: %(default)s")
    runs.add_argument(
        "--no-follow",
        dest="follow",
        action="store_false",
        help="do not do what a refusal names; default: it is done in a copy, with package managers of this machine",
    )
    runs.add_argument("--failed", action="store_true", help="only apps that went wrong")
    runs.add_argument("--new", action="store_true", help="only apps without a result")
    tables = command("table", tabled, "print the table")
    tables.add_argument("--into", type=Path, help="page whose table is replaced; default: none, it is printed")
    for reads in (tables, command("judge", judge, "judge stored errors again")):
        reads.add_argument("--results", type=Path, required=True, help="directory of the results")
        reads.add_argument("--project", type=Path, default=PROJECT, help="directory of the module; default: this one")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
