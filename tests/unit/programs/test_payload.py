"""``payload.cjs``: what of a finished build goes into the image."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.unit.builds import STANDALONE, Build, Run, removed
from tests.unit.elf_files import AMD64, ARM64, RISCV, elf
from tests.unit.programs.side import FILES

TRACER = "node_modules/next/dist/compiled/@vercel/nft/index.js"
"""Where Next.js carries the tracer of dependencies."""

NFT = """
const files = Object.entries(found).flatMap(([type, names]) => names.map((name) => [name, { type: [type] }]))
exports.nodeFileTrace = async (entries, { ignore, conditions, base }) => {
  console.log(JSON.stringify({ entries: entries.map((one) => one.slice(base.length + 1)), conditions }))
  const reasons = new Map(files.filter(([name]) => !ignore(name)))
  return { fileList: new Set(reasons.keys()), reasons }
}
"""


@pytest.fixture
def build(tmp_path: Path, program: Run) -> Build:
    return Build(tmp_path, program)


def traces(build: Build, **files: list[str]) -> None:
    """Let the tracer find the given files, by their reason; it asks of each whether it is ignored."""
    build.write(
        {
            "node_modules/next/package.json": "{}",
            TRACER: f"const found = {json.dumps(files)}" + NFT,
        }
    )


def test_a_payload_is_the_traced_server_with_static_and_public_files(build: Build) -> None:
    report = build.pack()
    assert build.packed() == {
        ".next/BUILD_ID": "abc",
        ".next/static/a.js": "in no directory",
        ".next/static/chunks/main-abc.js": "chunk",
        ".next/static/css/a.css": "css",
        "node_modules/.pnpm/next@15/node_modules/next/index.js": "next",
        "node_modules/.pnpm/next@15/node_modules/next/server.js": "not the app's",
        "node_modules/next": "-> .pnpm/next@15/node_modules/next",
        "package.json": "{}",
        "public/robots.txt": "robots",
        "server.js": "serve()",
    }
    size = sum(len(text) for text in build.packed().values() if not text.startswith("-> "))
    assert report == {
        "app": ".",
        "dist": ".next",
        "bytes": size,
        "standalone": size,
        "native": {},
        "writable": {},
        "chunk": "/_next/static/chunks/main-abc.js",
        "preload": "",
        "loaded": [],
        "alive": ["/robots.txt", "/_next/static/chunks/main-abc.js"],
        "behind": [],
        "removed": [],
        "routes": [
            *("/favicon.ico", "/robots.txt", "/_next/static/a.js", "/_next/static/chunks/main-abc.js"),
            *("/_next/static/css/a.css", "/next-distroless/nothing-here"),
        ],
    }


HELPERS = "node_modules/.pnpm/helpers@1/node_modules/@swc/helpers"
EXPORTS = {
    "./_/a": {"module-sync": "./esm/a.js", "import": "./esm/a.js", "default": "./cjs/a.cjs"},
    "./_/unused": {"module-sync": "./esm/unused.js", "default": "./cjs/unused.cjs"},
    "./lib/*": {"module-sync": "./esm/lib/*.mjs", "default": {"types": "./lib/*.d.ts", "require": "./cjs/lib/*.cjs"}},
    "./package.json": "./package.json",
}


def test_what_nodejs_prefers_to_a_traced_file_is_there_too(build: Build) -> None:
    """Node.js takes the condition module-sync, of which the trace knows nothing."""
    manifest = json.dumps({"name": "@swc/helpers", "exports": EXPORTS})
    esm = ("a.js", "part.js", "unused.js", "lib/deep/b.mjs", "lib/c.mjs")
    needed = [f"{HELPERS}/esm/{name}" for name in ("a.js", "part.js", "lib/deep/b.mjs")]
    build.write({f"{HELPERS}/{name}": "import" for name in (*(f"esm/{one}" for one in esm), "cjs/lib/c.cjs")})
    build.write({f"{STANDALONE}/{HELPERS}/package.json": manifest})
    build.write({f"{STANDALONE}/{HELPERS}/cjs/{name}": "require" for name in ("a.cjs", "lib/deep/b.cjs")})
    traces(build, dependency=[*needed, "src/secret.ts"])
    done = build.run()
    assert (done.returncode, done.stderr) == (0, "")
    asked = json.loads(done.stdout)
    assert asked["entries"] == [f"{HELPERS}/esm/a.js", f"{HELPERS}/esm/lib/deep/b.mjs"]
    assert asked["conditions"] == ["node", "module-sync"]
    packed = build.packed()
    assert {name for name in packed if name.startswith(f"{HELPERS}/esm")} == set(needed)
    assert "src/secret.ts" not in packed


def test_packages_without_that_condition_are_not_traced_again(build: Build) -> None:
    manifest = json.dumps({"exports": {"import": "./esm/a.js", "default": "./cjs/a.cjs"}})
    build.write({f"{HELPERS}/esm/a.js": "import", f"{STANDALONE}/{HELPERS}/package.json": manifest})
    build.write({f"{STANDALONE}/{HELPERS}/cjs/a.cjs": "require"})
    build.pack()
    assert f"{HELPERS}/esm/a.js" not in build.packed()


@pytest.mark.parametrize("stored", [True, False])
def test_a_library_that_machine_code_finds_in_the_package_beside_it_is_there_too(build: Build, *, stored: bool) -> None:
    """sharp from 0.35 on: the trace lists its machine code, and not the package with libvips."""
    code = elf(needed=["libvips.so.8", "libc.so.6"], runpath="$ORIGIN/../../libs/1/lib:$ORIGIN/../../libvips/lib")
    library = elf(needed=["libz.so.1"], runpath="$ORIGIN")
    store = "node_modules/.pnpm/{0}/node_modules/@img/{0}" if stored else "node_modules/@img/{0}"
    addon, libvips = store.format("addon"), store.format("libvips")
    installed = {f"{libvips}/lib/libvips.so.8": library, f"{libvips}/lib/libz.so.1": elf(), f"{libvips}/readme": "text"}
    beside = "node_modules/.pnpm/addon/node_modules/@img/libvips"
    links = {beside: "../../../libvips/node_modules/@img/libvips"} if stored else {}
    build.write(
        {**installed, f"{libvips}/package.json": '{"name": "@img/libvips"}', f"{addon}/addon.node": code}, links
    )
    build.write({f"{STANDALONE}/{addon}/lib/addon.node": code, f"{STANDALONE}/{addon}/package.json": "{}"})
    build.pack()
    packed = build.packed()
    names = ("lib/libvips.so.8", "lib/libz.so.1", "package.json")
    assert {name for name in packed if name.startswith(f"{libvips}/")} == {f"{libvips}/{name}" for name in names}
    assert {name: packed.get(name) for name in links} == {name: f"-> {to}" for name, to in links.items()}


def test_each_package_that_shares_a_library_has_its_own_link_to_it(build: Build) -> None:
    code, store = elf(needed=["libvips.so.8"], runpath="$ORIGIN/../libvips"), "node_modules/.pnpm"
    build.write({f"{store}/libvips/node_modules/libvips/libvips.so.8": elf()})
    links = [f"{store}/{name}/node_modules/libvips" for name in ("one", "two")]
    build.write({}, dict.fromkeys(links, "../../libvips/node_modules/libvips"))
    build.write({f"{STANDALONE}/{store}/{name}/node_modules/{name}/addon.node": code for name in ("one", "two")})
    build.pack()
    assert {name: build.packed().get(name) for name in links} == dict.fromkeys(
        links, "-> ../../libvips/node_modules/libvips"
    )


def test_an_app_may_have_neither_public_files_nor_chunks(build: Build) -> None:
    (build.root / "public").rename(build.root / "elsewhere")
    for name in ("a.js", "chunks/main-abc.js"):
        (build.root / ".next/static" / name).unlink()
    assert build.pack()["chunk"] == ""
    assert not (build.out / "public").exists()


def test_the_chunk_is_asked_for_below_the_base_path(build: Build) -> None:
    build.configure(basePath="/shop")
    assert build.pack()["chunk"] == "/shop/_next/static/chunks/main-abc.js"


def test_wished_files_and_directories_are_added(build: Build) -> None:
    traces(build)
    build.write({"server.js": "the app's own server"})
    report = build.pack(files=["start.js", "scripts/", "./server.js"], writable=["public", "server.js"])
    packed = build.packed()
    assert packed["start.js"] == "start()"
    assert packed["scripts/generate-manifest.js"] == "generate()"
    assert packed["server.js"] == "the app's own server"
    assert not {"config.json", "src/secret.ts"} & set(packed)
    assert report["writable"] == {"public": "directory", "server.js": "file"}


def test_directories_that_are_to_be_writable_are_made(build: Build) -> None:
    report = build.pack(writable=["data/", ".next/cache"])
    assert report["writable"] == {"data": "directory", ".next/cache": "directory"}
    assert list((build.out / "data").iterdir()) == list((build.out / ".next/cache").iterdir()) == []


def workspace(build: Build) -> None:
    """Turn the build into that of an app in a workspace."""
    for name in ("server.js", ".next/BUILD_ID"):
        (build.root / STANDALONE / name).unlink()
    build.write({f"{STANDALONE}/apps/web/server.js": "serve()", f"{STANDALONE}/apps/web/.next/BUILD_ID": "abc"})
    build.write({f"{STANDALONE}/apps/web/.next/server/pages/server.js": "a page of that name"})
    (build.root / "apps/web").mkdir(parents=True)
    for name in (".next", "public", "start.js"):
        (build.root / name).rename(build.root / "apps/web" / name)


@pytest.mark.parametrize("server", ["apps/web", "wrong"])
def test_the_app_of_a_workspace_keeps_its_place(build: Build, server: str) -> None:
    workspace(build)
    build.configure("apps/web", server=server)
    report = build.pack(app="apps/web", files=["start.js"], writable=["public"])
    packed = build.packed()
    assert (report["app"], report["writable"]) == ("apps/web", {"apps/web/public": "directory"})
    assert {"apps/web/start.js", "apps/web/public/robots.txt", "apps/web/.next/static/css/a.css"} <= set(packed)
    assert {"package.json", "node_modules/next"} <= set(packed)


def test_a_server_of_a_sibling_is_not_the_apps(build: Build) -> None:
    workspace(build)
    (build.root / "apps/web/.next/required-server-files.json").unlink()
    build.write({f"apps/web/{STANDALONE}/a/server.js": "another server"})
    assert build.pack(app="apps/web")["app"] == "apps/web"


@pytest.mark.parametrize(("dist", "inside"), [("build/next", "build/next"), ("../dist/.next", "../dist/.next")])
def test_the_build_may_be_in_another_directory(build: Build, dist: str, inside: str) -> None:
    workspace(build)
    source = build.root / "apps/web"
    target = (source / dist).resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    (source / ".next").rename(target)
    (target / "required-server-files.json").unlink()
    copied = target / "standalone/apps/web"
    (copied / inside).resolve().parent.mkdir(parents=True, exist_ok=True)
    (copied / ".next").rename((copied / inside).resolve())
    build.configure("apps/web", dist, "apps/web")
    report = build.pack(app="apps/web", writable=[f"{dist}/cache"])
    assert (report["app"], report["chunk"]) == ("apps/web", "/_next/static/chunks/main-abc.js")
    static = (Path("/apps/web") / dist).resolve().relative_to("/") / "static/css/a.css"
    assert build.packed()[str(static)] == "css"


def test_files_that_may_hold_secrets_are_left_out_even_if_asked_for(build: Build) -> None:
    secret = [".env", ".env.local", ".envrc", "packages/a/.env", ".npmrc", ".netrc", ".yarnrc.yml", ".git/config"]
    build.write({f"{place}/{name}": "TOKEN=secret" for name in secret for place in (STANDALONE, "public", "asked")})
    build.write({f"{STANDALONE}/{name}": "kept" for name in ("lib/environment.js", "lib/a.env", "lib/my.npmrc")})
    build.write({".env.production": "TOKEN=secret"})
    report = build.pack(files=["asked", ".env.production"])
    texts = list(build.packed().values())
    assert (texts.count("TOKEN=secret"), texts.count("kept")) == (0, 3)
    assert report["removed"][0]["what"] == "files that may hold secrets"
    assert report["removed"][0]["files"] == 3 * len(secret) + 1


LEFT_OUT = [
    "src/a.ts",
    "src/a.d.ts",
    "src/b.tsx",
    "c.mts",
    "d.cts",
    "e.jsx",
    "a.test.js",
    "b.spec.mjs",
    "__tests__/x.js",
]
NOT_LEFT_OUT = ["src/a.js", "a.ts.txt", "test.js", "latest.js", "tests/a.js", "public/a.ts", "public/b.test.js"]
PLACES = [".next/server/pages/a.test.js", ".next/static/a.ts", "node_modules/a/a.ts", "node_modules/a/__tests__/a.js"]


def test_sources_and_tests_of_the_app_are_left_out(build: Build) -> None:
    build.write({f"{STANDALONE}/{name}": "x" for name in [*LEFT_OUT, *NOT_LEFT_OUT, *PLACES]})
    report = build.pack()
    packed = build.packed()
    assert [name for name in LEFT_OUT if name in packed] == []
    assert [name for name in [*NOT_LEFT_OUT, *PLACES] if name not in packed] == []
    assert removed(report) == {
        "tests of the app": ["__tests__", "a.test.js", "b.spec.mjs"],
        "sources of the app": ["c.mts", "d.cts", "e.jsx", "src/a.d.ts", "src/a.ts"],
    }
    assert report["standalone"] - report["bytes"] == len(LEFT_OUT)


def test_sources_and_tests_that_were_asked_for_stay(build: Build) -> None:
    build.write({"scripts/seed.ts": "seed", "scripts/a.test.js": "test", "scripts/a.js.map": "map"})
    build.pack(files=["scripts", "src/secret.ts"])
    assert {"scripts/seed.ts", "scripts/a.test.js", "scripts/a.js.map", "src/secret.ts"} <= set(build.packed())


MAPS = [".next/static/a.js.map", "node_modules/a/b.mjs.map", "public/sw.js.map", "a.css.map", ".next/server/c.js.map"]


@pytest.mark.parametrize(("options", "found"), [({"sourceMaps": False}, set()), ({"sourceMaps": True}, set(MAPS))])
def test_source_maps_stay_only_if_the_options_say_so(build: Build, options: dict[str, bool], found: set[str]) -> None:
    build.write({f"{STANDALONE}/{name}": "{}" for name in [*MAPS, "public/level.map"]})
    build.pack(**options)
    assert set(MAPS) & set(build.packed()) == found
    assert "public/level.map" in build.packed()


def test_the_builds_cache_is_left_out(build: Build) -> None:
    build.write({f"{STANDALONE}/.next/cache/a": "x", f"{STANDALONE}/cache/b": "kept"})
    assert removed(build.pack()) == {"the cache of the build": [".next/cache"]}
    assert build.packed()["cache/b"] == "kept"


def test_excluded_files_go_and_so_do_links_to_them(build: Build) -> None:
    store = f"{STANDALONE}/node_modules/.pnpm"
    build.write(
        {f"{store}/sharp@1/node_modules/sharp/a.js": "x", f"{store}/@img+b@1/node_modules/@img/b/b.node": "y"},
        {
            f"{STANDALONE}/node_modules/sharp": ".pnpm/sharp@1/node_modules/sharp",
            f"{store}/next@15/node_modules/sharp": "../../sharp@1/node_modules/sharp",
            f"{STANDALONE}/node_modules/twice": "sharp",
        },
    )
    report = build.pack(exclude=["node_modules/.pnpm/@img+*", "node_modules/.pnpm/sharp@*"])
    packed = build.packed()
    assert not [name for name in packed if "sharp" in name or "@img" in name or "twice" in name]
    assert packed["node_modules/next"] == "-> .pnpm/next@15/node_modules/next"
    assert report["removed"] == [
        {
            "what": "runtime.exclude",
            "why": "the pipeline file excludes it",
            "bytes": 2,
            "files": 2,
            "paths": ["node_modules/.pnpm/@img+b@1", "node_modules/.pnpm/sharp@1"],
        }
    ]


def test_exclusions_may_overlap_and_leave_no_empty_directories(build: Build) -> None:
    build.pack(exclude=["public/**", "**/*.txt", "node_modules/.pnpm", "node_modules/.pnpm/next@*"])
    assert set(build.packed()) == {
        *("server.js", "package.json", ".next/BUILD_ID", ".next/static/a.js"),
        *(".next/static/chunks/main-abc.js", ".next/static/css/a.css"),
    }
    assert not (build.out / "public").exists()
    assert not (build.out / "node_modules").exists()


@pytest.mark.parametrize(
    ("options", "what", "fix"),
    [
        ({"files": ["start.js", "none.js"]}, "runtime.files: the app has no `none.js`", "correct the pipeline file"),
        ({"files": ["../out"]}, "runtime.files: the app has no `../out`", "correct the pipeline file"),
        ({"files": [".."]}, "runtime.files: `..` is outside the app", "copy it into the app in a build script"),
        (
            {"exclude": ["**/*.js", "none/**"]},
            "runtime.exclude: `none/**` matches nothing",
            "correct the pattern, or remove it",
        ),
        (
            {"writable": ["public", "start.js"]},
            "runtime.writable: the payload has no `start.js`",
            "correct the pipeline",
        ),
        (
            {"command": ["none.js"]},
            "runtime.command: neither the app nor its build has `none.js`",
            "correct the pipeline",
        ),
        (
            {"command": ["--require", "tracer/init", "server.js"]},
            "runtime.command: neither the app nor its build has `tracer/init`",
            "correct the pipeline",
        ),
        (
            {"command": ["start.js"]},
            "the app has no `next` package, so its own server cannot be traced",
            "add next to the dependencies",
        ),
        ({"serve": "static"}, "the build left no static export", 'set `output: "export"` in next.config'),
    ],
)
def test_options_that_cannot_be_met(build: Build, options: dict[str, Any], what: str, fix: str) -> None:
    found = build.refused(**options)
    assert found[0] == what
    assert found[1].startswith(fix)


def test_a_build_without_standalone_output(build: Build) -> None:
    (build.root / STANDALONE).rename(build.root / ".next/elsewhere")
    what, fix = build.refused()
    assert what == "the build left no .next/standalone"
    assert fix.startswith('set `output: "standalone"` in next.config')


def test_a_build_without_server(build: Build) -> None:
    (build.root / STANDALONE / "server.js").unlink()
    what, fix = build.refused()
    assert what == ".next/standalone has no server.js"
    assert fix.startswith('set `output: "standalone"` in next.config')


def test_an_export_has_no_server(build: Build) -> None:
    (build.root / STANDALONE).rename(build.root / ".next/elsewhere")
    build.configure(output="export")
    assert build.refused() == (
        'next.config sets output: "export", so there is no server to run',
        "set runtime.serve: static in the pipeline file, or remove output",
    )


@pytest.mark.parametrize("target", [".pnpm/../../../outside", "/usr/lib/outside"])
def test_a_link_that_leaves_the_payload(build: Build, target: str) -> None:
    build.write({}, {f"{STANDALONE}/node_modules/away": target})
    what, fix = build.refused()
    assert what == f"the link node_modules/away leaves the payload: {target}"
    assert "outputFileTracingRoot" in fix


DEAD = {
    f"{STANDALONE}/node_modules/.pnpm/node_modules/semver": "../semver@7/node_modules/semver",
    f"{STANDALONE}/node_modules/.pnpm/sharp@1/node_modules/color": "../../color@5/node_modules/color",
    f"{STANDALONE}/node_modules/.bin/semver": "../semver/bin/semver.js",
    f"{STANDALONE}/node_modules/unused": ".pnpm/unused@1/node_modules/unused",
    f"{STANDALONE}/node_modules/@scope/ui": "../../packages/ui",
}
"""Links that Next.js' standalone output has of pnpm, without the files behind them."""


