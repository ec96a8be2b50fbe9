"""The apps of the engine tests: they cover what they should, and hold what they must not only when made."""

import json
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ci.decide.config.parse import parse
from ci.decide.ecosystems import ECOSYSTEMS
from tests.apps import BROKEN, CREATED, GENERATED, SHAPES, App
from tests.apps.sources import png
from tests.apps.versions import NEXT, REACT

ALL = (*CREATED, *SHAPES, GENERATED, *BROKEN)
OWN = (*SHAPES, GENERATED, *BROKEN)
EXACT = re.compile(r"\d+\.\d+\.\d+|workspace:[*^]")


def test_names_are_unique_package_names() -> None:
    names = [app.name for app in ALL]
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z0-9-]+", name)] == []


def test_generated_apps_cover_each_choice_twice() -> None:
    options = [app.write.args for app in CREATED]
    majors = [major for major, _ in options]
    assert {major: majors.count(major) for major in NEXT if majors.count(major) < 2} == {}
    for choice in ("npm", "pnpm", "yarn", "bun"):
        assert len({major for major, given in options if f"--use-{choice}" in given}) >= 2, choice
    for choice in ("app", "no-app", "ts", "js", "src-dir", "no-src-dir", "tailwind", "no-tailwind"):
        assert len({major for major, given in options if f"--{choice}" in given}) >= 2, choice


def test_generated_apps_differ() -> None:
    assert len({app.write.args for app in CREATED}) == len(CREATED)


def test_each_package_manager_locks_some_app() -> None:
    locks = {getattr(app.lock, "__name__", None) or f"pnpm@{app.lock.args[0]}" for app in ALL}
    for manager in ECOSYSTEMS:
        assert any(name.startswith(manager.id) for name in locks), manager.id
    assert {"pnpm@8.15.9", "pnpm@10.33.0"} <= locks


@pytest.mark.parametrize("app", ALL, ids=lambda app: app.name)
def test_pipeline_file_is_valid(app: App) -> None:
    health = parse(app.pipeline, app.name).runtime.health
    assert not health or health.path == app.health
    assert not app.pipeline or app.pipeline.startswith("version: 2\n")


def test_every_app_says_what_must_be_true() -> None:
    assert [app.name for app in (*CREATED, *SHAPES) if not any(ask.text for ask in app.asks)] == []
    assert [app.name for app in BROKEN if not app.blames or app.asks] == []


@pytest.fixture(params=[app for app in OWN if hasattr(app.write, "args")], ids=lambda app: app.name)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[App, Path]]:
    """The source of an app that is written from a table, before its lockfile is made."""
    request.param.write(tmp_path)
    return request.param, tmp_path


def test_own_apps_pin_all_that_they_use(source: tuple[App, Path]) -> None:
    app, root = source
    manifests = [json.loads(file.read_text()) for file in root.rglob("package.json")]
    tables = [package.get(key, {}) for package in manifests for key in ("dependencies", "devDependencies")]
    assert [(name, v) for table in tables for name, v in table.items() if not EXACT.fullmatch(v)] == []
    main = json.loads((root / app.directory / "package.json").read_text())["dependencies"]
    assert (main["next"], main["react"]) in {(NEXT[major], REACT[major]) for major in NEXT}
    assert main["react"] == main["react-dom"]


def test_own_apps_bring_no_lockfile(source: tuple[App, Path]) -> None:
    names = {name for manager in ECOSYSTEMS for name in manager.lockfiles}
    assert [file for file in source[1].rglob("*") if file.name in names] == []


def test_picture_is_a_png() -> None:
    picture = png(5, 3)
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        kind, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        assert struct.unpack(">I", picture[at + 8 + length : at + 12 + length]) == (zlib.crc32(kind + data),)
        chunks[kind] = data
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    assert struct.unpack(">IIBB", chunks[b"IHDR"][:10]) == (5, 3, 8, 2)
    assert len(zlib.decompress(chunks[b"IDAT"])) == 3 * (1 + 5 * 3)
