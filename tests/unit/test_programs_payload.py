"""``payload.cjs``: what of a finished build goes into the image."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ci.stages.containers import MARK, OWN_EXIT

STANDALONE = ".next/standalone"
AMD64, ARM64, RISCV = 0x3E, 0xB7, 0xF3
BUILD = {
    f"{STANDALONE}/server.js": "serve()",
    f"{STANDALONE}/package.json": "{}",
    f"{STANDALONE}/.next/BUILD_ID": "abc",
    f"{STANDALONE}/node_modules/.pnpm/next@15/node_modules/next/index.js": "next",
    f"{STANDALONE}/node_modules/.pnpm/next@15/node_modules/next/server.js": "not the app's",
    ".next/static/chunks/main-abc.js": "chunk",
    ".next/static/css/a.css": "css",
    "public/robots.txt": "robots",
    "config.json": "{}",
    "start.js": "start()",
    "scripts/generate-manifest.js": "generate()",
    "src/secret.ts": "source",
}
LINKS = {f"{STANDALONE}/node_modules/next": ".pnpm/next@15/node_modules/next"}


def elf(machine: int) -> bytes:
    """The beginning of an ELF file (64 bit, little-endian) for a machine."""
    return b"\x7fELF\x02\x01\x01" + bytes(9) + (3).to_bytes(2, "little") + machine.to_bytes(2, "little") + bytes(40)


class Build:
    """A directory in which `next build` seems to have run."""

    def __init__(self, root: Path, program: Callable[..., subprocess.CompletedProcess[str]]) -> None:
        self.root = root
        self.program = program
        self.out = root / "out"
        self.write(BUILD)
        for name, target in LINKS.items():
            (root / name).symlink_to(target)

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Add files."""
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def run(self, **wishes: list[str]) -> subprocess.CompletedProcess[str]:
        """Pack it."""
        asked = {"files": [], "exclude": [], "writable": [], **wishes}
        return self.program("payload", asked, str(self.out), str(self.root / "report.json"))

    def pack(self, **wishes: list[str]) -> dict[str, Any]:
        """Pack it; returns the report."""
        done = self.run(**wishes)
        assert (done.returncode, done.stderr) == (0, "")
        return dict(json.loads((self.root / "report.json").read_text()))

    def refused(self, **wishes: list[str]) -> tuple[str, str]:
        """Try to pack it; returns message and fix."""
        done = self.run(**wishes)
        assert done.returncode == OWN_EXIT, done.stderr
        what, _, fix = done.stderr.rpartition(MARK)[2].partition("\n  fix: ")
        return what, fix.strip()

    def packed(self) -> dict[str, str]:
        """Files and links of the payload: name to content, or to ``-> target``."""
        return {
            str(path.relative_to(self.out)): f"-> {path.readlink()}" if path.is_symlink() else path.read_text("latin-1")
            for path in self.out.rglob("*")
            if path.is_symlink() or path.is_file()
        }


@pytest.fixture
def build(tmp_path: Path, program: Callable[..., subprocess.CompletedProcess[str]]) -> Build:
    return Build(tmp_path, program)


def test_a_payload_is_the_traced_server_with_static_and_public_files(build: Build) -> None:
    report = build.pack()
    assert build.packed() == {
        ".next/BUILD_ID": "abc",
        ".next/static/chunks/main-abc.js": "chunk",
        ".next/static/css/a.css": "css",
        "node_modules/.pnpm/next@15/node_modules/next/index.js": "next",
        "node_modules/.pnpm/next@15/node_modules/next/server.js": "not the app's",
        "node_modules/next": "-> .pnpm/next@15/node_modules/next",
        "package.json": "{}",
        "public/robots.txt": "robots",
        "server.js": "serve()",
    }
    assert report == {
        "app": ".",
        "bytes": sum(len(text) for text in build.packed().values() if not text.startswith("-> ")),
        "native": {},
        "writable": {},
        "chunk": "/_next/static/chunks/main-abc.js",
    }


def test_an_app_may_have_neither_public_files_nor_chunks(build: Build) -> None:
    (build.root / "public").rename(build.root / "elsewhere")
    (build.root / ".next/static/chunks/main-abc.js").unlink()
    assert build.pack()["chunk"] == ""
    assert not (build.out / "public").exists()


def test_wished_files_and_directories_are_added(build: Build) -> None:
    build.write({"server.js": "the app's own server"})
    report = build.pack(files=["start.js", "scripts/", "server.js"], writable=["public", "server.js"])
    packed = build.packed()
    assert packed["start.js"] == "start()"
    assert packed["scripts/generate-manifest.js"] == "generate()"
    assert packed["server.js"] == "the app's own server"
    assert not {"config.json", "src/secret.ts"} & set(packed)
    assert report["writable"] == {"public": "directory", "server.js": "file"}


