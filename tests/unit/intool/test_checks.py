"""The hardening gate: an image that passes, and for every check changes that make exactly this one fail."""

import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci.intool.checks import CHECKS
from ci.intool.checks.check import check
from ci.intool.checks.definition import FUNCTIONS
from ci.intool.oci.layers import ORDER
from ci.intool.policy import GateResult
from tests.results import found, places, result
from tests.unit.elf_files import AMD64, RISCV, elf
from tests.unit.hardened import (
    KEYS,
    MACHINES,
    MANIFEST_OF_BUILD,
    PREFIX,
    PREVIEW,
    File,
    Made,
    directory,
    link,
    public,
    write,
)
from tests.unit.layouts import encoded

Change = Callable[[Made], Any]


def outcome(made: Made, home: Path, **more: Any) -> GateResult:
    return result(check(**write(made, home), **more))


def failed(report: GateResult) -> set[str]:
    return {name for name, outcome in report.checks.items() if outcome == "failed"}


def configured(**fields: Any) -> Change:
    return lambda made: made.config.update(fields)


def without(name: str) -> Change:
    return lambda made: made.config.pop(name)


def variable(text: str) -> Change:
    return lambda made: made.config["Env"].append(text)


def health(**fields: Any) -> Change:
    return lambda made: made.config["Healthcheck"].update(fields)


def wanted(**fields: Any) -> Change:
    return lambda made: made.expected.update(fields)


def labelled(name: str, value: str) -> Change:
    def change(made: Made) -> None:
        for place in (made.config["Labels"], made.annotations, made.index_annotations):
            place[f"{PREFIX}{name}"] = value

    return change


def app(path: str, file: File) -> Change:
    return lambda made: made.server.update({path: file})


def below(path: str, file: File) -> Change:
    return lambda made: made.below(path, file)


def native(path: str, more: bytes = b"", mode: int = 0o755, **parts: Any) -> Change:
    """Machine code for each platform."""

    def change(made: Made) -> None:
        for platform, files in made.bases.items():
            files[path] = File(elf(MACHINES[platform], **parts) + more, mode=mode)

    return change


def changed(path: str, **fields: Any) -> Change:
    def change(made: Made) -> None:
        for files in (*made.bases.values(), *made.layers.values()):
            if path in files:
                for name, value in fields.items():
                    setattr(files[path], name, value)

    return change


def dropped(path: str) -> Change:
    def change(made: Made) -> None:
        assert sum(bool(files.pop(path, None)) for files in (*made.bases.values(), *made.layers.values()))

    return change


def all_of(*changes: Change) -> Change:
    def change(made: Made) -> None:
        for one in changes:
            one(made)

    return change


def reordered(made: Made) -> None:
    made.layers = {name: made.layers[name] for name in ("static", "node_modules", "server", "public")}


def renamed(made: Made) -> None:
    made.layers["more"] = {"app/more.js": File(b"more()")}


def many(made: Made) -> None:
    made.layers = {f"x{number}": {f"app/{number}.js": File()} for number in range(9)} | made.layers


def preview(**keys: str) -> Change:
    return app("app/.next/prerender-manifest.json", File(encoded({"preview": {**PREVIEW, **keys}})))


