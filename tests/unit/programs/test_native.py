"""``native.cjs``: a payload's machine code fits the image, or the message says what does not."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.unit.builds import Run, contents, refusal, write
from tests.unit.elf_files import AMD64, ARM64, RISCV, elf

Files = dict[str, str | bytes]
AMD, ARM = elf(AMD64, ["libc.so.6"]), elf(ARM64, ["libc.so.6"])
MUSL = elf(AMD64, ["libc.musl-x86_64.so.1"])
ADDON = elf(ARM64, ["libvips.so.42", "libc.so.6"], runpath="$ORIGIN/../../vips-linux-arm64/lib")
VIPS: Files = {"package.json": '{"name": "@img/vips-linux-arm64"}', "lib/libvips.so.42": ARM, "README.md": "new"}
SHARP: Files = {"package.json": '{"name": "@img/sharp-linux-arm64"}', "lib/sharp-linux-arm64.node": ADDON}


class Payload:
    """A payload, and what is mounted beside it."""

    def __init__(self, root: Path, program: Run) -> None:
        self.root = root
        self.program = program
        libraries = ["usr/lib/aarch64-linux-gnu/libc.so.6", "usr/lib/x86_64-linux-gnu/libc.so.6", "lib64/libm.so.6"]
        write(root / "base", dict.fromkeys(libraries, ""), {"lib": "usr/lib"})
        write(root / "fetched/vips", VIPS)
        write(root / "fetched/sharp", SHARP)

    def write(self, files: Mapping[str, str | bytes], links: Mapping[str, str] | None = None) -> None:
        """Add files and links."""
        write(self.root / "payload", files, links)

    def run(self, platform: str, swaps: Sequence[Mapping[str, Any]] = (), **over: Any) -> Any:
        """Run the program."""
        spec = {"platform": platform, "swaps": list(swaps), "base": str(self.root / "base"), **over}
        return self.program("native", spec, str(self.root / "payload"), str(self.root / "report.json"))

    def fit(
        self, platform: str = "linux/amd64", swaps: Sequence[Mapping[str, Any]] = (), **over: Any
    ) -> dict[str, Any]:
        """Make it fit; returns the report."""
        done = self.run(platform, swaps, **over)
        assert (done.returncode, done.stderr) == (0, "")
        return dict(json.loads((self.root / "report.json").read_text()))

    def files(self) -> dict[str, str]:
        """Files and links, by name."""
        return contents(self.root / "payload")


@pytest.fixture
def payload(tmp_path: Path, program: Run) -> Payload:
    return Payload(tmp_path, program)


def swap(root: Path, name: str, **wanted: str) -> dict[str, Any]:
    """A swap of one of the ``@img`` packages."""
    return {
        "from": {"name": f"@img/{name}-linux-x64", **wanted},
        "to": {"name": f"@img/{name}-linux-arm64", "version": "2", "integrity": "sha512-x"},
        "at": str(root / "fetched" / name),
    }


def manifest(name: str, **fields: Any) -> str:
    """A package.json."""
    return json.dumps({"name": name, **fields})


def test_packages_of_a_flat_node_modules_are_swapped(payload: Payload) -> None:
    payload.write(
        {
            "node_modules/@img/sharp-linux-x64/package.json": manifest("@img/sharp-linux-x64"),
            "node_modules/@img/sharp-linux-x64/lib/sharp-linux-x64.node": AMD,
            "node_modules/@img/vips-linux-x64/package.json": manifest("@img/vips-linux-x64"),
            "node_modules/@img/vips-linux-x64/lib/libvips.so.42": AMD,
            "node_modules/@img/vips-linux-x64/node_modules/inner/a.js": "kept",
            "node_modules/@img/vips-linux-x64-not/a.js": "another package",
            "server.js": "serve()",
        }
    )
    unused = {"from": {"name": "none"}, "to": {"name": "other", "version": "1"}, "at": "nowhere"}
    report = payload.fit("linux/arm64", [swap(payload.root, "sharp"), swap(payload.root, "vips"), unused])
    assert set(payload.files()) == {
        *(f"node_modules/@img/vips-linux-arm64/{name}" for name in [*VIPS, "node_modules/inner/a.js"]),
        *(f"node_modules/@img/sharp-linux-arm64/{name}" for name in SHARP),
        *("node_modules/@img/vips-linux-x64-not/a.js", "server.js"),
    }
    assert report == {
        "native": {
            "node_modules/@img/sharp-linux-arm64/lib/sharp-linux-arm64.node": "linux/arm64",
            "node_modules/@img/vips-linux-arm64/lib/libvips.so.42": "linux/arm64",
        },
        "swapped": [
            {"from": "@img/sharp-linux-x64", "to": "@img/sharp-linux-arm64", "version": "2", "places": 1},
            {"from": "@img/vips-linux-x64", "to": "@img/vips-linux-arm64", "version": "2", "places": 1},
        ],
    }


@pytest.mark.parametrize(
    ("over", "left"),
    [
        ({"slim": True}, {"README.md", "index.d.ts", "index.js.map"}),
        ({"slim": True, "sourceMaps": True}, {"README.md", "index.d.ts"}),
        ({}, set()),
    ],
)
def test_what_no_route_reads_of_a_swapped_package_is_left_out(
    payload: Payload, over: dict[str, bool], left: set[str]
) -> None:
    payload.write({"node_modules/@img/vips-linux-x64/package.json": manifest("@img/vips-linux-x64")})
    unread = dict.fromkeys(["README.md", "index.d.ts", "index.js.map", "LICENSE.md"], "")
    write(payload.root / "fetched/vips", unread)
    payload.fit("linux/arm64", [swap(payload.root, "vips")], **over)
    assert set(payload.files()) == {f"node_modules/@img/vips-linux-arm64/{name}" for name in {*VIPS, *unread} - left}


@pytest.mark.parametrize("store", [".pnpm", ".bun"])
def test_packages_of_a_store_are_swapped_with_their_links(payload: Payload, store: str) -> None:
    home = f"node_modules/{store}"
    payload.write(
        {
            f"{home}/sharp@1/node_modules/sharp/index.js": "sharp",
            f"{home}/@img+sharp-linux-x64@1/node_modules/@img/sharp-linux-x64/package.json": manifest("s"),
            f"{home}/@img+sharp-linux-x64@1/node_modules/@img/sharp-linux-x64/lib/sharp-linux-x64.node": AMD,
            f"{home}/@img+vips-linux-x64@1/node_modules/@img/vips-linux-x64/package.json": manifest("v"),
        },
        {
            "node_modules/sharp": f"{store}/sharp@1/node_modules/sharp",
            f"{home}/sharp@1/node_modules/@img/sharp-linux-x64": (
                "../../../@img+sharp-linux-x64@1/node_modules/@img/sharp-linux-x64"
            ),
            f"{home}/@img+sharp-linux-x64@1/node_modules/@img/vips-linux-x64": (
                "../../../@img+vips-linux-x64@1/node_modules/@img/vips-linux-x64"
            ),
            "apps/web/.next/node_modules/sharp-hash": (
                f"../../../../node_modules/{store}/@img+sharp-linux-x64@1/node_modules/@img/sharp-linux-x64"
            ),
        },
    )
    payload.fit("linux/arm64", [swap(payload.root, "sharp"), swap(payload.root, "vips")])
    files = payload.files()
    assert [name for name in files if "x64" in name] == []
    assert {name: target for name, target in files.items() if target.startswith("-> ")} == {
        "node_modules/sharp": f"-> {store}/sharp@1/node_modules/sharp",
        f"{home}/sharp@1/node_modules/@img/sharp-linux-arm64": (
            "-> ../../../@img+sharp-linux-arm64@1/node_modules/@img/sharp-linux-arm64"
        ),
        f"{home}/@img+sharp-linux-arm64@1/node_modules/@img/vips-linux-arm64": (
            "-> ../../../@img+vips-linux-arm64@1/node_modules/@img/vips-linux-arm64"
        ),
        "apps/web/.next/node_modules/sharp-hash": (
            f"-> ../../../../node_modules/{store}/@img+sharp-linux-arm64@1/node_modules/@img/sharp-linux-arm64"
        ),
    }
    found = [path for path in (payload.root / "payload").rglob("*") if path.is_symlink() and not path.exists()]
    assert found == [], "every link leads somewhere"
    assert f"{home}/@img+vips-linux-arm64@1/node_modules/@img/vips-linux-arm64/lib/libvips.so.42" in files


def test_only_the_wanted_version_is_swapped_and_a_package_that_is_there_stays(payload: Payload) -> None:
    payload.write(
        {
            "node_modules/@img/vips-linux-x64/package.json": manifest("v", version="1"),
            "node_modules/@img/vips-linux-x64/lib/libvips.so.42": AMD,
            "node_modules/@img/vips-linux-arm64/package.json": manifest("v", version="1"),
            "node_modules/@img/vips-linux-arm64/mine.js": "installed",
            "node_modules/a/node_modules/@img/vips-linux-x64/package.json": manifest("v", version="3"),
        }
    )
    report = payload.fit("linux/arm64", [swap(payload.root, "vips", version="1")])
    assert set(payload.files()) == {
        "node_modules/@img/vips-linux-arm64/package.json",
        "node_modules/@img/vips-linux-arm64/mine.js",
        "node_modules/a/node_modules/@img/vips-linux-x64/package.json",
    }
    assert report["swapped"][0]["places"] == 1


def test_a_package_may_get_a_name_of_another_scope(payload: Payload) -> None:
    payload.write(
        {"node_modules/tool-linux-64/package.json": "{}"},
        {"node_modules/b/node_modules/tool-linux-64": "../../tool-linux-64"},
    )
    to = {"name": "@tool/linux-arm64", "version": "1"}
    payload.fit(
        "linux/arm64", [{"from": {"name": "tool-linux-64"}, "to": to, "at": str(payload.root / "fetched/vips")}]
    )
    files = payload.files()
    assert files["node_modules/b/node_modules/@tool/linux-arm64"] == "-> ../../../@tool/linux-arm64"
    assert files["node_modules/@tool/linux-arm64/README.md"] == "new"


def test_a_package_that_was_not_fetched(payload: Payload) -> None:
    payload.write({"node_modules/@img/vips-linux-x64/package.json": "{}"})
    wanted = swap(payload.root, "vips")
    del wanted["at"]
    what, fix = refusal(payload.run("linux/arm64", [wanted]))
    assert what == "the package @img/vips-linux-arm64 was not fetched"
    assert "lockfile" in fix


DROPPED: Files = {
    "node_modules/a/prebuilds/linux-arm64/a.node": ARM,
    "node_modules/a/prebuilds/linux-x64/a.musl.node": MUSL,
    "node_modules/a/prebuilds/android-arm64/a.node": elf(ARM64, ["liblog.so"]),
    "node_modules/a/bin/linux/arm64/b.so": ARM,
    "node_modules/.prisma/client/query-linux-arm64-openssl-3.0.x.so.node": ARM,
    "node_modules/@b/c-linux-arm64-gnu/c.node": ARM,
    "node_modules/@b/c-linux-arm64-gnu/package.json": manifest("c", cpu=["arm64"]),
    "node_modules/@b/c-linux-x64-musl/c.node": MUSL,
    "node_modules/@b/c-linux-x64-musl/package.json": manifest("c", cpu=["x64"], libc=["musl"]),
}
KEPT: Files = {
    "node_modules/a/prebuilds/linux-x64/a.glibc.node": AMD,
    "node_modules/a/prebuilds/linux-x64/a.node": AMD,
    "node_modules/a/bin/linux/x64/b.so": AMD,
    "node_modules/.prisma/client/query-debian-openssl-3.0.x.so.node": AMD,
    "node_modules/@b/c-linux-x64-gnu/c.node": AMD,
    "node_modules/@b/c-linux-x64-gnu/package.json": manifest("c", cpu=["x64"]),
    "node_modules/a/package.json": "{}",
    "public/tool-for-arm": ARM,
    "apps/web/.next/static/media/tool": elf(RISCV),
}


def test_what_is_for_other_platforms_goes_where_there_is_the_same_for_this_one(payload: Payload) -> None:
    payload.write(DROPPED | KEPT)
    native = payload.fit("linux/amd64")["native"]
    assert set(payload.files()) == set(KEPT)
    assert native == {name: "linux/amd64" for name, data in KEPT.items() if data == AMD}


NO_IMAGE = " is machine code for linux/arm64, so there can be no linux/amd64 image"
PLATFORM_FIX = "exclude it in runtime.exclude; or add the package for linux/amd64 to the lockfile"


@pytest.mark.parametrize(
    ("files", "what", "fix"),
    [
        (
            {"build/Release/a.node": ARM},
            "build/Release/a.node" + NO_IMAGE,
            PLATFORM_FIX,
        ),
        (
            {"node_modules/a/prebuilds/linux-arm64/a.node": ARM, "node_modules/a/prebuilds/linux-x64/b.node": AMD},
            "node_modules/a/prebuilds/linux-arm64/a.node" + NO_IMAGE,
            PLATFORM_FIX,
        ),
        ({"b": elf(0x1234)}, "b is machine code for other machine, so there can be no linux/amd64 image", PLATFORM_FIX),
        (
            {"node_modules/a/a.node": MUSL},
            "node_modules/a/a.node needs musl's C library, but the image has glibc",
            "exclude it in runtime.exclude, or add the package for glibc to the lockfile",
        ),
        (
            {"node_modules/a/a.node": elf(AMD64, ["libc.so.6", "libfoo.so.1"]), "node_modules/b/libfoo.so.1": AMD},
            "node_modules/a/a.node needs libfoo.so.1, which neither the payload nor the image has",
            "add the library to the app and list it in runtime.files",
        ),
        (
            {"a/a.node": elf(AMD64, ["libfoo.so.1"], runpath="$ORIGIN/lib"), "lib/libfoo.so.1": AMD},
            "a/a.node needs libfoo.so.1, which neither the payload nor the image has",
            "add the library to the app and list it in runtime.files",
        ),
    ],
)
def test_what_cannot_run(payload: Payload, files: Files, what: str, fix: str) -> None:
    payload.write(files)
    found = refusal(payload.run("linux/amd64"))
    assert found[0] == what
    assert found[1].startswith(fix)


FOUND: dict[str, Files] = {
    "in the image": {"a.node": elf(AMD64, ["libm.so.6", "libc.so.6"])},
    "beside it": {"a.node": elf(AMD64, ["libfoo.so.1"]), "libfoo.so.1": AMD},
    "by its runpath": {
        "a/b/a.node": elf(AMD64, ["libfoo.so.1"], runpath="/no:${ORIGIN}/../lib"),
        "a/lib/libfoo.so.1": AMD,
    },
    "elsewhere in its package": {
        "node_modules/a/build/Release/a.node": elf(AMD64, ["libfoo.so.1"]),
        "node_modules/a/vendor/libfoo.so.1": AMD,
    },
    "by the name that it gives itself": {
        "node_modules/a/build/a.node": elf(AMD64, ["libfoo.so.1"]),
        "node_modules/a/vendor/foo-1.2.so": elf(AMD64, soname="libfoo.so.1"),
    },
    "nothing needed": {"a.node": elf(AMD64)},
    "not to be loaded": {"a.node": AMD[:40], "b.node": b"text"},
}


@pytest.mark.parametrize("where", FOUND)
def test_libraries_that_are_found(payload: Payload, where: str) -> None:
    payload.write(FOUND[where])
    native = payload.fit("linux/amd64")["native"]
    assert set(native) == (set() if where == "not to be loaded" else set(FOUND[where]))


def test_links_of_the_image_that_leave_it_are_not_followed(payload: Payload) -> None:
    (payload.root / "elsewhere").mkdir()
    (payload.root / "elsewhere/libfoo.so.1").touch()
    (payload.root / "base/usr/lib64").symlink_to(payload.root / "elsewhere")
    payload.write({"a.node": elf(AMD64, ["libfoo.so.1"])})
    assert refusal(payload.run("linux/amd64"))[0].startswith("a.node needs libfoo.so.1")