@pytest.mark.parametrize("slim", [False, True])
def test_dead_links_that_no_program_follows_are_left_out_and_listed(build: Build, *, slim: bool) -> None:
    build.write(
        {
            f"{STANDALONE}/node_modules/.pnpm/sharp@1/node_modules/sharp/index.js": "try { require('color') } catch {}",
            f"{STANDALONE}/packages/other/node_modules/unused/index.js": "here",
            f"{STANDALONE}/packages/other/index.js": "require('unused')",
            "public/sw.js": "require('unused')",
        },
        DEAD,
    )
    report = build.pack(slim=slim)
    assert not [name for name in build.packed() if f"{STANDALONE}/{name}" in DEAD]
    (group,) = [one for one in report["removed"] if one["what"] == "links to packages that nothing loads"]
    assert (group["files"], group["bytes"]) == (len(DEAD), 0)
    assert group["paths"] == sorted(name.removeprefix(f"{STANDALONE}/") for name in DEAD)


@pytest.mark.parametrize(
    ("link", "file", "text"),
    [
        ("node_modules/gone", "server.js", "require('gone')"),
        ("node_modules/gone", ".next/server/pages/a.js", 'e.exports=require("gone/lib/a.js")'),
        ("node_modules/@scope/gone", ".next/server/app/page.js", 'import{a}from"@scope/gone"'),
        (".next/node_modules/gone-12ab", ".next/server/chunks/a.js", 'e.y("gone-12ab")'),
        ("apps/web/node_modules/gone", "apps/web/start.mjs", "await import('gone')"),
    ],
)
def test_a_dead_link_that_the_app_itself_follows(build: Build, link: str, file: str, text: str) -> None:
    build.write({f"{STANDALONE}/{file}": text}, {f"{STANDALONE}/{link}": "store/gone@1"})
    what, fix = build.refused()
    assert what == f"the link {link} points to nothing: store/gone@1, and {file} loads it"
    assert "outputFileTracingIncludes" in fix