PROGRAM = {"mode": 0o755}
FAILING: list[tuple[str, Change]] = [
    ("CFG-01", without("User")),
    ("CFG-01", configured(User="nonroot")),
    ("CFG-01", configured(User="0:0")),
    ("CFG-01", configured(User="65532:0")),
    ("CFG-01", configured(User="1000:1000")),
    ("CFG-02", without("Entrypoint")),
    ("CFG-02", configured(Entrypoint=["/bin/sh", "-c"])),
    ("CFG-02", configured(Entrypoint=["node"])),
    ("CFG-02", configured(Entrypoint=["/nodejs/bin/nodejs"])),
    ("CFG-02", configured(Entrypoint=["/etc/passwd"])),
    ("CFG-02", all_of(configured(Entrypoint=[], Cmd=[]))),
    ("CFG-03", configured(Shell=["/bin/sh", "-c"])),
    ("CFG-03", health(Test=["CMD-SHELL", "get 127.0.0.1"])),
    ("CFG-04", without("Healthcheck")),
    ("CFG-04", health(Test=["NONE"])),
    ("CFG-04", health(StartPeriod=0)),
    ("CFG-04", health(StartInterval=None)),
    ("CFG-04", health(Test=["CMD", "/nodejs/bin/node", "-e", "get('localhost')"])),
    ("CFG-05", configured(StopSignal="SIGKILL")),
    ("CFG-06", variable("NODE_ENV=development")),
    ("CFG-06", variable("HOSTNAME=localhost")),
    ("CFG-06", wanted(env={"PORT": "8080"})),
    ("CFG-06", wanted(env={"TZ": "UTC"})),
    ("CFG-07", configured(ExposedPorts={"3000/tcp": {}, "80/tcp": {}})),
    ("CFG-07", configured(ExposedPorts={"1000-1100": {}})),
    ("CFG-07", configured(ExposedPorts={"http": {}})),
    ("CFG-08", configured(Volumes={"/data": {}})),
    ("CFG-09", without("WorkingDir")),
    ("CFG-09", configured(WorkingDir="/")),
    ("CFG-09", configured(WorkingDir="/nowhere")),
    ("CFG-09", configured(WorkingDir="app")),
    ("CFG-09", configured(WorkingDir="/app/server.js")),
    ("CFG-10", lambda made: made.config["Labels"].pop(f"{PREFIX}title")),
    ("CFG-10", lambda made: made.config["Labels"].pop(f"{PREFIX}revision")),
    ("CFG-10", wanted(labels=["com.example.team"])),
    ("CFG-10", labelled("created", "yesterday")),
    ("CFG-10", labelled("created", "2026-01-02T00:00:00Z")),
    ("CFG-10", labelled("revision", "main")),
    ("CFG-10", labelled("revision", "d" * 40)),
    ("CFG-10", labelled("base.digest", f"sha256:{'d' * 64}")),
    ("CFG-10", labelled("base.name", "docker.io/library/node:22")),
    ("CFG-11", lambda made: made.annotations.pop(f"{PREFIX}title")),
    ("CFG-11", lambda made: made.index_annotations.update({f"{PREFIX}title": "another"})),
    ("CFG-12", variable("DB_PASSWORD=x")),
    ("CFG-12", variable("A=ghp_" + "a" * 36)),
    ("CFG-12", variable("DATABASE_URL=postgres://user:pass@db/app")),
    ("CFG-12", variable("A=eyJhbGciOi.eyJzdWIiOiIxMjM0In0.abc")),
    ("CFG-13", variable("NODE_OPTIONS=--inspect=0.0.0.0:9229")),
    ("CFG-13", configured(Cmd=["--inspect-brk", "server.js"])),
    ("CFG-14", wanted(memory_mb=256)),
    ("CFG-14", all_of(wanted(memory_mb=256), variable("NODE_OPTIONS=--max-old-space-size=250"))),
    ("CFG-14", all_of(wanted(memory_mb=256), configured(Cmd=["--max-old-space-size-percentage=95", "server.js"]))),
    ("FS-01", below("usr/bin/sh", File(**PROGRAM))),
    ("FS-01", below("usr/bin/busybox", link("/nodejs/bin/node"))),
    ("FS-01", all_of(below("usr/bin/ls", link("/bin/busybox")), below("bin/busybox", File(**PROGRAM)))),
    ("FS-01", native("usr/bin/tool", b"BusyBox v1.36")),
    ("FS-01", native("usr/bin/tool", bytes(2 << 18) + b"PS4=+ ")),
    ("FS-02", below("usr/bin/apt-get", File(**PROGRAM))),
    ("FS-02", app("app/node_modules/.bin/corepack", File(**PROGRAM))),
    ("FS-02", app("app/node_modules/npm/package.json", File(b'{"name": "npm", "version": "11.0.0"}'))),
    ("FS-03", below("usr/bin/su", File(mode=0o4755))),
    ("FS-03", below("usr/bin/write", File(mode=0o2755))),
    ("FS-03", below("usr/bin/ping", File(**PROGRAM, pax={"SCHILY.xattr.security.capability": "\x01"}))),
    ("FS-04", below("etc/motd", File(mode=0o666))),
    ("FS-04", below("srv", directory(mode=0o777))),
    ("FS-04", changed("tmp", mode=0o777)),
    ("FS-05", changed("app/server.js", uid=65532)),
    ("FS-05", changed("app/server.js", gid=65532)),
    ("FS-05", changed("app/server.js", mode=0o664)),
    ("FS-05", changed("app/public/manifest.json", uid=0, gid=0)),
    ("FS-05", wanted(writable=["public/manifest.json", ".next/cache", "data"])),
    ("FS-06", app("app/gone", link("nowhere"))),
    ("FS-06", app("app/out", link("../etc/passwd"))),
    ("FS-06", app("app/up", link("../../app/server.js"))),
    ("FS-06", app("app/loop", link("loop"))),
    ("FS-06", app("app/hard", File(type=tarfile.LNKTYPE, target="app/nowhere"))),
    ("FS-06", below("etc/gone", link("/etc/nowhere"))),
    ("FS-07", below("dev/null", File(type=tarfile.CHRTYPE))),
    ("FS-07", app("app/pipe", File(type=tarfile.FIFOTYPE))),
    ("FS-08", changed("etc/passwd", content=b"root:x:0:0::/:/n\nother:x:0:0::/:/n\n")),
    ("FS-08", changed("etc/passwd", content=b"root:x:0:0::/:/n\nroot:x:1:0::/:/n\n")),
    ("FS-08", changed("etc/passwd", content=b"root::0:0::/:/n\n")),
    ("FS-08", changed("etc/group", content=b"a:x:1:\nb:x:1:\n")),
    ("FS-08", below("etc/shadow", File(b"root::19000:0:::::\n", mode=0o600))),
    ("FS-09", app("app/.env.production", File(b"A=1"))),
    ("FS-09", app("app/.git", directory())),
    ("FS-09", below("root/.npmrc", File())),
    ("FS-09", below("root/.ssh/id_ed25519", File())),
    ("FS-09", app("app/terraform.tfstate", File())),
    ("FS-09", app("app/tls.pem", File(b"-----BEGIN EC PRIVATE KEY-----"))),
    (
        "FS-09",
        lambda made: made.layers["public"].update({"app/public/tls.pem": public(b"-----BEGIN PRIVATE KEY-----")}),
    ),
    (
        "FS-19",
        lambda made: made.layers["public"].update({"app/public/a.js": public(b"import '/home/runner/work/app/a.js'")}),
    ),
    ("FS-10", app("app/.next/server/app/page.js.map", File())),
    ("FS-10", lambda made: made.layers["static"].update({"app/.next/static/a.css.map": File()})),
    ("FS-11", app("app/src/page.tsx", File())),
    ("FS-11", app("app/README.md", File())),
    ("FS-11", app("app/node_modules/next/index.d.ts", File())),
    ("FS-11", app("app/lib/a.test.js", File())),
    ("FS-11", app("app/lib/__tests__/a.js", File())),
    ("FS-12", app("app/node_modules/husky/package.json", File(b'{"name": "husky", "version": "9.1.7"}'))),
    ("FS-12", wanted(dev_packages=["react"])),
    ("FS-12", wanted(dev_packages=["react"], loaded_packages=["next"])),
    ("FS-13", dropped("app/server.js")),
    ("FS-13", dropped("app/.next/BUILD_ID")),
    ("FS-13", dropped("app/.next/build-manifest.json")),
    ("FS-13", dropped("app/.next/static/chunks/main.js")),
    ("FS-13", dropped("app/.next/static/chunks/app/[slug]/page.js")),
    ("FS-13", changed("app/.next/build-manifest.json", content=b"[")),
    ("FS-13", app("app/.next/app-build-manifest.json", File(encoded({"pages": {"/": ["static/chunks/x.js"]}})))),
    ("FS-13", lambda made: (made.layers.pop("public"), made.expected.update(writable=[".next/cache"]))),
    (
        "FS-13",
        lambda made: (made.layers.pop("static"), made.server.update({"app/.next/build-manifest.json": File(b"{}")})),
    ),
    ("FS-14", app("app/node_modules/a/a.node", File(elf(RISCV)))),
    ("FS-14", app("app/node_modules/a/a.node", File(elf(AMD64)))),
    ("FS-14", below("usr/lib/bad.so", File(elf(AMD64)[:70]))),
    ("FS-14", native("usr/lib/a.so", needed=["libz.so.1"])),
    ("FS-14", native("usr/lib/a.so", needed=["libc.musl-x86_64.so.1"])),
    ("FS-14", native("usr/bin/a", interpreter="/lib64/ld-linux.so.2")),
    ("FS-15", below("usr/bin/x86_64-linux-gnu-gcc-12", File(**PROGRAM))),
    ("FS-15", below("usr/bin/curl", File(**PROGRAM))),
    ("FS-15", below("usr/bin/python3.11", File(**PROGRAM))),
    ("FS-15", below("usr/bin/nc", link("/nodejs/bin/node"))),
    ("FS-16", app("app/.next/cache/webpack/a.pack", File())),
    ("FS-16", app("app/node_modules/.cache/a", File())),
    ("FS-16", below("tmp/a", File())),
    ("FS-16", below("var/lib/apt/lists/a", File())),
    ("FS-17", changed("app/server.js", mtime=1_700_000_000)),
    ("FS-17", changed("app/public/logo.svg", mtime=0)),
    ("FS-17", changed("app/public/logo.svg", content=b"<svg></svg>")),
    ("FS-17", app("app/a.js", public(b"a"))),
    ("FS-17", changed("app/public", mtime=315532801)),
    ("FS-18", dropped("etc/ssl/certs/ca-certificates.crt")),
    ("FS-18", changed("etc/ssl/certs/ca-certificates.crt", content=b"")),
    ("FS-18", variable("SSL_CERT_FILE=/etc/ssl/other.crt")),
    ("FS-18", all_of(dropped("usr/share/zoneinfo/Etc/UTC"), dropped("etc/localtime"))),
    ("FS-19", app("app/a.js", File(b"require('/src/lib/a.js')"))),
    ("FS-19", app("app/a.mjs", File(b"import 'file:///home/runner/work/app/a.js'"))),
    ("FS-19", app("app/a.js", File(b"require(`/Users/me/app/node_modules/a/b`)"))),
    ("FS-20", app("app/a.bin", File(bytes(1_000_001)))),
    ("LAY-03", lambda made: made.layers["public"].update({"app/.wh.package.json": File()})),
    ("LAY-03", lambda made: made.layers["public"].update({"app/content/.wh..wh..opq": File()})),
    (
        "LAY-03",
        all_of(app("app/a.md", File()), lambda made: made.layers["public"].update({"app/.wh.a.md": File()})),
    ),
    ("LAY-04", reordered),
    ("LAY-04", renamed),
    ("LAY-04", many),
    ("LAY-05", lambda made: made.history.append({"created_by": "|1 A=1 /bin/sh -c make", "empty_layer": True})),
    ("LAY-05", lambda made: made.history.append({"created_by": "ARG TOKEN=1", "empty_layer": True})),
    ("LAY-06", wanted(base_layers={platform: [f"sha256:{'d' * 64}"] for platform in MACHINES})),
    ("LAY-07", preview(previewModeId="development-id")),
    ("LAY-07", preview(previewModeSigningKey="0" * 64)),
    ("LAY-07", preview(previewModeSigningKey=KEYS[2])),
    ("LAY-07", app("app/.next/server/preview-props.json", File(encoded({**PREVIEW, "previewModeEncryptionKey": ""})))),
    (
        "LAY-07",
        app("app/.next/server/server-reference-manifest.json", File(encoded({"encryptionKey": "A" * 43 + "="}))),
    ),
    ("LAY-07", app("app/.next/server/server-reference-manifest.json", File(encoded({"encryptionKey": None})))),
]
"""Check to a change that makes this one fail, and no other."""

