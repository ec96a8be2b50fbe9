"""Proofs that a build can be repeated, and the first byte that differs where it cannot."""

import re
import shutil
from pathlib import Path

import pytest

from ci.messages import catalogue
from tests.apps.tiny import edit
from tests.engine.released import COMMIT, Call, Released
from tests.engine.test_errors import assert_explained

pytestmark = pytest.mark.engine

PROVEN = "built again from nothing, with empty caches and another clock: the same bytes"


def test_the_reference_app_after_a_change(call: Call, mini: Path) -> None:
    """Its first build starts with the cache of webpack that the build before the change left."""
    platform = ("--platforms", "linux/amd64")
    before = call(*platform, "build", "sync", source=mini)
    assert before.code == 0, before.error
    page = mini / "src/app/login/page.tsx"
    page.write_text(page.read_text().replace("<h1>Sign in to", "<h1>Sign in again to"))
    called = call(*platform, "prove", source=mini)
    assert called.code == 0, called.error
    assert re.match(r"sha256:[0-9a-f]{64}\n", called.stdout)
    assert PROVEN in called.stdout


def test_chance_in_a_page_is_named_to_the_byte(call: Call, tiny: Path, tmp_path: Path) -> None:
    source = shutil.copytree(tiny, tmp_path / "chance")
    edit(source, "{Math.random()}")
    called = call("prove", source=source)
    assert_explained(called, "layer server: app/.next/server/app/", catalogue()["proof.different"].fix)
    found = re.search(r"bytes (\d+) to (\d+) differ first:\n +A: (.+)\n +B: (.+)", called.error)
    assert found, called.error
    assert int(found[1]) < int(found[2])
    assert found[3] != found[4]


def test_a_source_is_that_of_a_published_image(call: Call, tiny: Path, shipped: Released) -> None:
    called = call(*COMMIT, "--git-ref", "refs/tags/v1.2.3", "prove", "--ref", shipped.ref, source=tiny)
    assert called.code == 0, called.error
    assert called.stdout.startswith(f"{shipped.digest}\n")
    assert PROVEN in called.stdout


def test_a_source_is_not_that_of_another_version(call: Call, tiny: Path, shipped: Released) -> None:
    called = call(*COMMIT, "--git-ref", "refs/tags/v1.2.4", "prove", "--ref", shipped.ref, source=tiny)
    assert_explained(called, f"the image is {shipped.digest}", '"1.2.3" in A and "1.2.4" in B')
