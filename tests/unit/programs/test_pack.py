"""``pack.cjs``: a Dockerfile packs the files that the pipeline packs, before anything is slimmed."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.unit.builds import STANDALONE, Build, Run, contents, refusal
from tests.unit.elf_files import elf
from tests.unit.programs.side import FILES
from tests.unit.programs.test_payload import EXPORTS, HELPERS, SETTINGS, WATCHING, traces

CONFIG = ".next-distroless/config.cjs"


class Both(Build):
    """A build that is packed by the Dockerfile's program, and by the pipeline's."""

    def docker(self, **options: Any) -> subprocess.CompletedProcess[str]:
        """Pack it as a Dockerfile does."""
        shutil.rmtree(self.root / "docker", ignore_errors=True)
        asked: dict[str, Any] = {"app": ".", "serve": "server", "command": ["server.js"], "entry": ""}
        asked |= {"files": [], "exclude": [], "writable": [], "sourceMaps": False, **options}
        return self.program("pack", asked, str(self.root / "docker"))

    def parts(self, **options: Any) -> dict[str, dict[str, str]]:
        """What the three directories of the Dockerfile's program hold."""
        done = self.docker(**options)
        assert (done.returncode, done.stderr) == (0, "")
        return {part: contents(self.root / "docker" / part) for part in ("node_modules", "app", "writable")}

    def compared(self, **options: Any) -> dict[str, str]:
        """What the image would have, after a comparison with the payload of the pipeline."""
        parts = self.parts(**options)
        packages = {f"node_modules/{name}": text for name, text in parts["node_modules"].items()}
        image = {**packages, **parts["app"], **parts["writable"]}
        self.pack(**{name: value for name, value in options.items() if name not in ("entry", "watching")})
        assert {name: text for name, text in image.items() if name != CONFIG} == {
            name: text for name, text in self.packed().items() if name != CONFIG
        }
        return image


@pytest.fixture
def build(tmp_path: Path, program: Run) -> Both:
    return Both(tmp_path, program)


def test_the_packages_are_apart_from_the_rest(build: Both) -> None:
    assert ".pnpm/next@15/node_modules/next/index.js" in build.parts()["node_modules"]
    assert "server.js" in build.compared()


def test_wished_files_and_what_the_user_writes(build: Both) -> None:
    options = {"files": ["config.json", "scripts/"], "writable": ["public/robots.txt", ".next/cache", "data/"]}
    parts = build.parts(**options)
    assert set(parts["writable"]) == {"public/robots.txt"}
    assert (build.root / "docker/writable/data").is_dir()
    assert (build.root / "docker/writable/.next/cache").is_dir()
    assert "public/robots.txt" not in parts["app"]
    assert "scripts/generate-manifest.js" in build.compared(**options)


@pytest.mark.parametrize("serve", ["server", "static"])
def test_what_watches_the_app(build: Both, serve: str) -> None:
    if serve == "static":
        export(build)
    image = build.compared(serve=serve, side=SETTINGS, watching=list(FILES))
    assert set(image) >= WATCHING


def test_what_never_goes_into_an_image(build: Both) -> None:
    build.write(
        {
            f"{STANDALONE}/.env": "TOKEN",
            f"{STANDALONE}/.npmrc": "token",
            f"{STANDALONE}/.next/cache/a": "cache",
            f"{STANDALONE}/src/a.ts": "source",
            f"{STANDALONE}/src/__tests__/b.js": "test",
            f"{STANDALONE}/lib/c.test.js": "test",
            f"{STANDALONE}/node_modules/a/index.ts": "of a package",
            f"{STANDALONE}/server.js.map": "map",
            "public/d.test.js": "served",
        }
    )
    image = build.compared()
    assert {"node_modules/a/index.ts", "public/d.test.js"} <= set(image)
    assert not {".env", ".npmrc", "src/a.ts", "lib/c.test.js", "server.js.map"} & set(image)
    assert "server.js.map" in build.compared(sourceMaps=True)


def test_exclusions_and_links_that_they_leave(build: Both) -> None:
    store = f"{STANDALONE}/node_modules/.pnpm"
    build.write(
        {f"{store}/sharp@1/node_modules/sharp/a.js": "x"},
        {
            f"{STANDALONE}/node_modules/sharp": ".pnpm/sharp@1/node_modules/sharp",
            f"{STANDALONE}/node_modules/twice": "sharp",
        },
    )
    image = build.compared(exclude=["**/*.txt", "node_modules/.pnpm/sharp@*", "node_modules/.pnpm/sharp@1/**"])
    assert not [name for name in image if "sharp" in name or "twice" in name or name.endswith(".txt")]


def test_libraries_of_machine_code_in_the_package_beside_it(build: Both) -> None:
    code = elf(needed=["libvips.so.8"], runpath="$ORIGIN/../libvips")
    library, manifest = "node_modules/libvips/libvips.so.8", "node_modules/libvips/package.json"
    build.write({library: elf(), manifest: "{}", f"{STANDALONE}/node_modules/addon/addon.node": code})
    assert {library, manifest} <= set(build.compared())