PASSING: dict[str, Change] = {
    "untouched": lambda _: None,
    "a limit of the heap": all_of(wanted(memory_mb=256), variable("NODE_OPTIONS=--max-old-space-size=192")),
    "a share of the memory": all_of(
        wanted(memory_mb=256), configured(Cmd=["--max-old-space-size-percentage=75", "server.js"])
    ),
    "a token for browsers": variable("A=eyJhbGciOi.eyJyb2xlIjoiYW5vbiJ9.abc"),
    "the signal by its number": configured(StopSignal="15"),
    "source maps that were asked for": all_of(wanted(source_maps=True), app("app/.next/a.js.map", File())),
    "files that were asked for": all_of(
        wanted(files=["docs/"]), app("app/docs/a.md", File()), app("app/docs/a.js.map", File())
    ),
    "a document that is served": lambda made: made.layers["public"].update({"app/public/a.md": public(b"#")}),
    "a bare name that another package needs": all_of(
        wanted(dev_packages=["react"]),
        changed("app/node_modules/next/package.json", content=b'{"name": "next", "dependencies": {"react": "19"}}'),
    ),
    "a package for development that the server loads": wanted(dev_packages=["react"], loaded_packages=["react"]),
    "a package of another version": wanted(dev_packages=["react@18.0.0"]),
    "a program that is no program": app("app/go/make/curl", File()),
    "a directory with a shell's name": app("app/public/bash", directory()),
    "a certificate": below("etc/ssl/certs/a.pem", File(b"-----BEGIN CERTIFICATE-----")),
    "a link within the app": app("app/a.js", link("/app/server.js")),
    "a hard link": app("app/a.js", File(type=tarfile.LNKTYPE, target="app/server.js")),
    "machine code that is only served": lambda made: made.layers["static"].update(
        {"app/.next/static/a.wasm": File(elf(RISCV))}
    ),
    "machine code in public": lambda made: made.layers["public"].update({"app/public/a.bin": public(elf(RISCV))}),
    "a library beside the one that needs it": all_of(
        native("opt/a/a.so", needed=["libb.so"]), native("opt/a/libb.so.1", soname="libb.so")
    ),
    "a library in the package": all_of(
        native("opt/node_modules/a/x/a.node", needed=["libb.so"]), native("opt/node_modules/a/y/libb.so")
    ),
    "a library on the path of the one that needs it": all_of(
        native("opt/x/a.so", needed=["libb.so"], runpath="$ORIGIN/../y"), native("opt/y/libb.so")
    ),
    "no manifests of keys": dropped("app/.next/prerender-manifest.json"),
    "routes like directories": app(
        "app/a.js", File(b"'/home/settings/', '/src/', '/workspace/new', '/src/middleware'")
    ),
    "the path of another package": app("app/node_modules/a/a.js", File(b"'/home/runner/a/'")),
    "a static export": lambda made: (
        made.expected.update(serve="static", dist="out", writable=[], public=False),
        made.layers.update(
            server={"app/server.js": File(b"serve()"), "app/out/index.html": File(b"<html>")},
            static={"app/out/_next/static/chunks/main.js": File(b"main()")},
            public={},
        ),
    ),
    "an app in a workspace": lambda made: (
        made.expected.update(app="app/apps/shop", dist="apps/shop/.next", writable=[], public=False),
        made.layers.update(
            server={
                "app/apps/shop/server.js": File(b"serve()"),
                "app/apps/shop/.next/BUILD_ID": File(b"one"),
                "app/apps/shop/.next/build-manifest.json": File(encoded(MANIFEST_OF_BUILD)),
            },
            static={
                f"app/apps/shop/.next/{name}": File(b"x()")
                for name in ("static/chunks/main.js", "static/chunks/app/[slug]/page.js")
            },
            public={},
        ),
    ),
}