def test_a_link_of_the_app_that_points_to_nothing(build: Build) -> None:
    build.write({}, {"public/gone": "../nowhere"})
    what, fix = build.refused()
    assert what == "the link public/gone points to nothing: ../nowhere"
    assert "runtime.exclude" in fix


def test_a_link_that_points_to_nothing_can_be_excluded(build: Build) -> None:
    build.write({}, {"public/gone": "../nowhere"})
    build.pack(exclude=["public/gone"])
    assert "public/gone" not in build.packed()


def test_packages_that_the_server_loads_are_listed(build: Build) -> None:
    store = "node_modules/.pnpm"
    build.write(
        {
            f"{STANDALONE}/server.js": "require('next')",
            f"{STANDALONE}/{store}/next@15/node_modules/next/index.js": "try { require('@o/api') } catch {}",
            f"{STANDALONE}/{store}/@o+api@1/node_modules/@o/api/package.json": '{"name": "@o/api"}',
            f"{STANDALONE}/{store}/@o+api@1/node_modules/@o/api/a.js": "import b from 'b'",
            f"{STANDALONE}/node_modules/b/index.mjs": "import 'node:fs'; export * from './x.js'",
            f"{STANDALONE}/node_modules/husky/index.js": "require('b')",
            f"{STANDALONE}/node_modules/turbo-1a/index.js": "",
            f"{STANDALONE}/.next/server/chunks/a.js": 'r.x("turbo-1a",()=>require("turbo-1a"))',
            "public/sw.js": "require('husky')",
        },
        {f"{STANDALONE}/{store}/next@15/node_modules/@o/api": "../../../@o+api@1/node_modules/@o/api"},
    )
    assert build.pack()["loaded"] == ["@o/api", "b", "next", "turbo-1a"]


