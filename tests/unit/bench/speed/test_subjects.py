"""What subjects are asked for, and what is read of their answers."""

import os
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from bench.speed import engines, pushed
from bench.speed.apps import APPS, MINI, moontv
from bench.speed.buildkit import settings
from bench.speed.cases import AMD64, ARM64, CORE, EXPERT, OURS, PLAIN, chosen
from bench.speed.command import BenchError, timed
from bench.speed.engines import Running
from bench.speed.source import Source, written
from bench.speed.subjects import OFF, PEERS, READ, WRITE, Dockerfile, Host, Ours, Work, manager_version, steps
from offline.daemon import Daemon

DOCKERFILES = sorted(PEERS.glob("*.Dockerfile"))
NOTHING, COLD, FRESH, PLATFORMS = (chosen([n])[0] for n in ("nothing", "cold", "fresh-page", "two-platforms"))


def work(source: Path, **more) -> Work:
    (source / "package.json").write_text('{"packageManager": "pnpm@10.14.0+sha512.ab"}')
    given = {"app": MINI, "platforms": (AMD64,), "cache": OFF, "npm": ""} | more
    return Work(source=source, log=source / "log", **given)


def expert(name: str = EXPERT) -> Dockerfile:
    return Dockerfile(name, f"{name}.Dockerfile", None, "127.0.0.1:5000")  # type: ignore[arg-type]


def test_a_dockerfile_is_built_with_the_managers_version_and_pushed(tmp_path: Path) -> None:
    asked = work(tmp_path, app=replace(MINI, fonts=False), npm="https://npm.example.com/")
    argv = expert().arguments(asked, ".", "r/app:1", "r/app:cache")
    assert {
        f"--local=context={tmp_path}",
        "--opt=filename=expert.Dockerfile",
        "--opt=target=start",
        "--opt=platform=linux/amd64",
        "--opt=build-arg:PNPM=10.14.0",
        "--opt=build-arg:APP=.",
        "--opt=build-arg:NPM_CONFIG_REGISTRY=https://npm.example.com/",
        "--output=type=image,name=r/app:1,push=true,registry.insecure=true",
    } <= set(argv)
    assert not [part for part in argv if "cache" in part or "FONT" in part]


@pytest.mark.parametrize(("cache", "imports", "exports"), [(OFF, 0, 0), (READ, 1, 0), (WRITE, 1, 1)])
def test_the_cache_in_the_registry_has_all_stages(tmp_path: Path, cache: str, imports: int, exports: int) -> None:
    argv = expert().arguments(work(tmp_path, cache=cache), ".", "r/app:1", "r/app:cache")
    assert argv.count("--import-cache=type=registry,ref=r/app:cache") == imports
    assert argv.count("--export-cache=type=registry,ref=r/app:cache,mode=max") == exports


def test_platforms_and_apps_of_a_workspace_are_passed_on(tmp_path: Path) -> None:
    given = work(tmp_path, app=APPS["workspace-5"], platforms=(AMD64, ARM64))
    argv = expert().arguments(given, "apps/a2", "r/app:1", "r/app:cache")
    assert {"--opt=platform=linux/amd64,linux/arm64", "--opt=build-arg:APP=apps/a2", "--opt=target=server"} <= set(argv)


def test_fonts_are_answered_where_an_app_asks_for_them(tmp_path: Path) -> None:
    argv = expert().arguments(work(tmp_path, app=moontv(tmp_path)), ".", "r/app:1", "r/app:cache")
    assert "--opt=build-arg:NEXT_FONT_GOOGLE_MOCKED_RESPONSES=/app/bench-fonts.cjs" in argv


@pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.name)
def test_a_dockerfile_knows_what_it_is_given(file: Path, tmp_path: Path) -> None:
    text = file.read_text("utf-8")
    argv = expert().arguments(work(tmp_path, npm="x", app=moontv(tmp_path)), ".", "r/app:1", "r/app:cache")
    given = {part.partition(":")[2].partition("=")[0] for part in argv if part.startswith("--opt=build-arg:")}
    assert given - {"APP"} <= set(re.findall(r"^ARG (\w+)", text, re.MULTILINE))
    assert {"server", "start"} <= set(re.findall(r" AS (\w+)$", text, re.MULTILINE))


