"""Apps published as they come: four majors of create-next-app, five package managers; one that lacks code and fonts."""

import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.apps import CREATED, GENERATED, App
from tests.apps.app import often
from tests.conftest import REGISTRY, Called, command, tags
from tests.engine.released import passed

pytestmark = pytest.mark.engine

NO_GOOGLE_FONTS = {"next14-pnpm8", "next14-bun"}
"""Apps whose templates bring their fonts along; all others use some that the pipeline has as packages."""


@pytest.mark.parametrize("app", often((*CREATED, GENERATED), "next13-yarn", "next15-npm", "generated"))
def test_published_unmodified(app: App, call: Callable[..., Called], tmp_path: Path) -> None:
    source, file = app.make(tmp_path), tmp_path / "old.yaml"
    file.write_text(app.pipeline)
    old = ("--pipeline-file", file) if app.pipeline else ()

    called = call(*old, "--address", f"{REGISTRY}/{app.name}:test", "publish", source=source)

    assert called.code == 0, called.error or called.stderr[-3000:]
    assert {"smoke", "slim"} <= passed(called.stdout)
    assert re.search("waived: .*CVE-" if old else "all by detection", called.stdout)
    assert tags(app.name) == ["test"]
    fonts = _fonts(app.name, tmp_path)
    assert bool(fonts) == (app.name not in NO_GOOGLE_FONTS)
    assert all(font[:4] == b"wOF2" for font in fonts)


def _fonts(repository: str, home: Path) -> list[bytes]:
    archive = home / "root.tar"
    platform = ("--platform", "linux/amd64")
    tree = home / "root"
    assert command("regctl", "image", "export", *platform, f"{REGISTRY}/{repository}:test", archive).code == 0
    with tarfile.open(archive) as exported:
        exported.extractall(tree, filter="data")
    unpacked = home / "files"
    for layer in tree.rglob("*"):
        if layer.is_file() and layer.read_bytes()[:2] == b"\x1f\x8b":
            with tarfile.open(layer) as files:
                files.extractall(unpacked, filter="fully_trusted")  # noqa: S202  our own image
    return [font.read_bytes() for font in unpacked.rglob(".next/static/**/*.woff2")]
