"""``slim.cjs`` through ``payload.cjs``: what the server cannot reach goes, and nothing else."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.unit.builds import STANDALONE, Build, Run
from tests.unit.elf_files import AMD64, elf

GLIBC, MUSL = elf(AMD64, ["libc.so.6"]), elf(AMD64, ["libc.musl-x86_64.so.1"])
SHARP, TOOLS, NEXT, REACT, FOREIGN, DOCUMENTS, ORPHANS = (
    "sharp and libvips",
    "build tools",
    "parts of Next.js that only build or develop",
    "development builds of React",
    "builds for other systems and C libraries",
    "documentation, types and tests of packages",
    "packages that only removed ones need",
)
DETECT = "detect-libc/package.json"
OFF = {"unoptimized": True, "loader": "default"}


def package(name: str, needs: Sequence[str] = (), **manifest: Any) -> str:
    """The package.json of a package."""
    return json.dumps({"name": name, "dependencies": dict.fromkeys(needs, "*"), **manifest})


def dist(*names: str) -> list[str]:
    """Files of Next.js."""
    return [f"next/dist/{name}" for name in names]


GONE: Mapping[str, list[str]] = {
    SHARP: [
        *("sharp/package.json", "sharp/lib/index.js", "@img/colour/index.js"),
        *("@img/sharp-linux-x64/lib/sharp-linux-x64.node", "@img/sharp-libvips-linux-x64/lib/libvips-cpp.so"),
    ],
    TOOLS: [
        *("typescript/lib/typescript.js", "webpack/lib/index.js", "webpack-sources/index.js", "terser/dist/a.js"),
        *(
            "esbuild/lib/main.js",
            "@esbuild/linux-x64/bin/esbuild",
            "@swc/core/index.js",
            "@swc/core-linux-x64-gnu/a.node",
        ),
        *("caniuse-lite/data/agents.js", "browserslist/index.js", "postcss/lib/postcss.js", "postcss-nested/index.js"),
        *(
            "uglify-js/a.js",
            "rollup/a.js",
            "@rollup/rollup-linux-x64-gnu/a.node",
            "eslint/a.js",
            "eslint-config-next/a.js",
        ),
        *("prettier/a.js", "tailwindcss/a.js", "lightningcss/a.js", "lightningcss-linux-x64-gnu/a.node"),
        *("@babel/core/a.js", "@babel/preset-env/a.js", "next-pwa/a.js", "@types/node/a.js"),
    ],
    NEXT: dist(
        *("compiled/babel/bundle.js", "compiled/babel-packages/packages-bundle.js", "compiled/terser/bundle.min.js"),
        *(
            "compiled/postcss-preset-env/index.cjs",
            "compiled/crypto-browserify/index.js",
            "compiled/next-devtools/index.js",
        ),
        *(
            "compiled/amphtml-validator/validator.js",
            "compiled/@next/font/dist/fontkit/index.js",
            "compiled/util/util.js",
        ),
        *("build/webpack/loaders/css-loader.js", "build/webpack-config.js", "build/polyfills/polyfill-nomodule.js"),
        "server/capsize-font-metrics.json",
    ),
    REACT: [
        *("react/cjs/react.development.js", "react-dom/cjs/react-dom-server.browser.development.js"),
        *("react-dom/cjs/react-dom.profiling.min.js", "scheduler/cjs/scheduler.development.js"),
        "next/dist/compiled/react-dom-experimental/cjs/react-dom.development.js",
    ],
    FOREIGN: [
        *("@scope/addon-linux-x64-musl/addon.node", "@scope/addon-linux-x64-musl/package.json"),
        *("fsevents/fsevents.js", "addon/prebuilds/darwin-arm64/addon.node", "addon/prebuilds/win32-x64/addon.node"),
        *("addon/prebuilds/linux-x64/node.napi.musl.node", "addon/tool.exe", "addon/mac.node", "addon/lib/x.dylib"),
        ".prisma/client/libquery_engine-linux-musl-openssl-3.0.x.so.node",
    ],
    DOCUMENTS: [
        *(
            "lib/README.md",
            "lib/dist/notes.md",
            "lib/index.d.ts",
            "lib/index.d.mts",
            "lib/index.js.flow",
            "lib/a.wasm.map",
        ),
        *(
            "lib/docs/a.js",
            "lib/example/a.js",
            "lib/examples/a.js",
            "lib/test/a.js",
            "lib/tests/a.js",
            "lib/dist/__tests__/a.js",
        ),
    ],
    ORPHANS: ["detect-libc/lib/index.js", "acorn/acorn.js", "neo-async/async.js"],
}
STAY: list[str] = [
    *dist(
        *(
            "server/next.js",
            "compiled/babel/code-frame.js",
            "compiled/edge-runtime/index.js",
            "compiled/@edge-runtime/a.js",
        ),
        *("compiled/webpack/webpack.js", "compiled/path-browserify/index.js", "compiled/node-html-parser/index.js"),
        *("build/webpack/plugins/define-env-plugin.js", "build/swc/index.js", "build/babel/loader/index.js"),
        *("compiled/next-server/app-page.runtime.prod.js", "server/dev/hot-reloader-types.js"),
    ),
    *(
        "next/package.json",
        "react/cjs/react.production.js",
        "react/index.js",
        "@swc/helpers/cjs/a.cjs",
        "@babel/runtime/a.js",
    ),
    *("lib/index.js", "lib/LICENSE.md", "lib/Notice.md", "lib/dist/docs/a.js", "lib/testing.js", "lib/package.json"),
    *("busboy/lib/index.js", "semver/index.js", "shared/index.js", "cache-handler/index.js", "lru/index.js"),
    *(
        "addon/prebuilds/linux-x64/node.napi.glibc.node",
        "addon/prebuilds/linux-arm64/addon.node",
        "addon/only-musl.node",
        *("@scope/addon-linux-x64-gnu/addon.node", "@scope/addon-linux-x64-gnu/package.json"),
        *("@scope/alone-linux-x64-musl/alone.node", "@scope/alone-linux-x64-musl/package.json"),
    ),
    ".prisma/client/libquery_engine-debian-openssl-3.0.x.so.node",
]
BINARIES: Mapping[str, bytes] = {
    "addon/prebuilds/linux-x64/node.napi.musl.node": MUSL,
    "addon/prebuilds/linux-x64/node.napi.glibc.node": GLIBC,
    "addon/only-musl.node": MUSL,
    "addon/mac.node": bytes.fromhex("cffaedfe") + bytes(60),
    "@scope/addon-linux-x64-musl/addon.node": MUSL,
    "@scope/addon-linux-x64-gnu/addon.node": GLIBC,
    "@scope/alone-linux-x64-musl/alone.node": MUSL,
    ".prisma/client/libquery_engine-linux-musl-openssl-3.0.x.so.node": MUSL,
    ".prisma/client/libquery_engine-debian-openssl-3.0.x.so.node": GLIBC,
}
MANIFESTS: Mapping[str, str] = {
    "next": package("next", ["postcss", "caniuse-lite", "busboy", "shared"]),
    "sharp": package("sharp", ["detect-libc", "semver"]),
    "webpack": package("webpack", ["acorn", "neo-async", "shared", "lru"]),
    "acorn": package("acorn", ["webpack"]),
    "cache-handler": package("cache-handler", ["semver"]),
    "fsevents": package("fsevents", os=["darwin"]),
    "@scope/addon-linux-x64-musl": package("@scope/addon-linux-x64-musl", os=["linux"], libc=["musl"]),
    "@scope/addon-linux-x64-gnu": package("@scope/addon-linux-x64-gnu", os=["linux"], libc=["glibc"]),
    "@scope/alone-linux-x64-musl": package("@scope/alone-linux-x64-musl", os=["linux"], libc=["musl"]),
    "lib": package("lib", os=["!win32"], libc=["glibc", "musl"]),
}
"""Packages with a package.json that says something; the others have an empty one."""


def owner(name: str) -> str:
    return "/".join(name.split("/")[: 2 if name.startswith("@") else 1])


def prepare(build: Build, listed: Sequence[str] = (), **config: Any) -> None:
    """Fill the build's node_modules; ``listed`` is what the trace of a route has."""
    shutil.rmtree(build.root / STANDALONE / "node_modules")
    names = [*STAY, *(name for names in GONE.values() for name in names)]
    files: dict[str, str | bytes] = {f"{owner(name)}/package.json": "{}" for name in names if not name.startswith(".")}
    files |= {f"{name}/package.json": text for name, text in MANIFESTS.items()}
    files |= {name: BINARIES.get(name, "text") for name in names if not name.endswith("package.json")}
    build.write({f"{place}/node_modules/{name}": data for name, data in files.items() for place in (STANDALONE, ".")})
    build.write({f"{STANDALONE}/package.json": package("app", ["next", "lru", "webpack"])})
    trace = {"version": 1, "files": [f"../../../node_modules/{name}" for name in listed]}
    build.write({".next/server/app/page.js.nft.json": json.dumps(trace)})
    build.configure(images=OFF, **config)


