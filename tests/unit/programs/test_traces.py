"""``traces.cjs`` with the tracers of four versions of Next.js: equal results, no file of a package searched twice."""

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.apps.versions import NEXT
from tests.unit.builds import write
from tests.unit.conftest import PROGRAMS

COMPILED = "dist/compiled"
TRACER = [f"{COMPILED}/{name}/" for name in ("@vercel/nft", "acorn", "async-sema", "glob", "micromatch", "picomatch")]
TRACER += [f"{COMPILED}/semver/", f"{COMPILED}/strip-ansi/"]
"""Directories of the package ``next`` with the tracer, and with what it loads."""

# What Next.js' own function of this name does with the tracer.
COLLECT = """
const fs = require('fs').promises
const path = require('path')
const { nodeFileTrace } = require('next/dist/compiled/@vercel/nft')
const orNothing = (codes, value) => (error) => { if (codes.includes(error.code)) return value; throw error }
exports.collectBuildTraces = async ({ dir, buildTraceContext, more }) => {
  const searched = []
  const server = require.resolve('next/dist/server/next-server')
  const result = await nodeFileTrace([...(buildTraceContext?.chunks ?? []), server], {
    base: dir,
    processCwd: dir,
    mixedModules: true,
    readFile: (file) => (searched.push(file), fs.readFile(file, 'utf8').catch(orNothing(['ENOENT', 'EISDIR'], ''))),
    readlink: (file) => fs.readlink(file).catch(orNothing(['EINVAL', 'ENOENT', 'UNKNOWN'], null)),
    stat: (file) => fs.stat(file).catch(orNothing(['ENOENT', 'ENOTDIR'], null)),
    ignore: (file) => Boolean(process.env.IGNORED) && file.includes(process.env.IGNORED),
    ...more,
  })
  const reason = ([file, { type, parents, ignored }]) => [file, [...type].sort(), [...parents].sort(), ignored]
  const [files, esm] = [result.fileList, result.esmFileList].map((set) => [...set].sort())
  return { searched, found: { files, esm, reasons: [...result.reasons].map(reason).sort() } }
}
"""
BUILD = """
const path = require('path')
const { webpackBuild } = require('./webpack-build')
const { turbopackBuild } = require('./turbopack-build')
const build = process.env.TURBOPACK ? turbopackBuild : webpackBuild
build('server').then(async () => {
  const dir = process.cwd()
  const more = eval(`(${process.env.MORE ?? '{}'})`)
  const { collectBuildTraces } = require('./collect-build-traces')
  const buildTraceContext = { chunks: [path.join(dir, '.next/server/page.js')] }
  console.log(JSON.stringify(await collectBuildTraces({ dir, buildTraceContext, more })))
})
"""
SERVER = """
const fs = require('fs')
const path = require('path')
require('./own.js')
require('other')
require('/not/there')
fs.readFileSync(path.join(__dirname, 'data.txt'))
fs.readFileSync(path.join(process.cwd(), 'node_modules/config.json'))
require('reader')
"""
OWN = "require('./own.js'); import('other/module.mjs')"
OTHER = "const p = require('path'); require('fs').readFileSync(p.join(__dirname, 'a.wasm'))"
FILES = {
    "package.json": "{}",
    ".next/server/page.js": "require('other'); require('for-a-route'); require('../../lib.js')",
    "lib.js": "require('fs').readFileSync(require('path').join(process.cwd(), 'data.txt'))",
    "data.txt": "data",
    "node_modules/next/dist/build/index.js": BUILD,
    "node_modules/next/dist/build/collect-build-traces.js": COLLECT,
    "node_modules/next/dist/build/webpack-build/index.js": "exports.webpackBuild = async (name) => name",
    "node_modules/next/dist/build/turbopack-build/index.js": "exports.turbopackBuild = async (name) => name",
    "node_modules/next/dist/server/next-server.js": SERVER,
    "node_modules/next/dist/server/own.js": OWN,
    "node_modules/next/dist/server/data.txt": "data",
    "node_modules/other/package.json": '{"main": "main.js"}',
    "node_modules/other/main.js": OTHER,
    "node_modules/other/module.mjs": "import './more.mjs'; export const a = 1",
    "node_modules/other/more.mjs": "export default 1",
    "node_modules/other/a.wasm": "wasm",
    "node_modules/reader/index.js": "require('fs').readdirSync(__dirname + '/parts'); require('./l/' + x)",
    "node_modules/reader/parts/one.txt": "one",
    "node_modules/reader/l/one.js": "require('other')",
    "node_modules/for-a-route/index.js": "require('./deep')",
    "node_modules/for-a-route/deep.js": "",
}
READER = "node_modules/reader/index.js"
"""Of all these the only file whose answer follows from a directory's content."""


