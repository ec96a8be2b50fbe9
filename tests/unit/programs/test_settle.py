"""``settle.cjs``: manifests of a build get an order, and keep their meaning."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.builds import STANDALONE, Build, Run, contents, write
from tests.unit.conftest import PROGRAMS

MANIFEST = '{ "b": [3, 1, {"z": null, "y": "é\\u2028"}],\n "a": {"10": 1, "9": 1.5, "__proto__": {"b": 1, "a": 2}} }'
SETTLED = '{"a":{"9":1.5,"10":1,"__proto__":{"a":2,"b":1}},"b":[3,1,{"y":"é\u2028","z":null}]}'
TABLES = [
    *("app-build", "build", "app-path-routes", "app-paths", "pages", "server-reference", "react-loadable"),
    *("next-font", "middleware", "functions-config", "images", "subresource-integrity", "interception-route-rewrite"),
    "prerender",
]
HEAD = 'globalThis.__RSC_MANIFEST=(globalThis.__RSC_MANIFEST||{});globalThis.__RSC_MANIFEST["/[slug]/page"]='
SPACED = 'globalThis.__RSC_MANIFEST = globalThis.__RSC_MANIFEST || {};\nglobalThis.__RSC_MANIFEST["/a"] = '

Settle = Callable[..., dict[str, str]]


@pytest.fixture
def settle(node: str, tmp_path: Path) -> Settle:
    """What becomes of files in a directory with a build in it."""

    def run(files: dict[str, str], build: str = ".next") -> dict[str, str]:
        root = tmp_path / "tree"
        write(root, files)
        script = (
            f"const {{ settle }} = require({json.dumps(str(PROGRAMS / 'settle.cjs'))})\n"
            f"const {{ Tree }} = require({json.dumps(str(PROGRAMS / 'tree.cjs'))})\n"
            f"settle(new Tree({json.dumps(str(root))}), {json.dumps(build)})"
        )
        done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        return {name: text.encode("latin-1").decode() for name, text in contents(root).items()}

    return run


def evaluated(node: str, script: str) -> Any:
    """What a client reference manifest defines."""
    done = subprocess.run(
        [node, "-e", f"{script}\n;console.log(JSON.stringify(globalThis.__RSC_MANIFEST))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("directory", [".next", ".next/server", ".next/server/app/[slug]/page"])
def test_keys_get_an_order_and_lists_keep_theirs(settle: Settle, table: str, directory: str) -> None:
    name = f"{directory}/{table}-manifest.json"
    assert settle({name: MANIFEST}) == {name: SETTLED}
    assert json.loads(SETTLED) == json.loads(MANIFEST)


@pytest.mark.parametrize("table", ["prerender", "next-font", "server-reference", "interception-route-rewrite"])
def test_a_table_that_is_a_text_in_a_script(settle: Settle, table: str) -> None:
    name = f".next/server/{table}-manifest.js"
    before, after = (
        f"self.__TABLE={json.dumps(text)}" for text in ('{"b":["\\"z",1],"a":2}', '{"a":2,"b":["\\"z",1]}')
    )
    assert settle({name: before}) == {name: after}
    assert settle({name: f"{before};\n"}) == {name: f"{after};\n"}


def test_the_order_in_which_keys_came_makes_no_difference(settle: Settle) -> None:
    one, other = ({"a": 1, "b": {"c": 2, "d": [1, 2]}}, {"b": {"d": [1, 2], "c": 2}, "a": 1})
    files = settle({".next/pages-manifest.json": json.dumps(one), ".next/images-manifest.json": json.dumps(other)})
    assert len(set(files.values())) == 1


@pytest.mark.parametrize(
    "text", [f"{HEAD}{MANIFEST}", f"{HEAD}{MANIFEST};", f"{SPACED}{MANIFEST};\n", f"{SPACED}{MANIFEST}\n"]
)
def test_a_client_reference_manifest_defines_the_same(node: str, settle: Settle, text: str) -> None:
    name = ".next/server/app/[slug]/page_client-reference-manifest.js"
    found = settle({name: text})[name]
    assert found == text.replace(MANIFEST, SETTLED)
    assert evaluated(node, found) == evaluated(node, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".next/build-manifest.json", '{"b": 1, "a": '),
        (".next/build-manifest.json", ""),
        (".next/server/app/page_client-reference-manifest.js", f"{HEAD}{{b: 1, a: undefined}}"),
        (".next/server/app/page_client-reference-manifest.js", f"{HEAD}{MANIFEST[:-2]}"),
        (".next/server/app/page_client-reference-manifest.js", "module.exports = 1"),
        (".next/routes-manifest.json", MANIFEST),
        (".next/required-server-files.json", MANIFEST),
        (".next/my-build-manifest.json", MANIFEST),
        (".next/build-manifest.json.txt", MANIFEST),
        (".next2/build-manifest.json", MANIFEST),
        ("build-manifest.json", MANIFEST),
        ("public/build-manifest.json", MANIFEST),
        ("node_modules/next/build-manifest.json", MANIFEST),
        ("apps/web/.next/build-manifest.json", MANIFEST),
    ],
)
def test_all_else_stays_as_it_is(settle: Settle, name: str, text: str) -> None:
    assert settle({name: text}) == {name: text}


def test_the_build_may_be_elsewhere(settle: Settle) -> None:
    files = {"apps/web/out/build-manifest.json": MANIFEST, ".next/build-manifest.json": MANIFEST}
    assert settle(files, "apps/web/out") == {**files, "apps/web/out/build-manifest.json": SETTLED}


def test_files_of_a_static_export_stay_as_they_are(tmp_path: Path, program: Run) -> None:
    build = Build(tmp_path, program)
    build.configure(output="export")
    out = {"outDirectory": str(tmp_path / "dist"), "success": True}
    build.write({".next/export-detail.json": json.dumps(out), "dist/pages-manifest.json": MANIFEST})
    build.pack(serve="static")
    found = {path: text for path, text in build.packed().items() if path.endswith("pages-manifest.json")}
    assert [text.encode("latin-1").decode() for text in found.values()] == [MANIFEST]


def test_a_payload_has_settled_manifests(tmp_path: Path, program: Run) -> None:
    build = Build(tmp_path, program)
    name = "server/pages-manifest.json"
    build.write({f"{STANDALONE}/.next/{name}": MANIFEST, f"public/{name}": MANIFEST})
    build.pack()
    found = {path: text.encode("latin-1").decode() for path, text in build.packed().items() if path.endswith(name)}
    assert found == {f".next/{name}": SETTLED, f"public/{name}": MANIFEST}
