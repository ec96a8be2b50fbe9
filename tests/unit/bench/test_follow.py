"""Steps are done in a copy of the source; package managers and the module are stand-ins."""

from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from bench.apps.catalogue import PUBLISHED as EXPECTED
from bench.apps.follow import Place, StepError, do, expected, follow
from bench.apps.outcome import PUBLISHED, REFUSED_RIGHT, WRONG, Call, Outcome
from bench.apps.steps import Argue, Keep, Lock, Patch, Propose, Write
from tests.unit.bench.corpus import refused

NPM = """#!/bin/sh
echo "npm $*"
case "$*" in
*"odd "*) echo "npm error notarget No matching version found for @acme/pay@beta."; exit 1 ;;
*"bad "*) exit 1 ;;
*--dry-run*) grep -q fits package-lock.json ;;
*pnpm*--frozen-lockfile*) [ ! -e package-lock.json ] && grep -q fits pnpm-lock.yaml ;;
*) mkdir -p node_modules; echo "$*" >> "$HERE/ran"; echo locked > package-lock.json ;;
esac
"""
PATCH = "--- a/package.json\n+++ b/package.json\n@@ -1 +1 @@\n-{}\n+{ }\n"
NONE = (
    "the app has no lockfile\n  fix: run `npm install --package-lock-only` beside package.json, and commit the lockfile"
)
SEVERAL = (
    "several\n  fix: choose one: --app apps/api or --app apps/web; or write `app: apps/api`\n  repeat: dagger call"
)
DONE = Outcome(verdict=PUBLISHED, seconds=9, digest="sha256:0")


def refusal(cause: str, error: str) -> Outcome:
    return Outcome(verdict=REFUSED_RIGHT, seconds=1, ids=(cause,), error=error)


class Module:
    """Answers calls of the module, and remembers them."""

    def __init__(self, writes: str | None = PATCH) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.writes = writes

    def __call__(self, asked: Sequence[str], name: str) -> Call:
        self.asked.append((*asked, name))
        if self.writes is None:
            return Call(code=1, seconds=1)
        Path(asked[-1]).write_text(self.writes)
        return Call(code=0, seconds=1)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    program = tmp_path / "bin/npm"
    program.parent.mkdir()
    program.write_text(NPM)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("HERE", str(tmp_path))
    source = tmp_path / "source"
    (source / "web").mkdir(parents=True)
    (source / "package.json").write_text("{}\n")
    return Place(source=source, file=tmp_path / "shop.yaml", log=tmp_path / "host.log", ask=Module())


def test_the_first_command_that_succeeds_writes_the_lockfile(place: Place) -> None:
    step = Lock(commands=("npm bad install", "npm install --package-lock-only"), directory="web")
    assert do(step, place) == ("`npm install --package-lock-only`", ())
    assert (place.source / "web/package-lock.json").is_file()
    assert not (place.source / "web/node_modules").exists()
    assert "--ignore-scripts" in (place.source.parent / "ran").read_text()
    assert place.log.read_text().startswith("$ npm bad install\nnpm bad install")


def test_a_command_of_the_app_runs_in_its_directory(place: Place) -> None:
    do(Lock(commands=("npm install",), of_app=True), place, ("--app", "web"))
    assert (place.source / "web/package-lock.json").is_file()
    assert not (place.source / "package-lock.json").exists()
    do(Lock(commands=("npm install",), of_app=True), place)
    assert (place.source / "package-lock.json").is_file()


@pytest.mark.parametrize("commands", [("npm bad install",), ("make lock",), ()])
def test_without_a_command_that_succeeds_the_step_is_not_done(place: Place, commands: tuple[str, ...]) -> None:
    with pytest.raises(StepError):
        do(Lock(commands=commands), place)
    with pytest.raises(StepError):
        do(Lock(commands=("npm install",), directory="none"), place)


CHECKS = Keep(
    checks=(
        ("npm ci --dry-run", "package-lock.json"),
        ("pnpm install --frozen-lockfile --lockfile-only", "pnpm-lock.yaml"),
    )
)


@pytest.mark.parametrize(
    ("npm", "pnpm", "kept"),
    [("fits", "old", "package-lock.json"), ("old", "fits", "pnpm-lock.yaml"), ("fits", "fits", "package-lock.json")],
)
def test_the_lockfile_that_fits_is_kept(place: Place, npm: str, pnpm: str, kept: str) -> None:
    (place.source / "package-lock.json").write_text(npm)
    (place.source / "pnpm-lock.yaml").write_text(pnpm)
    done, arguments = do(CHECKS, place)
    assert done.startswith(f"kept {kept}")
    assert arguments == ()
    assert [path.name for path in place.source.glob("*lock*")] == [kept]


def test_where_no_lockfile_fits_all_are_left(place: Place) -> None:
    for name in ("package-lock.json", "pnpm-lock.yaml"):
        (place.source / name).write_text("old")
    with pytest.raises(StepError):
        do(CHECKS, place)
    assert len([*place.source.glob("*lock*")]) == len(CHECKS.checks)