@pytest.mark.parametrize(("name", "change"), FAILING, ids=lambda value: value if isinstance(value, str) else "")
def test_a_change_makes_exactly_its_check_fail(name: str, change: Change, tmp_path: Path) -> None:
    made = Made()
    change(made)
    report = outcome(made, tmp_path)
    assert failed(report) == {name}, report.findings
    assert not report.passed
    assert all((one.severity, one.fix) == (CHECKS[name].severity, CHECKS[name].fix) for one in found(report))


@pytest.mark.parametrize("change", PASSING.values(), ids=PASSING)
def test_what_is_right_passes(change: Change, tmp_path: Path) -> None:
    made = Made()
    change(made)
    report = outcome(made, tmp_path)
    assert not [*found(report), *found(report, "warns")]
    assert report.passed
    assert set(report.checks.values()) <= {"passed", "not run"}
    assert [name for name, outcome in report.checks.items() if outcome == "not run"] in ([], ["CFG-14"])


def test_every_check_has_a_change_that_it_finds() -> None:
    assert {name for name, _ in FAILING} == set(FUNCTIONS)


def test_the_gate_answers_what_the_table_gives_it() -> None:
    assert set(FUNCTIONS) == {name for name, one in CHECKS.items() if one.gate == "hardening"}


def test_figures_and_platforms_are_told(tmp_path: Path) -> None:
    made = Made()
    report = check(**write(made, tmp_path))
    assert report["platforms"] == ["linux/amd64", "linux/arm64"]
    assert report["digest"].startswith("sha256:")
    figures = result(report).figures
    assert set(figures) == {"mb linux/amd64", "mb linux/arm64", "files"}
    files = [file for layer in (made.bases["linux/amd64"], *made.layers.values()) for file in layer.values()]
    assert figures["files"] == sum(file.type == tarfile.REGTYPE for file in files)