def there(build: Build) -> set[str]:
    return {name.removeprefix("node_modules/") for name in build.packed() if name.startswith("node_modules/")}


@pytest.fixture
def build(tmp_path: Path, program: Run) -> Build:
    (tmp_path / "app").mkdir()
    return Build(tmp_path, program)


def test_what_the_server_cannot_reach_goes_and_nothing_else(build: Build) -> None:
    prepare(build)
    report = build.pack(slim=True)
    names = there(build)
    assert [name for name in STAY if name not in names] == []
    wrong = {group: [name for name in files if name in names] for group, files in GONE.items()}
    assert wrong == {group: [] for group in GONE}
    assert [group["what"] for group in report["removed"]] == list(GONE)
    found = {group["what"]: group for group in report["removed"]}
    assert sum(group["bytes"] for group in report["removed"]) == report["standalone"] - report["bytes"]
    assert found[FOREIGN]["paths"][:2] == ["node_modules/@scope/addon-linux-x64-musl", "node_modules/addon"]
    assert found[REACT]["files"] == len(GONE[REACT])


@pytest.mark.parametrize(
    ("options", "left"),
    [
        ({"slim": False, "sourceMaps": False}, [0, 1, 2]),
        ({"slim": True, "sourceMaps": True}, [0]),
        ({"slim": True, "sourceMaps": False}, []),
    ],
)
def test_documents_and_maps_go_by_the_options(build: Build, options: dict[str, bool], left: list[int]) -> None:
    names = ["lib/a.wasm.map", "lib/README.md", "typescript/lib/typescript.js"]
    build.write({f"{STANDALONE}/node_modules/{name}": "text" for name in names})
    build.write({f"{STANDALONE}/node_modules/{name}/package.json": "{}" for name in ("lib", "typescript")})
    build.pack(**options)
    assert [name in there(build) for name in names] == [n in left for n in range(3)]


