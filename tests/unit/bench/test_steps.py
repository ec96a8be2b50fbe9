"""The next step is read from the words of the message itself."""

import pytest

from bench.apps.managers import Command, command
from bench.apps.steps import STEPS, Argue, Keep, Lock, Patch, Propose, Step, Write, step_of
from ci.decide.ecosystems import ECOSYSTEMS, by_id
from ci.errors import ProjectError
from ci.intool.policy import Finding, GateResult, Package
from ci.messages import catalogue, message
from ci.report.steps import ADOPT, listed, steps

LOCKS = [by_id(name).lock for name in ("npm", "pnpm")]


def error(message_id: str, **facts: object) -> str:
    """A refusal as the CLI prints it."""
    return f"{ProjectError.saying(message(message_id, **facts), 'dagger call --source . publish')}"


@pytest.mark.parametrize(
    ("name", "facts", "step"),
    [
        (
            "lockfile.none",
            {"commands": " or ".join(f"`{one}`" for one in LOCKS), "file": "package.json"},
            Lock(commands=tuple(LOCKS)),
        ),
        (
            "lockfile.none",
            {"commands": f"`{LOCKS[0]}`", "file": "examples/web/package.json"},
            Lock(commands=(LOCKS[0],), directory="examples/web"),
        ),
        ("lockfile.stale", {"lockfile": "pnpm-lock.yaml", "command": LOCKS[1]}, Lock(commands=(LOCKS[1],))),
        (
            "lockfile.several",
            {
                "count": 2,
                "lockfiles": ["package-lock.json", "pnpm-lock.yaml"],
                "checks": ["`npm ci --dry-run` checks package-lock.json", "`pnpm i` checks web/pnpm-lock.yaml"],
            },
            Keep(checks=(("npm ci --dry-run", "package-lock.json"), ("pnpm i", "web/pnpm-lock.yaml"))),
        ),
        (
            "project.several-apps",
            {"apps": "a, b", "first": "apps/a", "choices": "--app apps/a or --app apps/b"},
            Argue(arguments=("--app", "apps/a")),
        ),
        (
            "project.several-apps",
            {"apps": "a, b", "first": "my app", "choices": "--app 'my app' or --app apps/b"},
            Argue(arguments=("--app", "my app")),
        ),
        (
            "lockfile.foreign-host",
            {"lockfile": "yarn.lock", "hosts": "2 from a.example", "names": ["a.example", "b.example:80"]},
            Write(text="install: {hosts: [a.example, b.example:80]}"),
        ),
        (
            "lockfile.no-checksum",
            {"lockfile": "yarn.lock", "packages": "x (git)", "names": ["x", "@y/z"]},
            Write(text="install: {unverified: [x, @y/z]}"),
        ),
        (
            "cause.types",
            {"packages": "typescript", "command": "yarn add --dev typescript"},
            Lock(commands=("yarn add --dev typescript",), of_app=True),
        ),
        ("cause.variables", {"names": "A", "skip": "", "block": "build:\n  env: {}"}, Propose()),
    ],
)
def test_a_message_s_own_words_are_the_step(name: str, facts: dict[str, object], step: Step) -> None:
    assert step_of([name], error(name, **facts)) == (name, step)


@pytest.mark.parametrize("place", ["", " in `web`"])
def test_the_step_of_a_vulnerable_package_is_its_patch(place: str) -> None:
    where = Package(name="next", version="14.2.24")
    vulnerable = Finding(id="CVE-1", severity="critical", title="t", where=where, fix="update", fixed=("14.2.25",))
    odd = Finding(id="CFG-01", severity="high", title="t", fix="set it")
    gates = [GateResult(name="scan", findings=(vulnerable, odd))]
    fixes = f"{listed(steps(gates, f'`{LOCKS[0]}`{place}'))}\n    {ADOPT}"
    text = error("gates.failed", names="scan", consequence="nothing was pushed", findings="  - one", fixes=fixes)
    lock = Lock(commands=(LOCKS[0],), directory="web" if place else ".")
    assert step_of(["gates.failed"], text) == ("gates.failed", Patch(lock=lock))


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("gates.failed", {"names": "rules", "consequence": "x", "findings": "  - one", "fixes": "change it"}),
        ("project.no-next", {"instead": "pass the directory of the app with --app"}),
        ("cause.host", {"host": "api.example.com", "later": ""}),
    ],
)
def test_what_only_a_person_can_do_is_no_step(name: str, facts: dict[str, object]) -> None:
    assert step_of([name], error(name, **facts)) is None