def test_machine_code_is_told_by_its_header(build: Build) -> None:
    build.write(
        {
            f"{STANDALONE}/a/amd64.node": elf(AMD64),
            f"{STANDALONE}/a/arm64.so": elf(ARM64),
            f"{STANDALONE}/a/other": elf(RISCV),
            f"{STANDALONE}/a/text.node": b"ELF is not at the beginning \x7fELF",
            f"{STANDALONE}/a/cut": elf(AMD64)[:30],
            f"{STANDALONE}/a/empty": b"",
            f"{STANDALONE}/excluded.node": elf(AMD64),
            "public/download": elf(ARM64),
        }
    )
    assert build.pack(exclude=["excluded.*"])["native"] == {
        "a/amd64.node": "linux/amd64",
        "a/arm64.so": "linux/arm64",
        "a/other": "linux/riscv64",
    }


def test_an_entry_of_the_app_brings_what_it_needs(build: Build) -> None:
    traces(
        build,
        dependency=["node_modules/.pnpm/express@5/node_modules/express/index.js", "lib/greet.js", "server.js"],
        asset=["config.json", "node_modules/.pnpm/express@5/node_modules/express/data.bin"],
        resolve=["node_modules/express"],
    )
    build.write(
        {
            "node_modules/.pnpm/express@5/node_modules/express/index.js": "express",
            "node_modules/.pnpm/express@5/node_modules/express/data.bin": "data",
            "lib/greet.js": "greet",
            "server.js": "not asked for",
        },
        {"node_modules/express": ".pnpm/express@5/node_modules/express"},
    )
    done = build.run(command=["--enable-source-maps", "start.js", "argument"])
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"entries": ["start.js"], "conditions": ["node"]},
        {"entries": ["start.js"], "conditions": ["node", "module-sync"]},
    ]
    packed = build.packed()
    assert packed["node_modules/express"] == "-> .pnpm/express@5/node_modules/express"
    assert packed["node_modules/.pnpm/express@5/node_modules/express/index.js"] == "express"
    assert packed["node_modules/.pnpm/express@5/node_modules/express/data.bin"] == "data"
    assert (packed["start.js"], packed["lib/greet.js"], packed["server.js"]) == ("start()", "greet", "serve()")
    assert "config.json" not in packed
    assert json.loads((build.root / "report.json").read_text())["preload"] == ""


