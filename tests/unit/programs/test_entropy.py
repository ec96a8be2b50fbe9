"""``entropy.cjs``: what Next.js draws at random follows from a seed, and what the app draws does not."""

import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.builds import write
from tests.unit.conftest import PROGRAMS

NEXT = "node_modules/next/dist"
DRAW = """
const crypto = require('crypto')
const hex = (bytes) => Buffer.from(bytes).toString('hex')
module.exports = () => ({
  bytes: hex(crypto.randomBytes(16)),
  filled: hex(crypto.randomFillSync(Buffer.alloc(16))),
  pool: hex(crypto.randomFillSync(new Uint8Array(10_000))),
})
"""
FILES = {
    "app.js": DRAW,
    "lib/build/draw.js": DRAW,
    "node_modules/other/dist/build/draw.js": DRAW,
    "node_modules/other/next/dist/build/draw.js": DRAW,
    f"{NEXT}/server/draw.js": DRAW,
    f"{NEXT}/compiled/other/draw.js": DRAW,
    f"{NEXT}/build/preview-key-utils.js": DRAW,
    f"{NEXT}/build/webpack/other.js": DRAW,
    f"{NEXT}/compiled/nanoid/index.cjs": DRAW,
    "node_modules/.pnpm/next@15.0.0_react@19.0.0/node_modules/next/dist/build/draw.js": DRAW,
}
OF_NEXT = [
    *(f"{NEXT}/build/preview-key-utils.js", f"{NEXT}/build/webpack/other.js", f"{NEXT}/compiled/nanoid/index.cjs"),
    "node_modules/.pnpm/next@15.0.0_react@19.0.0/node_modules/next/dist/build/draw.js",
]
NOT_OF_NEXT = [name for name, text in FILES.items() if text is DRAW and name not in OF_NEXT]