@pytest.mark.parametrize(
    "line", ["import { jsx } from 'react/jsx-runtime';", 'import*as e from"react";', "export { useState } from 'react'"]
)
def test_development_builds_stay_whose_names_an_es_module_imports(build: Build, line: str) -> None:
    prepare(build)
    build.write({f"{STANDALONE}/node_modules/lib/ui.mjs": line})
    report = build.pack(slim=True)
    development = [name for name in GONE[REACT] if name in there(build)]
    assert development == [name for name in GONE[REACT] if name.startswith("react/")]
    assert REACT in {group["what"] for group in report["removed"]}


@pytest.mark.parametrize("compiled", ["source-map08", "@next/react-refresh-utils", "next-devtools"])
def test_what_the_server_of_a_version_loads_when_it_starts_stays(build: Build, compiled: str) -> None:
    prepare(build)
    home = f"{STANDALONE}/node_modules/next/dist"
    build.write(
        {
            f"{home}/server/lib/start-server.js": 'const a = require("../patch-error-inspect");\n',
            f"{home}/server/patch-error-inspect.js": (
                'const b = /*#__PURE__*/ x(require("../client/overlay"));\n'
                'function later() {\n    return require("next/dist/compiled/terser");\n}\n'
            ),
            f"{home}/client/overlay/index.js": f"require('next/dist/compiled/{compiled}');\nrequire('../shared')",
            f"{home}/client/shared.js": 'const d = require("next/dist/compiled/babel/code-frame");\n',
            f"{home}/compiled/{compiled}/lib/part.js": "text",
            f"{home}/compiled/{compiled}/index.js": 'require("./lib/part")',
            f"{home}/compiled/babel/code-frame.js": "module.exports = require('./bundle').codeFrame()",
            f"{home}/compiled/babel/bundle.js": "var a=require('next/dist/compiled/terser')",
            f"{home}/compiled/babel/preset-env.js": "text",
        }
    )
    build.pack(slim=True)
    left = {name.removeprefix("next/dist/compiled/") for name in there(build)}
    assert {f"{compiled}/index.js", f"{compiled}/lib/part.js"} <= left
    assert "terser/bundle.min.js" not in left, "a function may load it, and no server calls that function"
    assert {"util/util.js", "babel/preset-env.js"} & left == set()
    assert {"babel/code-frame.js", "babel/bundle.js"} <= left