def test_a_finding_of_one_platform_names_it(tmp_path: Path) -> None:
    made = Made()
    made.bases["linux/arm64"]["usr/bin/sh"] = File(mode=0o755)
    report = outcome(made, tmp_path)
    assert places(report) == [("FS-01", "usr/bin/sh")]
    assert report.findings[0].found_in == ("linux/arm64",)


def test_labels_without_a_value_are_skipped(tmp_path: Path) -> None:
    report = outcome(Made(), tmp_path)
    where = "labels description, url, source, version, licenses, vendor, documentation"
    assert ("labels-not-given", where) in places(report, "not-judged")
    assert report.checks["CFG-10"] == "passed"


def test_what_has_nothing_to_compare_with_is_not_run(tmp_path: Path) -> None:
    made = Made()
    arguments = write(made, tmp_path)
    del arguments["expected"]["base_layers"]
    arguments["expected"] |= {"budget_mb": 0, "dev_packages": []}
    report = result(check(**arguments))
    assert report.passed
    assert {name for name, outcome in report.checks.items() if outcome == "not run"} == {
        *("CFG-14", "FS-12", "FS-20", "LAY-06")
    }


def test_keys_that_follow_from_the_source_are_a_remark(tmp_path: Path) -> None:
    made = Made()
    made.expected["seeded"] = False
    report = outcome(made, tmp_path)
    assert report.passed
    assert found(report) == []
    assert places(report, "warns") == [("LAY-07", "app/.next/prerender-manifest.json")]