def test_there_is_a_dockerfile_for_each_of_both() -> None:
    assert [file.name for file in DOCKERFILES] == ["expert.Dockerfile", "plain.Dockerfile"]


def test_the_experts_dockerfile_has_what_it_is_there_for() -> None:
    text = (PEERS / "expert.Dockerfile").read_text("utf-8")
    assert text.count("--mount=type=cache") == 2
    assert text.index("pnpm install") < text.index("COPY . .") < text.index("pnpm run build")
    assert "--mount=type=cache" not in (PEERS / "plain.Dockerfile").read_text("utf-8")


def test_who_can_do_what(tmp_path: Path) -> None:
    shared, host = Ours(Running(), gates=True), Host(tmp_path)
    assert (shared.name, Ours(Running(), gates=False).name) == (OURS, CORE)
    assert [shared.can(MINI, case) for case in (NOTHING, COLD, FRESH)] == [True, False, False]
    assert [host.can(MINI, case) for case in (NOTHING, COLD, FRESH, PLATFORMS)] == [True, True, False, False]
    assert expert(PLAIN).can(MINI, NOTHING)
    assert not expert(PLAIN).can(APPS["workspace-5"], NOTHING)
    assert expert().can(APPS["workspace-5"], NOTHING)


def test_an_engine_that_was_there_is_never_emptied() -> None:
    with pytest.raises(BenchError, match="an engine that was there is not emptied"):
        Ours(Running(), gates=True).forget(Path())


