"""Apps that nobody here wrote: two majors of create-next-app, npm and pnpm, published as they come."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import REGISTRY, Called, command, tags

pytestmark = pytest.mark.engine


@dataclass(frozen=True)
class Generated:
    """How an app is made: the generator's version and options, and what writes the lockfile."""

    name: str
    version: str
    options: tuple[str, ...]
    lock: tuple[str, ...]


APPS = (
    Generated(
        "next15-npm",
        "15.5.28",
        ("--ts", "--app", "--src-dir", "--tailwind", "--no-eslint", "--no-turbopack", "--use-npm"),
        ("npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"),
    ),
    Generated(
        "next16-pnpm",
        "16.4.3",
        ("--ts", "--app", "--no-src-dir", "--no-tailwind", "--no-linter", "--use-pnpm"),
        ("npx", "--yes", "pnpm@10.33.0", "install", "--lockfile-only", "--ignore-scripts"),
    ),
)


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_published_unmodified(app: Generated, call: Callable[..., Called], tmp_path: Path) -> None:
    assert shutil.which("npx"), "the generator is an npm package"
    generator = f"create-next-app@{app.version}"
    common = ("--import-alias", "@/*", "--disable-git", "--skip-install", "--yes")
    made = command("npx", "--yes", generator, app.name, *app.options, *common, cwd=tmp_path, deadline=240)
    assert made.code == 0, made.stderr
    source = tmp_path / app.name
    locked = command(*app.lock, cwd=source, deadline=240)
    assert locked.code == 0, locked.stderr

    called = call("--address", f"{REGISTRY}/{app.name}:test", "publish", source=source)

    assert called.code == 0, called.error or called.stderr[-3000:]
    assert "smoke        passed" in called.stdout
    assert "all by detection" in called.stdout
    assert tags(app.name) == ["test"]
    fonts = _fonts(app.name, tmp_path)
    assert fonts
    assert all(font[:4] == b"wOF2" for font in fonts)


def _fonts(repository: str, home: Path) -> list[bytes]:
    archive = home / "root.tar"
    platform = ("--platform", "linux/amd64")
    tree = home / "root"
    assert command("regctl", "image", "export", *platform, f"{REGISTRY}/{repository}:test", archive).code == 0
    tree.mkdir()
    assert command("tar", "-xf", archive, "-C", tree).code == 0
    layers = [p for p in tree.rglob("*") if p.is_file() and p.read_bytes()[:2] == b"\x1f\x8b"]
    unpacked = home / "files"
    unpacked.mkdir()
    for layer in layers:
        command("tar", "-xzf", layer, "-C", unpacked)
    return [font.read_bytes() for font in unpacked.rglob(".next/static/**/*.woff2")]
