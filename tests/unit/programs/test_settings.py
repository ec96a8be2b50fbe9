"""``settings.cjs``: which files count for the key of server actions, and for webpack's cache."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.builds import write
from tests.unit.conftest import PROGRAMS

FILES = {
    "package.json": '{"workspaces": ["apps/*", "packages/*"]}',
    "README.md": "a text",
    ".git": "gitdir: elsewhere",
    "pnpm-lock.yaml": "lockfile",
    "apps/web/package.json": "{}",
    "apps/web/.browserslistrc": "defaults",
    "apps/web/next.config.mjs": "import './src/env.mjs'\nimport base from '@acme/config'\nexport default base",
    "apps/web/postcss.config.js": "module.exports = { plugins: [require('./config/plugin')] }",
    "apps/web/tsconfig.json": '{"extends": "../../tsconfig.base.json"}',
    "apps/web/config/plugin.js": "require('./deeper')",
    "apps/web/config/deeper/index.js": "module.exports = 1",
    "apps/web/config/other.js": "not named",
    "apps/web/src/env.mjs": "export const env = process.env",
    "apps/web/src/app/page.tsx": "export default () => <p>page</p>",
    "apps/web/src/app/actions.ts": "'use server'\nexport async function save() {}",
    "apps/web/src/app/cached.ts": 'export async function read() { "use cache"; return 1 }',
    "apps/web/src/app/notes.md": "'use server' is for files of code",
    "packages/config/index.js": "module.exports = require('./lib/rules')",
    "packages/config/lib/rules.js": "module.exports = {}",
    "packages/ui/index.tsx": "export const Button = () => null",
    "tsconfig.base.json": "{}",
    "node_modules/sass/package.json": "{}",
    "node_modules/sass/index.js": "'use server'",
    "apps/web/.next/cache/actions.js": "'use server'",
}
CONFIGURE = [
    "package.json",
    "pnpm-lock.yaml",
    "tsconfig.base.json",
    *(f"apps/web/{name}" for name in (".browserslistrc", "next.config.mjs", "package.json", "tsconfig.json")),
    *(f"apps/web/{name}" for name in ("postcss.config.js", "config/plugin.js", "config/deeper/index.js")),
    *("apps/web/src/env.mjs", "packages/config/index.js", "packages/config/lib/rules.js"),
]
ACT = ["apps/web/src/app/actions.ts", "apps/web/src/app/cached.ts"]

Digest = Callable[[], str]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    root = tmp_path / "source"
    write(root, FILES)
    (root / "node_modules/@acme").mkdir()
    (root / "node_modules/@acme/config").symlink_to("../../packages/config")
    return root


def digest(node: str, root: Path, what: str) -> str:
    script = f"console.log(require({json.dumps(str(PROGRAMS / 'settings.cjs'))}).{what})"
    return subprocess.run(
        [node, "-e", script, str(root), str(root / "apps/web")], capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.mark.parametrize(
    ("what", "counting"),
    [("configuration(...process.argv.slice(1))", CONFIGURE), ("actions(process.argv[1])", ACT)],
)
def test_a_change_of_these_files_counts_and_of_no_other(
    node: str, source: Path, what: str, counting: list[str]
) -> None:
    first = digest(node, source, what)
    counted = []
    for name, text in FILES.items():
        (source / name).write_text(f"{text} ")
        if digest(node, source, what) != first:
            counted.append(name)
        (source / name).write_text(text)
    assert sorted(counted) == sorted(counting)
    assert digest(node, source, what) == first


def test_a_new_name_counts_and_the_place_of_the_source_does_not(node: str, source: Path, tmp_path: Path) -> None:
    first = digest(node, source, "actions(process.argv[1])")
    source.rename(tmp_path / "elsewhere")
    assert digest(node, tmp_path / "elsewhere", "actions(process.argv[1])") == first
    place = tmp_path / "elsewhere/apps/web/src/app"
    (place / "actions.ts").rename(place / "renamed.ts")
    assert digest(node, tmp_path / "elsewhere", "actions(process.argv[1])") != first


def test_files_that_name_each_other_are_read_once(node: str, tmp_path: Path) -> None:
    write(tmp_path, {"apps/web/a.js": "require('./b')", "apps/web/b.js": "require('./a'); require('missing')"})
    assert len(digest(node, tmp_path, "configuration(...process.argv.slice(1))")) == 64