WAIVER = {"id": "FS-11", "reason": "read by hand", "owner": "ops", "expires": "2026-01-01"}


@pytest.mark.parametrize(
    ("waiver", "wanted"),
    [
        (WAIVER, "waived"),
        ({**WAIVER, "where": "app/*.md"}, "waived"),
        ({**WAIVER, "where": "app/docs/*"}, "failed"),
        ({**WAIVER, "id": "FS-10"}, "failed"),
        ({**WAIVER, "expires": "2025-12-31"}, "failed"),
    ],
)
def test_waivers(waiver: dict[str, str], wanted: str, tmp_path: Path) -> None:
    made = Made()
    made.server["app/README.md"] = File()
    report = outcome(made, tmp_path, waivers=[waiver])
    assert report.checks["FS-11"] == wanted
    assert report.passed == (wanted == "waived")


def test_the_bytes_by_layer_and_package_are_the_size_of_the_image(tmp_path: Path) -> None:
    made = Made()
    made.server["app/node_modules/next/dist/server.js"] = File(b"x" * 5000)
    found = check(**write(made, tmp_path))
    for platform, files in found["files"].items():
        total = sum(one["bytes"] for one in files)
        assert round(total / 1e6, 1) == result(found).figures[f"mb {platform}"]
        by_place = {(one["layer"], one["package"]): one["bytes"] for one in files}
        assert by_place["server", "next"] == 5000
        assert by_place["node_modules", "react@19.0.0"] == len(b'{"name": "react", "version": "19.0.0"}')
        assert ("base", "") in by_place
        layers = [one["layer"] for one in files]
        assert layers == sorted(layers, key=("base", *ORDER).index)