def test_keys_are_added_to_the_pipeline_file(place: Place) -> None:
    do(Write(text="install: {hosts: [a.example]}"), place)
    do(Write(text="install: {unverified: [x]}"), place)
    assert yaml.safe_load(place.file.read_text()) == {
        "version": 2,
        "install": {"hosts": ["a.example"], "unverified": ["x"]},
    }


def test_the_patch_is_applied_and_the_lockfile_written_again(place: Place) -> None:
    done, _ = do(Patch(lock=Lock(commands=("npm install --package-lock-only",))), place, ("--app", "web"))
    assert done == "the patch of `fixes` and `npm install --package-lock-only`"
    assert (place.source / "package.json").read_text() == "{ }\n"
    assert (place.source / "package-lock.json").is_file()
    assert isinstance(place.ask, Module)
    assert place.ask.asked[0][:3] == ("--app", "web", "fixes")


@pytest.mark.parametrize(("writes", "why"), [("", "no patch"), ("nonsense\n", "does not take"), (None, "failed")])
def test_a_patch_that_is_empty_or_does_not_fit_is_no_step(place: Place, writes: str | None, why: str) -> None:
    spoiled = Place(source=place.source, file=place.file, log=place.log, ask=Module(writes))
    with pytest.raises(StepError, match=why):
        do(Patch(lock=Lock(commands=("npm install",))), spoiled)


def test_a_file_is_proposed_where_there_is_none(place: Place) -> None:
    assert do(Propose(), place) == ("the file of `config init --try`", ())
    with pytest.raises(StepError):
        do(Propose(), place)
    failing = Place(source=place.source, file=place.file.with_name("x.yaml"), log=place.log, ask=Module(None))
    with pytest.raises(StepError):
        do(Propose(), failing)


def test_an_argument_is_given(place: Place) -> None:
    assert do(Argue(arguments=("--app", "web")), place) == ("`--app web`", ("--app", "web"))


class Publishing:
    """Gives outcomes in their order."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes, self.given = [*outcomes], list[tuple[tuple[str, ...], int]]()

    def __call__(self, arguments: Sequence[str], number: int) -> Outcome:
        self.given.append((tuple(arguments), number))
        return self.outcomes.pop(0)


def test_one_step_after_the_other_until_the_app_is_published(place: Place) -> None:
    publish = Publishing(refusal("lockfile.none", NONE), DONE)
    done = follow(refusal("project.several-apps", SEVERAL), place, publish)
    assert done
    assert [one.id for one in done.steps] == ["project.several-apps", "lockfile.none"]
    assert (done.outcome, done.published, done.why) == (DONE, True, "")
    assert publish.given == [(("--app", "apps/api"), 1), (("--app", "apps/api"), 2)]


def test_the_same_refusal_again_ends_it(place: Place) -> None:
    again = refusal("lockfile.none", NONE)
    done = follow(again, place, Publishing(again))
    assert done
    assert (len(done.steps), done.outcome, done.published, done.stopped) == (1, again, False, False)


def test_a_step_that_cannot_be_done_says_why(place: Place) -> None:
    (place.source / "package.json").unlink()
    done = follow(refusal("lockfile.none", NONE.replace("npm install", "npm bad install")), place, Publishing())
    assert done
    assert (done.steps, done.outcome) == ((), None)
    assert done.why == "lockfile.none: `npm bad install --package-lock-only` failed"


def test_what_the_registry_lacks_for_a_step_is_no_fault_of_the_message(place: Place) -> None:
    place.log.write_text("No matching version found for earlier@1.0.0\n")
    done = follow(refusal("lockfile.none", NONE.replace("npm install", "npm odd install")), place, Publishing())
    assert done
    assert (done.lacks, done.stopped, done.published) == ("@acme/pay@beta", True, False)
    assert done.why == "lockfile.none: the npm registry of this machine has no @acme/pay@beta"
    bad = follow(refusal("lockfile.none", NONE.replace("npm install", "npm bad install")), place, Publishing())
    assert bad
    assert (bad.lacks, bad.stopped) == ("", False)


def test_without_a_step_nothing_is_followed(place: Place) -> None:
    assert follow(refusal("project.no-next", "no next\n  fix: pass --app"), place, Publishing()) is None


def test_what_the_machine_lacks_after_a_step_is_said(place: Place) -> None:
    lacking = Outcome(verdict=WRONG, seconds=1, ids=("cause.no-package",), error="x")
    done = follow(refusal("lockfile.none", NONE), place, Publishing(lacking))
    assert done
    assert (done.published, done.stopped) == (False, True)


def test_after_its_step_an_app_has_to_be_published() -> None:
    entry = expected(refused("lockfile.none", app="web"))
    assert (entry.expect, entry.cause, entry.why, entry.app) == (EXPECTED, "", "", "web")
    assert Outcome(verdict=WRONG, seconds=1, digest="sha256:0").again(entry, {}).verdict == PUBLISHED
