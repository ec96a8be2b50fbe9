"""Measure this pipeline beside BuildKit and the host: run, page, guard. `make bench` and `make bench-guard` call it."""

import argparse
import os
import shutil
import signal
import sys
from contextlib import ExitStack
from pathlib import Path

from bench.speed import apps as known
from bench.speed import cases, guard, machine, store, svg, table
from bench.speed.apps import APPS, PROJECT, SERIES, App
from bench.speed.buildkit import BuildKit
from bench.speed.command import BenchError
from bench.speed.engines import Engine, Own, Running
from bench.speed.pairs import pairs
from bench.speed.runner import GIGABYTE, Runner
from bench.speed.stats import figures
from bench.speed.store import Results
from bench.speed.subjects import Dockerfile, Host, Ours, Subject
from offline import existing
from offline.errors import OfflineError
from offline.places import Places

MEASURED = Path(__file__).with_name("measured.json")
"""The results of the committed table."""
PAGE = PROJECT / "docs/explanation/speed.md"
FAILED = 1
ENDED = 143
"""Exit code after SIGTERM, as shells have it: 128 and the number of the signal."""


def main() -> int:
    """Do what the arguments say; 1 where something could not be measured, or has become slower."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ENDED))  # what was started is stopped, as after Ctrl-C
    try:
        return int(options.work(options))
    except (BenchError, OfflineError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return FAILED


def run(options: argparse.Namespace) -> int:
    """Measure, and write table and plots beside the results."""
    results, failed = _measured(options, _apps(options), cases.chosen(_words(options.cases)), options.subjects)
    _report(results, options.home / "report")
    print(table.page(results, APPS))
    return FAILED if failed else 0


def page(options: argparse.Namespace) -> int:
    """Write table and plots of stored results into the page, and keep the results for the guard."""
    results = store.read(options.home / "results.json")
    if not results.runs:
        raise BenchError(f"no results in {options.home}\n  fix: make bench")
    PAGE.write_text(table.into(PAGE.read_text("utf-8"), table.page(results, APPS)), "utf-8")
    for name, drawn in _plots(results).items():
        (PAGE.parent / name).write_text(drawn, "utf-8")
    store.write(MEASURED, results)
    return 0


def guarded(options: argparse.Namespace) -> int:
    """Measure the guarded cases, and compare with the committed results."""
    then = store.read(MEASURED)
    options.home = options.home / "guard"
    results, failed = _measured(options, [known.MINI], cases.chosen(cases.GUARDED), ",".join(cases.IMAGES))
    found = guard.verdicts(then, results, known.MINI.name)
    print(*found, sep="\n")
    return FAILED if failed or not all(verdict.good for verdict in found) else 0


def paired(options: argparse.Namespace) -> int:
    """Build what new engines built in the stored bench on the engine that runs, and compare the digests."""
    runs = store.read(options.home / "results.json").runs
    work = options.home / "pairs"
    work.mkdir(parents=True, exist_ok=True)
    ours = {subject.name: subject for subject in (Ours(Running(), gates=gates) for gates in (True, False))}
    found = pairs(runs, _known(options), ours, work, options.npm)
    print(f"{sum(pair.equal for pair in found)} of {len(found)} are equal")
    return 0 if found and all(pair.equal for pair in found) else FAILED


def _measured(
    options: argparse.Namespace, apps: list[App], chosen: tuple[cases.Case, ...], names: str
) -> tuple[Results, bool]:
    file = options.home / "results.json"
    if not options.resume:
        file.unlink(missing_ok=True)
    options.home.mkdir(parents=True, exist_ok=True)
    engine = _engine(options)
    with ExitStack() as ends:
        ends.callback(shutil.rmtree, options.home / "work", ignore_errors=True)
        facts = machine.facts(PROJECT, engine.title)
        ends.callback(engine.stop)
        engine.start()
        subjects = _subjects(options, engine, _words(names), ends)
        runner = Runner(
            subjects=subjects,
            cases=chosen,
            rounds=options.rounds,
            home=options.home / "work",
            logs=options.home / "logs",
            file=file,
            npm=options.npm,
            floor=options.floor * GIGABYTE,
            say=lambda line: print(line, file=sys.stderr, flush=True),
        )
        runner.home.mkdir(exist_ok=True)
        results = runner.run(apps, facts)
    for (app, subject), why in runner.failed.items():
        print(f"{app}, {subject}: not measured: {why.partition(chr(10))[0]}", file=sys.stderr)
    return results, bool(runner.failed)


def _engine(options: argparse.Namespace) -> Engine:
    if options.engine == "running" or existing.find(Places.of_environment()):
        return Running()
    return Own(options.home / "e", options.home / "engine.log")


def _subjects(options: argparse.Namespace, engine: Engine, names: list[str], ends: ExitStack) -> list[Subject]:
    unknown = set(names) - set(cases.SUBJECTS)
    if unknown:
        raise BenchError(f"no such subject: {', '.join(unknown)}\n  fix: one of {', '.join(cases.SUBJECTS)}")
    wanted = names or list(cases.SUBJECTS)
    found: dict[str, Subject] = {
        cases.OURS: Ours(engine, gates=True),
        cases.CORE: Ours(engine, gates=False),
        cases.HOST: Host(options.home / "work"),
    }
    if {cases.EXPERT, cases.PLAIN} & set(wanted):
        stand_ins = existing.find(Places.of_environment()) is None
        buildkit = BuildKit(options.home / "b", engine.registry, mirrors=stand_ins)
        ends.callback(buildkit.remove)
        buildkit.start()
        found[cases.EXPERT] = Dockerfile(cases.EXPERT, "expert.Dockerfile", buildkit, engine.registry)
        found[cases.PLAIN] = Dockerfile(cases.PLAIN, "plain.Dockerfile", buildkit, engine.registry)
    return [found[name] for name in cases.SUBJECTS if name in wanted]


def _known(options: argparse.Namespace) -> dict[str, App]:
    return {**APPS, **({"moontv": known.moontv(options.moontv.resolve())} if options.moontv else {})}


def _apps(options: argparse.Namespace) -> list[App]:
    found = _known(options)
    names = _words(options.apps)
    if names == ["all"]:
        return list(found.values())
    unknown = [name for name in names if name not in found]
    if unknown:
        fix = f"one of all, {', '.join(found)}; moontv needs MOONTV=DIRECTORY"
        raise BenchError(f"no such app: {', '.join(unknown)}\n  fix: {fix}")
    return [found[name] for name in names]


def _report(results: Results, place: Path) -> None:
    place.mkdir(parents=True, exist_ok=True)
    (place / "speed.md").write_text(table.page(results, APPS), "utf-8")
    for name, drawn in _plots(results).items():
        (place / name).write_text(drawn, "utf-8")


def _plots(results: Results) -> dict[str, str]:
    found = figures(results.runs)
    drawn = {table.plot(app): svg.bars(app, found) for app in table.compared(found)}
    grown = {table.plot(one.name): svg.lines(one, found) for one in SERIES}
    return {name: text for name, text in {**drawn, **grown}.items() if text}


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    commands = parser.add_subparsers(required=True)
    home = Places.of_environment().cache / "bench"

    def command(name: str, work: object, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text)
        added.set_defaults(work=work)
        added.add_argument(
            "--home", type=Path, default=home, help="directory of results and state; default: %(default)s"
        )
        return added

    def measuring(name: str, work: object, text: str, rounds: int) -> argparse.ArgumentParser:
        added = command(name, work, text)
        added.add_argument("--rounds", type=int, default=rounds, help="default: %(default)s")
        added.add_argument("--engine", choices=("own", "running"), default="own", help="default: %(default)s")
        added.add_argument("--resume", action="store_true", help="keep the results that are there, and go on")
        added.add_argument("--npm", default=_npm(), help="npm registry for all; default: that of this environment")
        added.add_argument("--floor", type=float, default=15, help="GB of disk that stay free; default: %(default)s")
        return added

    runs = measuring("run", run, "measure", 1)
    runs.add_argument("--apps", default=known.MINI.name, help="names, or all; default: %(default)s")
    runs.add_argument("--cases", default="", help=f"names; default: {', '.join(case.name for case in cases.CASES)}")
    runs.add_argument("--subjects", default="", help=f"names; default: {', '.join(cases.SUBJECTS)}")
    command("page", page, "write what was measured into the page")
    again = command("pairs", paired, "build what new engines built on the one that runs, and compare the digests")
    again.add_argument("--npm", default=_npm(), help="npm registry; default: that of this environment")
    for one in (runs, again):
        one.add_argument("--moontv", type=Path, help="a checkout of MoonTV 3, for the app moontv")
    measuring("guard", guarded, "compare cheap cases with the committed results", 3)
    return parser.parse_args()


def _npm() -> str:
    return os.environ.get("NPM_CONFIG_REGISTRY") or os.environ.get("npm_config_registry") or ""  # noqa: SIM112


if __name__ == "__main__":
    raise SystemExit(main())