@dataclass(frozen=True, kw_only=True)
class Traced:
    """What a build traced.

    Attributes:
        found: the tracer's result.
        searched: files of packages that it looked into.
        errors: what was printed beside.
    """

    found: Mapping[str, Any]
    searched: frozenset[str]
    errors: str


Trace = Callable[..., Traced]


@pytest.fixture(scope="session")
def tracers(tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Path]:
    """Major version of Next.js to a directory with its tracer."""
    home = tmp_path_factory.mktemp("tracers")
    for version in NEXT.values():
        command = ["npm", "pack", f"next@{version}", "--loglevel=error", f"--pack-destination={home}"]
        name = subprocess.check_output(command, text=True, cwd=home).strip().splitlines()[-1]
        with tarfile.open(home / name) as files:
            wanted = [one for one in files if one.name.startswith(tuple(f"package/{name}" for name in TRACER))]
            files.extractall(home / version, members=wanted, filter="data")
        (home / name).unlink()
    return {major: home / version / "package" / COMPILED for major, version in NEXT.items()}


@pytest.fixture(params=NEXT)
def major(request: pytest.FixtureRequest) -> int:
    """A major version of Next.js."""
    return int(request.param)


@pytest.fixture
def trace(node: str, tmp_path: Path, tracers: Mapping[int, Path], major: int) -> Trace:
    """Build: Next.js bundles, then traces its server and a route; with ``kept`` as the pipeline does it."""
    app = tmp_path / "app"
    write(app, {**FILES, "node_modules/next/package.json": json.dumps({"version": NEXT[major]})})
    shutil.copytree(tracers[major], app / "node_modules/next" / COMPILED)
    write(tmp_path / "pipeline", {"kept": str(tmp_path / "cache")})
    for name in ("traces", "kept", "ahead"):
        shutil.copy(PROGRAMS / f"{name}.cjs", tmp_path / "pipeline")

    def run(*, kept: bool = True, **variables: str) -> Traced:
        preload = ["--require", str(tmp_path / "pipeline/traces.cjs")] if kept else []
        done = subprocess.run(
            [node, *preload, "node_modules/next/dist/build/index.js"],
            cwd=app,
            env={"PATH": os.environ["PATH"], **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        printed = json.loads(done.stdout)
        names = [os.path.relpath(name, app) for name in printed["searched"]]
        searched = frozenset(n for n in names if n.startswith("node_modules/") and not n.endswith("package.json"))
        return Traced(found=printed["found"], searched=searched, errors=done.stderr)

    return run


def test_files_of_packages_are_searched_beside_the_bundler_and_never_again(trace: Trace) -> None:
    plain = trace(kept=False)
    assert {"node_modules/next/dist/server/next-server.js", "node_modules/for-a-route/deep.js", READER} < plain.searched

    first, second, third = trace(), trace(), trace()

    assert first.found == second.found == third.found == plain.found
    assert first.searched == {READER, "node_modules/for-a-route/index.js", "node_modules/for-a-route/deep.js"}
    assert second.searched == third.searched == {READER}
    assert first.errors == second.errors == third.errors == ""


CHANGES: Mapping[str, Mapping[str, str]] = {
    "a package": {"node_modules/other/main.js": "require('./module.mjs'); " + OTHER},
    "a package, in as many bytes": {"node_modules/next/dist/server/own.js": OWN.replace("module", "nodule")},
    "a file that a package reads": {"node_modules/config.json": "{}"},
    "a directory that a package reads": {"node_modules/reader/parts/two.txt": "two", "node_modules/reader/l/b.js": ""},
    "the app": {"lib.js": "require('for-a-route/deep')"},
}


def test_what_changed_is_seen(trace: Trace, tmp_path: Path) -> None:
    for _ in range(2):
        before = trace().found
    for what, files in CHANGES.items():
        write(tmp_path / "app", files)
        found = trace().found
        assert found == trace(kept=False).found != before, what
        before = found
    (tmp_path / "app/node_modules/other/a.wasm").unlink()
    assert trace().found == trace(kept=False).found != before


def test_what_the_trace_ignores_is_asked_again(trace: Trace) -> None:
    ignored = "dist/server/data.txt"
    assert trace().found != trace(IGNORED=ignored).found == trace(kept=False, IGNORED=ignored).found


def test_a_changed_package_is_searched_once(trace: Trace, tmp_path: Path) -> None:
    for _ in range(2):
        trace()
    write(tmp_path / "app", {"node_modules/other/main.js": "require('./module.mjs')"})
    assert [trace().searched for _ in range(3)] == [{READER, "node_modules/other/main.js"}, {READER}, {READER}]


@pytest.mark.parametrize("major", [16], indirect=True)
def test_a_file_that_cannot_be_parsed_is_searched_once_like_others(trace: Trace, tmp_path: Path) -> None:
    write(tmp_path / "app", {"node_modules/other/main.js": "this is no program"})
    assert trace().found == trace().found == trace(kept=False).found
    assert trace().searched == {READER}


@pytest.mark.parametrize("major", [16], indirect=True)
@pytest.mark.parametrize("text", ["", "{", '{"files": 1}'])
def test_a_file_that_cannot_be_read_counts_as_none(trace: Trace, tmp_path: Path, text: str) -> None:
    found = trace().found
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_text(text)
    assert trace().found == found
    assert json.loads(kept.read_text())["files"]


@pytest.mark.parametrize("major", [16], indirect=True)
def test_another_question_gets_no_kept_answer(trace: Trace) -> None:
    plain = trace(kept=False)
    trace()
    for more in ("{ conditions: ['node', 'module-sync'] }", "{ mixedModules: false }", "{ processCwd: '/tmp' }"):
        assert plain.searched - trace(MORE=more).searched == set()
        assert trace(MORE=more).found == trace(kept=False, MORE=more).found


@pytest.mark.parametrize(("major", "begun"), [(15, True), (16, False)], indirect=["major"])
def test_turbopack_traces_the_server_itself_from_16_on(trace: Trace, *, begun: bool) -> None:
    server = "node_modules/next/dist/server/next-server.js"
    assert (server not in trace(TURBOPACK="1").searched) == begun


@pytest.mark.parametrize("major", [16], indirect=True)
def test_a_build_goes_on_where_nothing_can_be_traced_ahead(trace: Trace, tmp_path: Path) -> None:
    plain = trace(kept=False)
    name = "node_modules/next/dist/build/collect-build-traces.js"
    text = "if (!process.argv[1].endsWith('index.js')) throw new Error('another layout')\n" + COLLECT
    write(tmp_path / "app", {name: text})
    traced = trace()
    assert traced.found == plain.found
    assert traced.errors == "Build traces are not computed beside the build: another layout\n"
    assert trace().searched == {READER}


@pytest.mark.parametrize("major", [16], indirect=True)
def test_only_the_newest_are_kept(trace: Trace, tmp_path: Path) -> None:
    others = [tmp_path / f"cache/traces-{n:064x}.json" for n in range(4)]
    write(tmp_path, {f"cache/traces-{n:064x}.json": "" for n in range(4)} | {"cache/webpack/x": "of Next.js"})
    for n, other in enumerate(others):
        os.utime(other, (n, n))
    trace()
    assert [other.exists() for other in others] == [False, False, True, True]
    assert (tmp_path / "cache/webpack/x").exists()