def test_the_app_of_a_workspace_keeps_its_place(build: Build) -> None:
    for name in ("server.js", ".next/BUILD_ID"):
        (build.root / STANDALONE / name).unlink()
    build.write({f"{STANDALONE}/apps/web/server.js": "serve()", f"{STANDALONE}/apps/web/.next/BUILD_ID": "abc"})
    build.write({f"{STANDALONE}/apps/web/.next/server/pages/server.js": "a page of that name"})
    report = build.pack(files=["start.js"], writable=["public"])
    packed = build.packed()
    assert (report["app"], report["writable"]) == ("apps/web", {"apps/web/public": "directory"})
    assert {"apps/web/start.js", "apps/web/public/robots.txt", "apps/web/.next/static/css/a.css"} <= set(packed)
    assert {"package.json", "node_modules/next"} <= set(packed)


def test_files_that_may_hold_secrets_are_left_out(build: Build) -> None:
    secret = [".env", ".env.local", ".env.production.local", "packages/a/.env", ".npmrc", ".netrc", ".git/config"]
    build.write({f"{place}/{name}": "TOKEN=secret" for name in secret for place in (STANDALONE, "public")})
    build.write({f"{STANDALONE}/{name}": "kept" for name in ("lib/environment.js", "lib/a.env", "lib/my.npmrc")})
    build.pack()
    texts = list(build.packed().values())
    assert (texts.count("TOKEN=secret"), texts.count("kept")) == (0, 3)


def test_excluded_files_go_and_so_do_links_to_them(build: Build) -> None:
    store = f"{STANDALONE}/node_modules/.pnpm"
    build.write({f"{store}/sharp@1/node_modules/sharp/a.js": "x", f"{store}/@img+b@1/node_modules/@img/b/b.node": "y"})
    (build.root / STANDALONE / "node_modules/sharp").symlink_to(".pnpm/sharp@1/node_modules/sharp")
    (build.root / store / "next@15/node_modules/sharp").symlink_to("../../sharp@1/node_modules/sharp")
    build.pack(exclude=["node_modules/.pnpm/@img+*", "node_modules/.pnpm/sharp@*"])
    packed = build.packed()
    assert not [name for name in packed if "sharp" in name or "@img" in name]
    assert packed["node_modules/next"] == "-> .pnpm/next@15/node_modules/next"


def test_exclusions_may_overlap(build: Build) -> None:
    build.pack(exclude=["public/**", "**/*.txt", "node_modules/.pnpm", "node_modules/.pnpm/next@*"])
    assert set(build.packed()) == {
        *("server.js", "package.json", ".next/BUILD_ID"),
        *(".next/static/chunks/main-abc.js", ".next/static/css/a.css"),
    }


@pytest.mark.parametrize(
    ("wishes", "what", "fix"),
    [
        ({"files": ["start.js", "none.js"]}, "runtime.files: the app has no `none.js`", "correct the pipeline file"),
        ({"exclude": ["**/*.js", "none/**"]}, "runtime.exclude: `none/**` matches nothing", "correct or remove it"),
        (
            {"writable": ["public", "start.js"]},
            "runtime.writable: the payload has no `start.js`",
            "correct the pipeline",
        ),
    ],
)
def test_wishes_that_cannot_be_met(build: Build, wishes: dict[str, list[str]], what: str, fix: str) -> None:
    found = build.refused(**wishes)
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
    assert 'output: "export"' in fix


@pytest.mark.parametrize("target", [".pnpm/../../../outside", "/usr/lib/outside"])
def test_a_link_that_leaves_the_payload(build: Build, target: str) -> None:
    (build.root / STANDALONE / "node_modules/away").symlink_to(target)
    what, fix = build.refused()
    assert what == f"the link node_modules/away leaves the payload: {target}"
    assert "outputFileTracingRoot" in fix


def test_a_link_that_points_to_nothing(build: Build) -> None:
    (build.root / STANDALONE / "node_modules/gone").symlink_to(".pnpm/gone@1")
    what, fix = build.refused()
    assert what == "the link node_modules/gone points to nothing: .pnpm/gone@1"
    assert "outputFileTracingIncludes" in fix


def test_machine_code_is_told_by_its_header(build: Build) -> None:
    build.write(
        {
            f"{STANDALONE}/a/amd64.node": elf(AMD64),
            f"{STANDALONE}/a/arm64.so": elf(ARM64),
            f"{STANDALONE}/a/other": elf(RISCV),
            f"{STANDALONE}/a/text.node": b"ELF is not at the beginning \x7fELF",
            f"{STANDALONE}/a/short": b"\x7fEL",
            f"{STANDALONE}/a/empty": b"",
            f"{STANDALONE}/excluded.node": elf(AMD64),
        }
    )
    assert build.pack(exclude=["excluded.*"])["native"] == {
        "a/amd64.node": "linux/amd64",
        "a/arm64.so": "linux/arm64",
        "a/other": "another machine",
    }