@pytest.mark.parametrize(
    ("command", "entries"),
    [
        (["server.js"], []),
        (["--import", "./start.js", "server.js"], ["start.js"]),
        (["--require=./start.js", "server.js"], ["start.js"]),
        (["-r", "tracer", "server.js"], ["node_modules/tracer/index.js"]),
        (["-r", "./start.js", "scripts/generate-manifest.js"], ["start.js", "scripts/generate-manifest.js"]),
        (["server.js", "--require", "./none.js"], []),
    ],
)
def test_what_the_command_loads(build: Build, command: list[str], entries: list[str]) -> None:
    traces(build)
    build.write({"node_modules/tracer/index.js": "trace()", "server.js": "the app's own, not asked for"})
    done = build.run(command=command)
    assert done.stderr == ""
    found = [json.loads(line)["entries"] for line in done.stdout.splitlines()]
    assert found == ([entries, entries] if entries else [])
    assert build.packed()["server.js"] == "serve()"


MAIN = '{"main": "./lib/main"}'


@pytest.mark.parametrize(
    ("files", "command", "entry"),
    [
        (("dist/index.js", "dist/routes.js"), "dist", "dist/index.js"),
        (("dist/index.json", "dist.js"), "dist", "dist.js"),
        (("dist/index.js",), "./dist/", "dist/index.js"),
        (("dist/main/index.js",), "dist/main", "dist/main/index.js"),
        (("dist/lib/main.js", "dist/index.js", "dist/package.json"), "dist", "dist/lib/main.js"),
        (("app/server.js",), "app/server", "app/server.js"),
    ],
)
@pytest.mark.parametrize("listed", [True, False])
def test_a_program_is_found_as_node_finds_it(
    build: Build, node: str, files: tuple[str, ...], command: str, entry: str, *, listed: bool
) -> None:
    traces(build)
    texts = {name: MAIN if name.endswith("package.json") else f"console.log({name!r})" for name in files}
    build.write(texts)
    done = build.run(command=[command], files=[command] if listed else [])
    assert done.stderr == ""
    assert [json.loads(line)["entries"] for line in done.stdout.splitlines()] == [[entry], [entry]]
    started = subprocess.run([node, command], cwd=build.out, capture_output=True, text=True, check=True)
    assert started.stdout == f"{entry}\n"