Eval = Callable[..., Any]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The program with its seeds, as it is mounted, and an app beside it."""
    write(tmp_path / "pipeline", {"seed": "a seed"})
    given(tmp_path, "some settings")
    for name in ("entropy.cjs", "settings.cjs"):
        shutil.copy(PROGRAMS / name, tmp_path / "pipeline")
    write(tmp_path / "app", FILES)
    return tmp_path


def given(tree: Path, settings: str, *, cache: str = "a cache", place: str = "app") -> None:
    """Write the file of the inputs beside the program."""
    inputs = {"root": str(tree / place), "app": str(tree / place), "settings": settings, "cache": cache}
    write(tree / "pipeline", {"inputs": json.dumps(inputs)})


@pytest.fixture
def evaluate(node: str, tree: Path) -> Eval:
    """The value of an expression in a process that has the program loaded; ``draw`` runs the code of a file."""

    def run(expression: str, *, seed: str = "a seed", env: Mapping[str, str] | None = None, place: str = "app") -> Any:
        (tree / "pipeline/seed").write_text(seed)
        script = f"const draw = (name) => require('./' + name)(); console.log(JSON.stringify({expression}))"
        done = subprocess.run(
            [node, "--require", str(tree / "pipeline/entropy.cjs"), "-e", script],
            cwd=tree / place,
            env={"PATH": os.environ["PATH"], **(env or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    return run


def draw(name: str) -> str:
    return f"draw({json.dumps(name)})"


def lengths(drawn: Mapping[str, str]) -> dict[str, int]:
    return {name: len(value) // 2 for name, value in drawn.items()}


@pytest.mark.parametrize("name", OF_NEXT)
def test_what_next_draws_follows_from_the_seed(evaluate: Eval, name: str) -> None:
    drawn = evaluate(draw(name))
    assert lengths(drawn) == {"bytes": 16, "filled": 16, "pool": 10_000}
    assert evaluate(draw(name)) == drawn
    other = evaluate(draw(name), seed="another seed")
    assert [kind for kind in drawn if other[kind] == drawn[kind]] == []


@pytest.mark.parametrize("name", NOT_OF_NEXT)
def test_what_others_draw_stays_random(evaluate: Eval, name: str) -> None:
    one, other = evaluate(draw(name)), evaluate(draw(name))
    assert lengths(one) == {"bytes": 16, "filled": 16, "pool": 10_000}
    assert [kind for kind in one if other[kind] == one[kind]] == []


def test_what_the_app_draws_where_next_calls_it_stays_random(evaluate: Eval, tree: Path) -> None:
    write(tree / "app", {f"{NEXT}/build/index.js": "module.exports = (f) => f()"})
    expression = f"require('./{NEXT}/build/index.js')(() => {draw('app.js')})"
    one, other = evaluate(expression), evaluate(expression)
    assert [kind for kind in one if other[kind] == one[kind]] == []


def test_each_drawing_is_another_and_all_can_be_repeated(evaluate: Eval) -> None:
    names = OF_NEXT * 2
    drawn = evaluate(f"[{', '.join(map(draw, names))}]")
    values = [value for one in drawn for value in one.values()]
    assert len(set(values)) == len(values)
    assert evaluate(f"[{', '.join(map(draw, names))}]") == drawn


def test_a_large_drawing_does_not_repeat_itself(evaluate: Eval) -> None:
    pool = bytes.fromhex(evaluate(draw(OF_NEXT[0]))["pool"])
    pieces = {pool[at : at + 16] for at in range(0, len(pool), 16)}
    assert len(pieces) == len(pool) / 16


def test_what_one_file_draws_does_not_depend_on_what_others_drew(evaluate: Eval) -> None:
    first, second = OF_NEXT[:2]
    assert evaluate(f"[{draw(first)}, {draw(second)}][1]") == evaluate(draw(second))


def test_where_the_app_is_makes_no_difference(evaluate: Eval, tree: Path) -> None:
    drawn = evaluate(draw(OF_NEXT[0]))
    (tree / "app").rename(tree / "elsewhere")
    given(tree, "some settings", place="elsewhere")
    assert evaluate(draw(OF_NEXT[0]), place="elsewhere") == drawn


@pytest.mark.parametrize(
    "call",
    [
        "new Promise((done) => crypto.randomBytes(8, (error, bytes) => done(error ?? bytes.length)))",
        "new Promise((done) => crypto.randomFill(Buffer.alloc(8), (error, bytes) => done(error ?? bytes.length)))",
        "crypto.randomFillSync(Buffer.alloc(8), 4).length",
    ],
)
def test_other_ways_to_draw_work_as_ever(evaluate: Eval, tree: Path, call: str) -> None:
    write(tree / "app", {f"{NEXT}/build/other.js": f"const crypto = require('crypto')\nmodule.exports = () => {call}"})
    check = "(size) => { if (size !== 8) throw new Error(size) }"
    assert evaluate(f"(Promise.resolve({draw(f'{NEXT}/build/other.js')}).then({check}), 0)") == 0


def test_server_actions_get_a_key(evaluate: Eval) -> None:
    expression = "process.env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY"
    key = evaluate(expression)
    assert len(base64.b64decode(key, validate=True)) == 32
    assert evaluate(expression) == key


def test_the_key_of_server_actions_stays_while_they_and_the_settings_do(evaluate: Eval, tree: Path) -> None:
    expression = "process.env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY"
    write(tree / "app", {"app/actions.ts": "'use server'\nexport async function save() {}\n"})
    key = evaluate(expression)
    write(tree / "app", {"app/page.tsx": "export default () => 'changed'"})
    assert evaluate(expression, seed="another seed") == key
    write(tree / "app", {"app/actions.ts": "'use server'\nexport async function keep() {}\n"})
    other = evaluate(expression)
    given(tree, "other settings")
    assert len({key, other, evaluate(expression)}) == 3


def test_a_key_of_the_builds_own_is_kept(evaluate: Eval) -> None:
    name = "NEXT_SERVER_ACTIONS_ENCRYPTION_KEY"
    assert evaluate(f"process.env.{name}", env={name: "mine"}) == "mine"


DAY = 24 * 3600


@pytest.mark.parametrize(
    "expression",
    [
        "new Date()",
        "new Date(Date.now())",
        "new Date(Date())",
        "new (class Later extends Date {})()",
        "Reflect.construct(Date, [])",
    ],
)
@pytest.mark.parametrize("days", [0, 40])
def test_the_clock_may_be_ahead(evaluate: Eval, expression: str, days: int) -> None:
    env = {"NEXT_DISTROLESS_CLOCK": str(days * DAY)} if days else {}
    time = evaluate(expression, env=env)
    ahead = datetime.fromisoformat(time) - datetime.now(tz=UTC)
    assert abs(ahead - timedelta(days=days)) < timedelta(hours=1)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("new Date(0)", "1970-01-01T00:00:00.000Z"),
        ("new Date(2026, 0, 2).getDate()", 2),
        ("new Date('2026-01-02T03:04:05Z')", "2026-01-02T03:04:05.000Z"),
        ("new Date(new Date(5)).getTime()", 5),
        ("isNaN(new Date(undefined))", True),
        ("Date.UTC(1970, 0, 1)", 0),
        ("Date.parse('1970-01-01T00:00:01Z')", 1000),
        ("[Date.name, Date.length, typeof Date, typeof Date()]", ["Date", 7, "function", "string"]),
        ("new Date() instanceof Date", True),
        ("new (class extends Date { tell() { return 1 } })().tell()", 1),
        ("Object.prototype.toString.call(new Date())", "[object Date]"),
        ("Date.prototype.isPrototypeOf(new Date())", True),
        ("new Date().constructor === Date", True),
    ],
)
def test_all_else_of_the_clock_is_as_ever(evaluate: Eval, expression: str, value: Any) -> None:
    for env in ({}, {"NEXT_DISTROLESS_CLOCK": str(40 * DAY)}):
        assert evaluate(expression, env=env) == value


WRAPPER = f"{NEXT}/server/node-environment-extensions/node-crypto.js"
WRAPPED = """
const crypto = require('crypto')
const { randomBytes } = crypto
crypto.randomBytes = function randomBytes_(...options) { return randomBytes(...options) }
"""


@pytest.mark.parametrize(("name", "same"), [(f"{NEXT}/build/preview-key-utils.js", True), ("app.js", False)])
def test_functions_that_next_puts_over_those_of_node_make_no_difference(
    evaluate: Eval, tree: Path, name: str, *, same: bool
) -> None:
    write(tree / "app", {WRAPPER: WRAPPED})
    expression = f"(require('./{WRAPPER}'), {draw(name)}.bytes)"
    assert (evaluate(expression) == evaluate(expression)) is same


KEY = """
module.exports = async () => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt', 'decrypt'])
  return Buffer.from(await crypto.subtle.exportKey('raw', key)).toString('base64')
}
"""


@pytest.mark.parametrize(("name", "same"), [(f"{NEXT}/server/app-render/keys.js", True), ("app.js", False)])
def test_the_key_of_server_actions_of_old_versions(node: str, tree: Path, name: str, *, same: bool) -> None:
    write(tree / "app", {name: KEY})

    def key() -> str:
        script = f"require('./{name}')().then(console.log)"
        argv = [node, "--require", str(tree / "pipeline/entropy.cjs"), "-e", script]
        return subprocess.run(argv, cwd=tree / "app", capture_output=True, text=True, check=True).stdout.strip()

    first = key()
    assert len(base64.b64decode(first)) == 32
    assert (key() == first) is same


def test_entries_are_in_the_order_of_their_names(node: str, tree: Path) -> None:
    entries = "exports.createEntrypoints = async (x) => ({ client: { b: x, a: 2 }, matchers: ['z', 'a'] })"
    build = "require('../entries').createEntrypoints(1).then((made) => console.log(JSON.stringify(made)))"
    write(tree / "app", {f"{NEXT}/build/entries.js": entries, f"{NEXT}/build/webpack-build/impl.js": build})
    argv = [node, "--require", str(tree / "pipeline/entropy.cjs"), f"{NEXT}/build/webpack-build/impl.js"]
    done = subprocess.run(argv, cwd=tree / "app", capture_output=True, text=True, check=True)
    assert done.stdout.strip() == '{"client":{"a":2,"b":1},"matchers":["z","a"]}'


CONFIG = """
Object.defineProperty(exports, '__esModule', { value: true })
Object.defineProperty(exports, 'default', { enumerable: true, get: () => getBaseWebpackConfig })
exports.resolved = 'kept'
async function getBaseWebpackConfig(cache) { return { cache } }
"""
COMPILE = """
const made = require('../webpack-config')
const cache = JSON.parse(process.argv[2])
made.default(cache).then((config) => console.log(JSON.stringify([config.cache, made.__esModule, made.resolved])))
"""


def test_webpacks_cache_holds_for_the_settings_it_was_written_with(node: str, tree: Path) -> None:
    compiles = f"{NEXT}/build/webpack-build/impl.js"
    write(tree / "app", {f"{NEXT}/build/webpack-config.js": CONFIG, compiles: COMPILE, "next.config.js": ""})

    def version(cache: Any = None) -> Any:
        argv = [node, "--require", str(tree / "pipeline/entropy.cjs"), compiles]
        argv.append(json.dumps(cache or {"type": "filesystem", "version": "of Next.js"}))
        done = subprocess.run(argv, cwd=tree / "app", capture_output=True, text=True, check=True)
        made, *exports = json.loads(done.stdout)
        assert exports == [True, "kept"]
        return made

    first = version()["version"]
    assert first.startswith("of Next.js|")
    write(tree / "app", {"app/page.tsx": "changed"})
    (tree / "pipeline/seed").write_text("another seed")
    assert version()["version"] == first
    write(tree / "app", {"next.config.js": "module.exports = {}"})
    second = version()["version"]
    given(tree, "other settings", cache="another cache")
    third = version()["version"]
    assert len({first, second, third}) == 3
    assert not re.search("other settings|another cache", third)
    assert version({"type": "memory"}) == {"type": "memory"}