def test_the_host_forgets_packages_store_and_output(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for place in ("home/store/v10", "source/node_modules/a", "source/apps/a1/.next/cache", "source/apps/a1/app"):
        (tmp_path / place).mkdir(parents=True)
    Host(tmp_path / "home").forget(source)
    assert not (tmp_path / "home/store").exists()
    assert sorted(str(path.relative_to(source)) for path in source.rglob("*")) == ["apps", "apps/a1", "apps/a1/app"]


def test_steps_are_read_from_the_summary() -> None:
    printed = (
        "r/app:1@sha256:0\n  gates        12 passed\n  steps        base 0.1 s, build 2 12.5 s, prove: build 3.0 s\n"
    )
    assert steps(printed) == {"base": 0.1, "build 2": 12.5, "prove: build": 3.0}
    assert steps("r/app:1\n") == {}


@pytest.mark.parametrize(
    ("declared", "version"), [("pnpm@9.1.2", "9.1.2"), ("pnpm@10.14.0+sha512.0a", "10.14.0"), ("yarn@4.0.0", "10.33.0")]
)
def test_the_managers_version_is_the_declared_one(tmp_path: Path, declared: str, version: str) -> None:
    (tmp_path / "package.json").write_text(f'{{"packageManager": "{declared}"}}')
    assert manager_version(tmp_path) == version


def test_settings_name_the_registry_and_what_it_mirrors() -> None:
    alone = tomllib.loads(settings("127.0.0.1:5000", mirrors=False))
    assert alone["registry"] == {"127.0.0.1:5000": {"http": True}}
    assert alone["worker"]["oci"]["maxUsedSpace"] == "8000MB"
    mirrors = tomllib.loads(settings("127.0.0.1:5000", mirrors=True))["registry"]
    assert mirrors["gcr.io"] == {"mirrors": ["127.0.0.1:5000/gcr.io"]}


def test_what_a_manifest_names_is_counted_and_what_was_there_is_not_sent() -> None:
    manifest = {
        "config": {"digest": "c", "size": 1},
        "layers": [{"digest": "a", "size": 10}, {"digest": "b", "size": 100}],
    }
    assert pushed.parts(manifest) == {"c": 1, "a": 10, "b": 100}
    assert pushed.parts({"manifests": [{"digest": "m", "size": 7}]}) == {"m": 7}
    assert pushed.sent({"a": 10, "b": 100}, {"a": 10, "c": 1}) == 100


def test_a_registry_that_has_no_such_image_is_named() -> None:
    with pytest.raises(BenchError, match=r"no 127\.0\.0\.1:1/app:1"):
        pushed.blobs("127.0.0.1:1", "app", "1")


def test_a_command_that_fails_has_the_end_of_its_output(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match=r"(?s)sh failed with exit code 3.*one\ntwo"):
        timed(["sh", "-c", "echo one >&2; echo two; exit 3"], log=tmp_path / "log")


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(BenchError, match="took longer than its deadline"):
        timed(["sh", "-c", "sleep 60 & sleep 60"], log=tmp_path / "log", deadline=0.2)


def test_a_command_that_ends_well_has_what_it_printed(tmp_path: Path) -> None:
    done = timed(["sh", "-c", "echo $A$B"], log=tmp_path / "log", env={"A": "a", "B": ""})
    assert done.printed == "a\n"
    assert done.seconds > 0


def test_copies_differ_in_the_patches_only_and_keep_what_was_made_in_them(tmp_path: Path) -> None:
    source = Source(MINI, tmp_path, "")
    source.change("css", 4)
    peer, ours = source.copy("host", peer=True), source.copy("ours without gates", peer=False)
    (peer / ".next").mkdir()
    source.copy("host", peer=True)
    assert ours.name == "ours-without-gates"
    assert (peer / ".next").is_dir()
    assert ".changed-4" in (ours / "src/app/globals.css").read_text()
    differ = {path for path in MINI.source() if (peer / path).read_bytes() != (ours / path).read_bytes()}
    assert "src/app/layout.tsx" in differ
    assert all(path.endswith(("route.ts", "layout.tsx", "not-found.tsx")) for path in differ)


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    written({"a/b": b"1", "c": b"2"}, tmp_path)
    before = (tmp_path / "c").stat().st_ino, (tmp_path / "c").stat().st_mtime_ns
    written({"a/b": b"3", "c": b"2"}, tmp_path)
    assert (tmp_path / "a/b").read_bytes() == b"3"
    assert ((tmp_path / "c").stat().st_ino, (tmp_path / "c").stat().st_mtime_ns) == before


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the set-up is asked for, as ``COMMAND STATE``; nothing is done."""
    found: list[str] = []

    def answer(argv, **given) -> None:
        assert given["env"]["_EXPERIMENTAL_DAGGER_RUNNER_HOST"] == ""
        found.append(f"{argv[-1]} {Path(given['env']['NEXT_DISTROLESS_STATE']).name}")

    monkeypatch.setenv("NEXT_DISTROLESS_STATE", str(tmp_path / "usual"))
    monkeypatch.setattr(engines, "timed", answer)
    return found


@pytest.mark.parametrize("runs", [True, False])
def test_the_usual_engine_is_stopped_meanwhile_and_started_again_only_if_it_ran(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch, *, runs: bool
) -> None:
    if runs:
        monkeypatch.setattr(Daemon, "pid", lambda _: os.getpid())
    own = engines.Own(tmp_path / "own", tmp_path / "log")
    own.start()
    own.stop()
    before, after = (["down usual"], ["up usual"]) if runs else ([], [])
    assert asked == [*before, "down own", "up own", "down own", *after]


def test_an_emptied_engine_keeps_its_registry(tmp_path: Path, asked: list[str]) -> None:
    for name in ("engine", "registry"):
        (tmp_path / "own" / name).mkdir(parents=True)
    own = engines.Own(tmp_path / "own", tmp_path / "log")
    Ours(own, gates=True).forget(tmp_path)
    assert asked == ["down own", "up own"]
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["registry"]
    assert own.env["_EXPERIMENTAL_DAGGER_RUNNER_HOST"] == f"unix://{tmp_path}/own/engine.sock"