def test_a_program_that_has_the_name_of_nextjs_own_server(build: Build) -> None:
    traces(build)
    build.write({"server.js": "mine()"})
    for files in (["server"], ["server.js"]):
        done = build.run(command=["server"], files=files)
        assert [json.loads(line)["entries"] for line in done.stdout.splitlines()] == [["server.js"], ["server.js"]]
        assert build.packed()["server.js"] == "mine()"


def test_a_directory_without_a_program(build: Build) -> None:
    build.write({"dist/other.js": "other()"})
    what, fix = build.refused(command=["dist"], files=["dist"])
    assert what == "runtime.command: neither the app nor its build has `dist`"
    assert fix.startswith("correct the pipeline file")


def test_a_server_of_its_own_gets_the_configuration_of_the_build(build: Build, node: str) -> None:
    traces(build, dependency=["server.js", "node_modules/next/dist/server/next.js"])
    build.write({"server.js": "console.log(process.env.NODE_ENV, process.env.__NEXT_PRIVATE_STANDALONE_CONFIG)"})
    build.configure(basePath="/it's \u2028 here")
    report = build.pack(files=["server.js"])
    assert report["preload"] == ".next-distroless/config.cjs"

    started = [node, "--require", f"./{report['preload']}", "server.js"]
    done = subprocess.run(started, cwd=build.out, capture_output=True, text=True, check=True)
    environment, _, config = done.stdout.partition(" ")
    assert environment == "production"
    assert json.loads(config)["basePath"] == "/it's \u2028 here"
    assert json.loads(config)["distDir"] == "./.next"
    assert "node_modules/next/dist/server/next.js" not in build.packed()


