"""What a user reads when something is wrong: the cause and the next step, never a stack trace."""

import json
import re
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from ci.decide.ecosystems import by_id
from ci.errors import PipelineError
from ci.messages import message
from tests.conftest import REGISTRY, Called, tags

pytestmark = pytest.mark.engine

Call = Callable[..., Called]


def assert_explained(called: Called, *texts: str) -> None:
    assert called.code == PipelineError.exit_code
    assert called.error.startswith("\nError: ci.errors.")
    for text in texts:
        assert text in called.error, called.error or called.stderr[-3000:]
    assert "fix: " in called.error
    assert "Traceback" not in called.error


def pipeline(directory: Path, text: str) -> Path:
    file = directory / "test.yaml"
    file.write_text(text)
    return file


def test_no_lockfile(call: Call, mini: Path) -> None:
    (mini / "pnpm-lock.yaml").unlink()
    error = message("lockfile.none", commands="`pnpm install --lockfile-only`", file="package.json")
    assert_explained(call("plan", source=mini), error.what, error.fix)


def test_two_lockfiles(call: Call, mini: Path) -> None:
    package = json.loads((mini / "package.json").read_text())
    del package["packageManager"]
    (mini / "package.json").write_text(json.dumps(package))
    (mini / "package-lock.json").write_text("{}")
    locks = ["package-lock.json", "pnpm-lock.yaml"]
    checks = [f"`{by_id(name).fits}` checks {lock}" for name, lock in zip(("npm", "pnpm"), locks, strict=True)]
    error = message("lockfile.several", count=2, lockfiles=locks, checks=checks)
    assert_explained(call("plan", source=mini), error.what, error.fix)


def test_lockfile_out_of_date(call: Call, mini: Path) -> None:
    package = json.loads((mini / "package.json").read_text())
    package["dependencies"]["ms"] = "2.1.3"
    (mini / "package.json").write_text(json.dumps(package))
    error = message("lockfile.stale", lockfile="pnpm-lock.yaml", command="pnpm install --lockfile-only")
    assert_explained(call("deps", "sync", source=mini), error.what, error.fix)


def test_wrong_key_in_the_pipeline_file(call: Call, tmp_path: Path) -> None:
    file = pipeline(tmp_path, "version: 2\nruntime:\n  heath: {path: /}\n")
    error = message("config.unknown-key", place="test.yaml:3: runtime.heath: ", hint="did you mean `health`?")
    assert_explained(call("--pipeline-file", file, "plan"), error.what, error.fix)


def test_patch_that_matches_nothing(call: Call, tmp_path: Path) -> None:
    file = pipeline(tmp_path, "patches:\n  - {files: 'src/**/*.ts', replace: not in there, with: x}\n")
    assert_explained(call("--pipeline-file", file, "build", "sync"), "patches[0]", "not in there", "src/**/*.ts")


def test_the_compilers_words_reach_the_user(call: Call, mini: Path) -> None:
    module = mini / "src" / "lib" / "search.ts"
    module.write_text(module.read_text() + "\nexport const wrong: number = 'text';\n")
    script = mini / "scripts" / "generate-manifest.js"
    script.write_text("for (let n = 0; n < 100; n++) console.log(`word ${n}`);\n" + script.read_text())
    called = call("--address", f"{REGISTRY}/does-not-build", "publish", source=mini)
    assert_explained(called, message("build.failed").what, "src/lib/search.ts")
    assert "Type 'string' is not assignable to type 'number'" in called.error
    assert "word 0\n" not in called.error
    assert all(f"| word {number}\n" in called.stderr for number in range(100)), called.stderr
    assert re.search(r": ┆ build ERROR \[", called.stderr)
    assert tags("does-not-build") == []


def test_health_never_answers(call: Call, tmp_path: Path) -> None:
    file = pipeline(
        tmp_path,
        "runtime: {health: {path: /api/no-such-path}}\nsmoke: {deadline: 4}\n",
    )
    called = call("--pipeline-file", file, "--address", f"{REGISTRY}/never-healthy", "publish")
    assert_explained(called, "nothing was pushed", "/api/no-such-path was not healthy within 4 s", "container log")
    assert "Ready in" in called.error
    assert tags("never-healthy") == []


def test_container_that_ends_at_once(call: Call, tmp_path: Path) -> None:
    file = pipeline(tmp_path, "runtime: {command: [scripts/generate-manifest.js]}\n")
    called = call("--pipeline-file", file, "--address", f"{REGISTRY}/ends", "publish")
    assert_explained(called, "nothing was pushed", "the container ended (exit code ")
    assert tags("ends") == []


def test_command_that_is_not_there(call: Call, tmp_path: Path) -> None:
    file = pipeline(tmp_path, "runtime: {command: [no-such-file.js]}\n")
    called = call("--pipeline-file", file, "image", "sync")
    assert_explained(called, "runtime.command: neither the app nor its build has `no-such-file.js`")


def test_no_address(call: Call, tmp_path: Path) -> None:
    error = message("arguments.no-address")
    assert_explained(call("--pipeline-file", pipeline(tmp_path, "version: 2\n"), "publish"), error.what, error.fix)


def test_machine_code_for_one_platform_only(call: Call, mini: Path, tmp_path: Path) -> None:
    shutil.copy("/bin/true", mini / "addon.node")
    file = pipeline(tmp_path, "platforms: [linux/amd64, linux/arm64]\nruntime: {files: [addon.node]}\n")
    called = call("--pipeline-file", file, "layout", "entries", source=mini)
    assert_explained(called, "addon.node is machine code for linux/amd64, so there can be no linux/arm64 image")


def test_nobody_listens(call: Call, tiny: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    called = call("--address", f"127.0.0.1:{port}/nobody", "publish", source=tiny)
    assert_explained(called, f"nothing answers at 127.0.0.1:{port}", "check the address and that the registry runs")