def test_what_did_not_help_is_not_done_again() -> None:
    text = error("lockfile.stale", lockfile="pnpm-lock.yaml", command=LOCKS[1])
    assert step_of(["lockfile.stale"], text, ["lockfile.stale"]) is None
    assert step_of(["lockfile.stale"], text, ["lockfile.none"]) is not None
    assert step_of([], text) is None


def test_the_table_names_messages_that_are_there() -> None:
    assert STEPS.keys() <= catalogue().keys()


# Commands on this machine


@pytest.mark.parametrize("text", [text for one in ECOSYSTEMS for text in (one.lock, one.fits)])
def test_every_command_that_a_message_may_name_runs_without_scripts(text: str) -> None:
    for files in ({}, {".yarnrc.yml": ""}):
        found = command(text, files)
        assert found
        assert "--ignore-scripts" in found.argv or found.env["YARN_ENABLE_SCRIPTS"] == "0"


@pytest.mark.parametrize(
    ("text", "files", "package"),
    [
        ("pnpm install", {}, "pnpm@10"),
        ("pnpm install", {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n"}, "pnpm@10"),
        ("pnpm install", {"pnpm-lock.yaml": "lockfileVersion: '6.0'\n"}, "pnpm@8"),
        ("pnpm install", {"pnpm-lock.yaml": "lockfileVersion: 5.4\n"}, "pnpm@7"),
        ("pnpm install", {"package.json": '{"packageManager": "pnpm@9.1.0+sha512.ab"}'}, "pnpm@9.1.0"),
        ("pnpm install", {"package.json": '{"packageManager": "npm@9.1.0"}'}, "pnpm@10"),
        ("pnpm install", {"package.json": "[]"}, "pnpm@10"),
        ("pnpm install", {"package.json": "{"}, "pnpm@10"),
        ("yarn install", {"yarn.lock": "# yarn lockfile v1\n"}, "yarn@1.22.22"),
        ("yarn install", {"yarn.lock": "#\n\n__metadata:\n"}, "@yarnpkg/cli-dist@4"),
        ("yarn install", {"package.json": '{"packageManager": "yarn@3.8.7"}'}, "@yarnpkg/cli-dist@3.8.7"),
        ("bun install --lockfile-only", {}, "bun@1"),
    ],
)
def test_the_manager_is_taken_in_the_app_s_version(text: str, files: dict[str, str], package: str) -> None:
    found = command(text, files)
    assert found
    assert found.argv[:5] == ("npm", "exec", "--yes", f"--package={package}", "--")
    assert found.argv[5:7] == tuple(text.split())[:2]


@pytest.mark.parametrize(
    ("text", "argument"),
    [
        ("npm install --save-dev typescript", "--package-lock-only"),
        ("pnpm add -D typescript", "--lockfile-only"),
        ("bun add --dev typescript", "--lockfile-only"),
        ("yarn add --dev typescript", "--mode=update-lockfile"),
    ],
)
def test_what_writes_the_lockfile_installs_nothing(text: str, argument: str) -> None:
    found = command(text, {".yarnrc.yml": ""})
    assert found
    assert argument in found.argv


@pytest.mark.parametrize("text", [one.fits for one in ECOSYSTEMS])
def test_what_looks_at_the_lockfile_stays_as_it_is(text: str) -> None:
    found = command(text, {".yarnrc.yml": ""})
    assert found
    assert [one for one in found.argv if one in text.split()] == text.split()
    assert not any("lock-only" in one or "--mode" in one for one in found.argv if one not in text.split())


def test_npm_is_that_of_this_machine() -> None:
    argv = ("npm", "ci", "--dry-run", "--ignore-scripts", "--no-audit", "--no-fund")
    assert command("npm ci --dry-run", {}) == Command(argv=argv, env={})


@pytest.mark.parametrize("text", ["", "rm -rf .", "curl https://x.example | sh", "npx anything", "./npm install"])
def test_no_other_program_is_run(text: str) -> None:
    assert command(text, {}) is None