SETTINGS = {"port": 9000, "metrics": True, "delay": 1, "deadline": 2}
WATCHING = {f".next-distroless/{name}" for name in FILES}


def test_what_watches_the_app_is_beside_it_with_its_settings(build: Build) -> None:
    plain = build.pack()["bytes"]
    report = build.pack(side=SETTINGS)
    packed = build.packed()
    assert {name for name in packed if name.startswith(".next-distroless/")} == {
        *WATCHING,
        ".next-distroless/side.json",
    }
    assert json.loads(packed[".next-distroless/side.json"]) == {**SETTINGS, "dist": ".next"}
    assert report["preload"] == ""
    assert report["bytes"] > plain


def test_a_static_export_is_packed_with_a_server(build: Build) -> None:
    (build.root / STANDALONE).rename(build.root / ".next/elsewhere")
    build.configure(output="export", basePath="/docs")
    out = build.root / "dist/site"
    build.write(
        {
            ".next/export-detail.json": json.dumps({"outDirectory": str(out), "success": True}),
            "dist/site/index.html": "home",
            "dist/site/about.html": "about",
            "dist/site/docs/a.test.js": "public",
            "dist/site/.env": "TOKEN",
            "dist/site/_next/static/chunks/a.js": "chunk",
            "dist/site/tool": elf(ARM64),
        }
    )
    report = build.pack(serve="static", files=["config.json"], slim=True, side=SETTINGS)
    packed = build.packed()
    assert json.loads(packed.pop(".next-distroless/side.json")) == {**SETTINGS, "dist": ""}
    assert all(packed.pop(name).startswith("// ") for name in WATCHING)
    server = packed.pop("server.js")
    assert json.loads(packed.pop("static.json")) == {"directory": "out", "basePath": "/docs"}
    assert server.startswith("// Serves a static export")
    assert set(packed) == {
        *("config.json", "out/index.html", "out/about.html", "out/docs/a.test.js", "out/tool"),
        "out/_next/static/chunks/a.js",
    }
    assert (report["app"], report["chunk"], report["native"]) == (".", "/docs/_next/static/chunks/a.js", {})
    assert report["routes"] == [
        *("/docs/", "/docs/about", "/docs/docs/a.test.js", "/docs/tool", "/docs/_next/static/chunks/a.js"),
        "/docs/next-distroless/nothing-here",
    ]


def routes_of(build: Build, **config: Any) -> list[str]:
    """Routes of a build with one of each kind."""
    pages = {"/_app": "", "/_error": "", "/404": "", "/old": "", "/shop/[id]": "", "/docs/[[...path]]": ""}
    paths = {
        "/page": "/",
        "/blog/[slug]/page": "/blog/[slug]",
        "/api/x/route": "/api/x",
        "/_not-found/page": "/_not-found",
    }
    prerendered: dict[str, Any] = {
        "/": {},
        "/blog/one": {},
        "/blog/two words": {},
        "/blog/%C3%A9": {},
        "/_not-found": {},
    }
    build.write(
        {
            ".next/server/pages-manifest.json": json.dumps(pages),
            ".next/app-path-routes-manifest.json": json.dumps(paths),
            ".next/prerender-manifest.json": json.dumps({"routes": prerendered}),
            "public/favicon.ico": "icon",
            "public/pictures/a b.png": "png",
        }
    )
    build.configure(**config)
    routes: list[str] = build.pack()["routes"]
    return routes


PAGES = [
    *("/", "/api/x", "/blog/%C3%A9", "/blog/next-distroless", "/blog/one", "/blog/two%20words"),
    *("/docs/next-distroless", "/old", "/shop/next-distroless"),
]
ASSETS = ["/_next/static/a.js", "/_next/static/chunks/main-abc.js", "/_next/static/css/a.css"]
PUBLIC = ["/favicon.ico", "/pictures/a%20b.png", "/robots.txt"]
NOTHING = "/next-distroless/nothing-here"


def test_routes_of_a_build(build: Build) -> None:
    image = "/_next/image?url=%2Fpictures%2Fa%20b.png&w=64&q=75"
    assert routes_of(build) == [*PAGES, image, *PUBLIC, *ASSETS, NOTHING]


@pytest.mark.parametrize("images", [{"unoptimized": True}, {"loader": "custom"}])
def test_routes_without_the_image_optimizer(build: Build, images: dict[str, Any]) -> None:
    assert routes_of(build, images=images) == [*PAGES, *PUBLIC, *ASSETS, NOTHING]


def test_routes_below_a_base_path_and_with_slashes(build: Build) -> None:
    images = {"path": "/b/_next/image", "imageSizes": [32], "deviceSizes": [640], "qualities": [50, 60]}
    pages = [f"/b{name}/" if name != "/" else "/b/" for name in PAGES]
    image = "/b/_next/image?url=%2Fb%2Fpictures%2Fa%20b.png&w=32&q=50"
    others = [f"/b{name}" for name in [*PUBLIC, *ASSETS, NOTHING]]
    assert routes_of(build, basePath="/b", trailingSlash=True, images=images) == [*pages, image, *others]


