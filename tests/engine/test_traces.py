"""Next.js' own collection of build traces, on its real packages: with ``traces.cjs`` the same files as without.

Needs no engine, but minutes. What a changed package, option or file does is in tests/unit/programs/test_traces.py.
"""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.apps.locks import run
from tests.apps.versions import NEXT, REACT
from tests.conftest import command

pytestmark = pytest.mark.costly

PROGRAMS = Path(__file__).parents[2] / "ci/programs"
TRACES = ("next-server.js.nft.json", "next-minimal-server.js.nft.json", "server/pages/index.js.nft.json")
CHUNK = "require('react'); require('react-dom/server'); require('next/document'); require('../../../lib.js')"
LIBRARY = "require('fs').readFileSync(require('path').join(process.cwd(), 'package.json'))"
# As `next build` does it after it has bundled; the bundler itself finds no options and ends.
COLLECT = """
const { createRequire } = require('node:module')
const path = require('node:path')
const dir = process.cwd()
const ofNext = createRequire(createRequire(path.join(dir, 'package.json')).resolve('next/dist/build/index.js'))
const distDir = path.join(dir, '.next')
const chunk = path.join(distDir, 'server/pages/index.js')
const chunksTrace = { action: { input: [chunk] }, entryNameFilesMap: { 'pages/index': [chunk] } }
const others = { hasSsrAmpPages: false, outputFileTracingRoot: dir }
const pages = { pageKeys: { app: [], pages: ['/'] }, pageInfos: [], edgeRuntimeRoutes: {}, staticPages: [] }
const config = { output: 'standalone', experimental: {} }
const bundled = async () => ofNext('./webpack-build').webpackBuild(false, ['none'])
bundled().catch(() => {}).then(async () => {
  const { collectBuildTraces } = ofNext('./collect-build-traces')
  await collectBuildTraces({ dir, distDir, config, ...pages, ...others, buildTraceContext: { chunksTrace } })
  process.exit()
})
"""


@pytest.mark.parametrize("major", NEXT)
def test_traces_are_the_same_as_without(tmp_path: Path, major: int) -> None:
    app, pipeline, cache = tmp_path / "app", tmp_path / "pipeline", tmp_path / "cache"
    for directory in (app, pipeline):
        directory.mkdir()
    packages = {"next": NEXT[major], "react": REACT[major], "react-dom": REACT[major]}
    (app / "package.json").write_text(json.dumps({"private": True, "dependencies": packages}))
    (app / "lib.js").write_text(LIBRARY)
    run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", cwd=app)
    for name in ("traces", "kept", "ahead"):
        shutil.copy(PROGRAMS / f"{name}.cjs", pipeline)
    (pipeline / "kept").write_text(str(cache))
    preload = ("--require", str(pipeline / "traces.cjs"))

    plain, cold = _collected(app), _collected(app, *preload)
    searched = {path: path.stat().st_mtime_ns for path in cache.iterdir()}
    warm = [_collected(app, *preload) for _ in range(2)]

    assert min(len(files) for files in plain.values()) > 10
    assert plain == cold == warm[0] == warm[1]
    (kept,) = searched
    files = json.loads(kept.read_text())["files"]
    assert len(files) > 1000
    assert len([1 for _, one in files if "found" not in one]) < len(files) / 100


def _collected(app: Path, *arguments: str) -> dict[str, Any]:
    """Each trace that Next.js writes, with its files by name: 13 and 14 write them as they come."""
    shutil.rmtree(app / ".next", ignore_errors=True)
    (app / ".next/server/pages").mkdir(parents=True)
    (app / ".next/server/pages/index.js").write_text(CHUNK)
    (app / ".next/server/pages/index.js.nft.json").write_text('{"version":1,"files":[]}')
    done = command("node", *arguments, "-e", COLLECT, cwd=app, deadline=300, env={"PATH": os.environ["PATH"]})
    assert (done.code, done.stderr) == (0, "")
    traces = {name: json.loads((app / ".next" / name).read_text()) for name in TRACES}
    return {name: sorted(trace["files"]) for name, trace in traces.items()}