def test_an_app_of_a_workspace_keeps_its_place(build: Both) -> None:
    (build.root / STANDALONE).rename(build.root / "standalone")
    app = "apps/web"
    build.write({f"{app}/public/a.txt": "a", f"{app}/.next/static/chunks/a.js": "chunk"})
    (build.root / "standalone").rename(build.root / app / STANDALONE)
    inside = build.root / app / STANDALONE / app
    inside.mkdir(parents=True)
    (inside.parent.parent / "server.js").rename(inside / "server.js")
    (inside.parent.parent / ".next").rename(inside / ".next")
    build.configure(app=app, server=app)
    image = build.compared(app=app, writable=["public/a.txt"])
    assert {f"{app}/server.js", f"{app}/public/a.txt", f"{app}/.next/static/chunks/a.js"} <= set(image)


@pytest.mark.parametrize(
    "command",
    [
        ["--enable-source-maps", "start.js", "argument"],
        ["--require=./start.js", "server.js"],
        ["-r", "tracer", "server.js"],
        ["start"],
    ],
)
def test_a_program_of_the_app_brings_what_it_needs(build: Both, command: list[str]) -> None:
    traces(
        build,
        dependency=["node_modules/.pnpm/express@5/node_modules/express/index.js", "lib/greet.js", "server.js"],
        asset=["config.json", "node_modules/.pnpm/express@5/node_modules/express/data.bin"],
        resolve=["node_modules/express"],
    )
    express = "node_modules/.pnpm/express@5/node_modules/express"
    build.write(
        {
            f"{express}/index.js": "express",
            f"{express}/data.bin": "data",
            "lib/greet.js": "greet",
            "node_modules/tracer/index.js": "trace()",
        },
        {"node_modules/express": ".pnpm/express@5/node_modules/express"},
    )
    done = build.docker(command=command, entry=CONFIG)
    assert (done.returncode, done.stderr) == (0, "")
    traced = json.loads(done.stdout.splitlines()[0])
    assert traced["entries"] in (["start.js"], ["node_modules/tracer/index.js"])
    image = {name.removeprefix("app/"): text for name, text in contents(build.root / "docker").items()}
    assert build.run(command=command).returncode == 0
    assert image.pop(CONFIG) == "'use strict'\n"
    assert image == build.packed()
    assert (image["lib/greet.js"], image["server.js"]) == ("greet", "serve()")


def test_a_server_of_its_own_gets_the_configuration_of_the_build(build: Both) -> None:
    traces(build, dependency=["server.js", "node_modules/next/dist/server/next.js"])
    build.write({"server.js": "own"})
    build.configure(basePath="/it's here")
    options = {"files": ["server.js"], "entry": CONFIG}
    done = build.docker(**options)
    assert done.returncode == 0, done.stderr
    build.pack(files=["server.js"])
    assert (build.root / "docker/app" / CONFIG).read_text() == build.packed()[CONFIG]
    assert (build.root / "docker/app/server.js").read_text() == "own"


def test_a_package_that_nodejs_loads_by_another_condition_is_there_as_it_was_installed(build: Both) -> None:
    manifest = json.dumps({"name": "@swc/helpers", "exports": EXPORTS})
    build.write({f"{STANDALONE}/{HELPERS}/package.json": manifest, f"{STANDALONE}/{HELPERS}/cjs/a.cjs": "require"})
    build.write({f"{HELPERS}/package.json": manifest, f"{HELPERS}/esm/a.js": "import", f"{HELPERS}/cjs/a.cjs": "x"})
    name = f"{HELPERS}/esm/a.js".removeprefix("node_modules/")
    assert build.parts()["node_modules"][name] == "import"


def export(build: Both) -> None:
    """Make it the build of a static export."""
    (build.root / STANDALONE).rename(build.root / ".next/elsewhere")
    build.configure(output="export", basePath="/docs")
    detail = json.dumps({"outDirectory": str(build.root / "dist"), "success": True})
    build.write(
        {
            ".next/export-detail.json": detail,
            "dist/index.html": "home",
            "dist/a.test.js": "public",
            "dist/.env": "TOKEN",
        }
    )


def test_a_static_export_is_packed_with_a_server(build: Both) -> None:
    export(build)
    image = build.compared(serve="static", files=["config.json"])
    assert image["server.js"].startswith("// Serves a static export")
    assert set(image) == {"server.js", "static.json", "config.json", "out/index.html", "out/a.test.js"}


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"files": ["none.js"]}, "runtime.files: the app has no `none.js`"),
        ({"files": [".."]}, "runtime.files: `..` is outside the app"),
        ({"exclude": ["none/**"]}, "runtime.exclude: `none/**` matches nothing"),
        ({"writable": ["none"]}, "runtime.writable: the payload has no `none`"),
        ({"serve": "static"}, "the build left no static export"),
    ],
)
def test_options_that_cannot_be_met(build: Both, options: dict[str, Any], what: str) -> None:
    assert refusal(build.docker(**options))[0] == what


def test_a_server_in_another_place_than_the_app(build: Both) -> None:
    (build.root / STANDALONE / "app").mkdir()
    for name in ("server.js", ".next"):
        (build.root / STANDALONE / name).rename(build.root / STANDALONE / "app" / name)
    build.configure(server="app")
    what, fix = refusal(build.docker())
    assert what == "the build has its server in app, and the app is in ."
    assert "outputFileTracingRoot" in fix