def test_many_routes_are_thinned_out_evenly(build: Build) -> None:
    prerendered: dict[str, Any] = {f"/{letter}/{n:03}": {} for letter in "abc" for n in range(200)}
    build.write({".next/prerender-manifest.json": json.dumps({"routes": prerendered})})
    build.write({f"public/{letter}{n:03}.txt": "" for letter in "xyz" for n in range(100)})
    routes = build.pack()["routes"]
    assert len(routes) < 300
    assert {letter: sum(route.startswith(f"/{letter}") for route in routes) for letter in "abc"} == {
        "a": 40,
        "b": 40,
        "c": 40,
    }
    assert len([route for route in routes if route.endswith(".txt")]) == 40


CHUNK = "/_next/static/chunks/main-abc.js"
WHOLE: dict[str, Any] = {
    "/": {},
    "/about": {"initialStatus": 200},
    "/a/b": {},
    "/_not-found": {},
    "/gone": {"initialStatus": 404},
    "/login": {"initialStatus": 307},
    "/favicon.ico": {},
    "/icon.svg": {},
    "/part": {"renderingMode": "PARTIALLY_STATIC"},
    "/older": {"experimentalPPR": True},
}


def manifests(build: Build, **documents: Any) -> None:
    """Write documents of the build."""
    for name, document in documents.items():
        place = ".next/server" if name.startswith(("middleware", "functions", "pages")) else ".next"
        build.write({f"{place}/{name.replace('_', '-')}-manifest.json": json.dumps(document)})


def test_what_answers_without_code_of_the_app_begins_with_the_start_page(build: Build) -> None:
    manifests(build, prerender={"routes": WHOLE}, pages={"/plain": "pages/plain.html", "/own": "pages/own.js"})
    assert build.pack()["alive"] == [
        *("/", "/about", "/plain", "/a/b", "/robots.txt", "/favicon.ico", "/icon.svg", CHUNK),
    ]


def test_below_a_base_path_and_with_slashes(build: Build) -> None:
    build.configure(basePath="/docs", trailingSlash=True)
    manifests(build, prerender={"routes": {"/": {}, "/about": {}}})
    assert build.pack()["alive"] == ["/docs/", "/docs/about/", "/docs/robots.txt", f"/docs{CHUNK}"]


@pytest.mark.parametrize(
    "documents",
    [
        {"middleware": {"middleware": {"/": {"matchers": [{"regexp": "^/(?!_next/static).*$"}]}}}},
        {"functions_config": {"functions": {"/_middleware": {"matchers": [{"regexp": "^/(?!_next/static).*$"}]}}}},
        {"routes": {"redirects": [{"regex": "^(?!/_next)(?:/.*)$"}, {"regex": "^/_next", "internal": True}]}},
        {"routes": {"redirects": [], "rewrites": {"beforeFiles": [{"regex": "^(?!/_next)"}]}}},
    ],
)
def test_what_middleware_or_a_redirect_looks_at_is_not_sure_to_answer(build: Build, documents: dict[str, Any]) -> None:
    manifests(build, prerender={"routes": WHOLE}, **documents)
    found = build.pack()
    assert found["alive"] == [CHUNK]
    assert found["behind"] == ["/robots.txt", "/favicon.ico", "/icon.svg", "/", "/about", "/a/b"]


@pytest.mark.parametrize("middleware", [{}, {"matchers": [{"regexp": "["}]}])
def test_middleware_without_a_matcher_looks_at_everything(build: Build, middleware: dict[str, Any]) -> None:
    manifests(build, prerender={"routes": WHOLE}, middleware={"middleware": {"/": middleware}})
    found = build.pack()
    assert found["alive"] == []
    assert found["behind"][:4] == ["/robots.txt", "/favicon.ico", "/icon.svg", CHUNK]


def test_pages_of_several_languages_are_left_to_the_server(build: Build) -> None:
    build.configure(i18n={"locales": ["en", "de"], "defaultLocale": "en"})
    manifests(build, prerender={"routes": {"/en": {}}})
    assert build.pack()["alive"] == ["/robots.txt", CHUNK]


@pytest.mark.parametrize(
    ("config", "names", "alive"),
    [
        ({}, ["about.html", "index.html", "404.html", "a/b.html"], ["/", "/about", "/a/b"]),
        ({"basePath": "/docs"}, ["index.html"], ["/docs"]),
        ({"basePath": "/docs", "trailingSlash": True}, ["index.html", "a/index.html"], ["/docs/", "/docs/a/"]),
        ({}, ["de/start.html", "logo.svg", "robots.txt"], ["/de/start", "/robots.txt"]),
    ],
)
def test_what_answers_of_a_static_export(
    build: Build, config: dict[str, Any], names: list[str], alive: list[str]
) -> None:
    build.configure(output="export", **config)
    detail = {"outDirectory": str(build.root / "site"), "success": True}
    build.write({f"site/{name}": "" for name in names} | {".next/export-detail.json": json.dumps(detail)})
    found = build.pack(serve="static")["alive"]
    assert found[: len(alive)] == alive