LISTED = [
    *("sharp/lib/index.js", "typescript/lib/typescript.js", "webpack/lib/index.js", "neo-async/async.js"),
    *("next/dist/compiled/terser/bundle.min.js", "next/dist/server/capsize-font-metrics.json", "lib/README.md"),
]


def test_what_a_route_lists_stays_unless_no_image_could_load_it(build: Build) -> None:
    prepare(build, [*LISTED, *GONE[REACT], *GONE[FOREIGN]])
    build.pack(slim=True, files=["node_modules/prettier"])
    names = there(build)
    assert [name for name in [*LISTED, *STAY, "prettier/a.js"] if name not in names] == []
    assert [name for name in [*GONE[REACT], *GONE[FOREIGN]] if name in names] == []
    assert "sharp/package.json" in names, "a package that a route uses stays whole"
    assert "detect-libc/lib/index.js" in names, "and so does what it needs"
    assert "esbuild/lib/main.js" not in names


@pytest.mark.parametrize(
    ("images", "gone"),
    [
        ({"unoptimized": False, "loader": "default"}, []),
        ({}, []),
        ({"unoptimized": True}, [*GONE[SHARP], DETECT]),
        ({"loader": "custom"}, [*GONE[SHARP], DETECT]),
    ],
)
def test_sharp_stays_where_the_optimizer_is_on(build: Build, images: dict[str, Any], gone: list[str]) -> None:
    build.write({f"{STANDALONE}/node_modules/{name}": "{}" for name in [*GONE[SHARP], DETECT]})
    build.write({f"{STANDALONE}/node_modules/sharp/package.json": MANIFESTS["sharp"]})
    build.configure(images=images)
    build.pack(slim=True)
    assert [name for name in [*GONE[SHARP], DETECT] if name not in there(build)] == gone


def test_packages_in_a_store_go_with_their_links(build: Build) -> None:
    store = f"{STANDALONE}/node_modules/.pnpm"
    build.write(
        {
            f"{store}/{name}@1/node_modules/{name}/package.json": package(name, needs)
            for name, needs in {
                "next": ["postcss", "busboy"],
                "postcss": ["nanoid", "both"],
                "busboy": ["both"],
            }.items()
        }
        | {f"{store}/{name}@1/node_modules/{name}/package.json": package(name) for name in ("nanoid", "both")}
        | {f"{store}/@img+x@1/node_modules/@img/x/package.json": package("@img/x")},
        {
            f"{store}/next@1/node_modules/postcss": "../../postcss@1/node_modules/postcss",
            f"{store}/next@1/node_modules/busboy": "../../busboy@1/node_modules/busboy",
            f"{store}/postcss@1/node_modules/nanoid": "../../nanoid@1/node_modules/nanoid",
            f"{store}/postcss@1/node_modules/both": "../../both@1/node_modules/both",
            f"{store}/busboy@1/node_modules/both": "../../both@1/node_modules/both",
            f"{STANDALONE}/node_modules/@img/x": "../.pnpm/@img+x@1/node_modules/@img/x",
        },
    )
    build.configure(images=OFF)
    report = build.pack(slim=True)
    assert {name for name in there(build) if "next@15" not in name} == {
        "next",
        *(f".pnpm/{name}@1/node_modules/{name}/package.json" for name in ("next", "busboy", "both")),
        *(".pnpm/next@1/node_modules/busboy", ".pnpm/busboy@1/node_modules/both"),
    }
    assert [(group["what"], group["paths"]) for group in report["removed"]] == [
        (SHARP, ["node_modules/.pnpm/@img+x@1"]),
        (TOOLS, ["node_modules/.pnpm/postcss@1"]),
        (ORPHANS, ["node_modules/.pnpm/nanoid@1"]),
    ]
