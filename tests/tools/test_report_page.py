"""The report's page in Debian's Chromium: sizes, colours, keyboard, no network, no script, and axe's rules.

The browser is driven by playwright-core, and judged by axe-core; both are packages of npm, pinned by their integrity.
"""

import hashlib
import json
import subprocess
import tarfile
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.tools.conftest import required
from tests.unit.report.test_html import CHINESE, PAGES

PACKAGES: Mapping[str, tuple[str, str]] = {
    "playwright-core": (
        "1.65.1",
        "sha512-hqPpz7blSMPxWVdoeE1yiBSzXsKiVOd2k+kjCvmUywD2GPO2Dd9HfcWnq9NN0GHbNZDFgZ9JfBFr+X5/BLo0qw==",
    ),
    "axe-core": (
        "4.14.1",
        "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
    ),
}
"""Name to version and integrity, as npm writes it."""

SHOWN = {
    "every kind": PAGES["every kind"],
    "nothing": PAGES["nothing"],
    "every kind zh": CHINESE["every kind"],
}

BACKS = {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}
"""The page's own colour of each scheme, from style.css."""


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the packages, each as it was pinned."""
    home = tmp_path_factory.mktemp("modules")
    for name, (version, integrity) in PACKAGES.items():
        packed = ["npm", "pack", "--silent", "--ignore-scripts", f"{name}@{version}"]
        file = home / subprocess.run(packed, cwd=home, capture_output=True, text=True, check=True).stdout.strip()
        found = f"sha512-{b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()}"
        assert found == integrity, f"{name}@{version} is not what was pinned"
        with tarfile.open(file) as archive:
            archive.extractall(home / name, filter="data")
        (home / name / "package").rename(home / "unpacked")
        (home / name).rmdir()
        (home / "unpacked").rename(home / name)
    return home


@pytest.fixture(scope="module")
def seen(modules: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the browser found, of one start for all tests; screenshots are in ``shots`` of pytest's directory."""
    required("chromium", "node", "npm")
    home = tmp_path_factory.mktemp("shots")
    files = {name: home / f"{name.replace(' ', '-')}.html" for name in SHOWN}
    for name, file in files.items():
        file.write_text(SHOWN[name], "utf-8")
    asked = {
        "modules": str(modules),
        "browser": "/usr/bin/chromium",
        "pages": {name: str(file) for name, file in files.items()},
        "shots": str(home),
    }
    program = Path(__file__).with_name("report_page.cjs")
    done = subprocess.run(
        ["node", str(program), json.dumps(asked)], capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def named(visit: Mapping[str, Any]) -> str:
    return f"{visit['name']}, {visit['size']}, {visit['colours']}"


def test_every_page_is_seen_in_both_sizes_and_colours(seen: dict[str, Any]) -> None:
    assert len(seen["visits"]) == len(SHOWN) * 4
    assert {named(one): one["back"] for one in seen["visits"]} == {
        named(one): BACKS[one["colours"]] for one in seen["visits"]
    }


def test_nothing_is_fetched_and_nothing_goes_wrong(seen: dict[str, Any]) -> None:
    visits = [*seen["visits"], seen["scriptless"]]
    assert [one["requests"] for one in visits] == [[]] * len(visits)
    assert [one["errors"] for one in seen["visits"]] == [[]] * len(seen["visits"])


def test_no_page_scrolls_sideways(seen: dict[str, Any]) -> None:
    assert {named(one): (one["closed"], one["open"]) for one in seen["visits"] if one["closed"] or one["open"]} == {}


def test_axe_finds_nothing(seen: dict[str, Any]) -> None:
    assert {named(one): one["violations"] for one in seen["visits"] if one["violations"]} == {}
    assert min(one["passes"] for one in seen["visits"]) > 10


def test_no_label_of_the_treemap_reaches_out_of_its_piece(seen: dict[str, Any]) -> None:
    labels = {one["name"]: one["labels"] for one in seen["visits"]}
    assert labels["every kind"]["all"] > 5
    assert labels["nothing"]["all"] == 0
    assert all(one["out"] == [] for one in labels.values()), labels


def test_the_keyboard_reaches_everything_in_order_and_is_seen(seen: dict[str, Any]) -> None:
    keyboard = seen["keyboard"]
    assert keyboard["wanted"] > 20
    assert keyboard["order"] == list(range(keyboard["wanted"]))
    assert keyboard["unseen"] == []
    assert keyboard["opens"]
    assert keyboard["left"] == 1


def test_without_script_all_tables_and_pictures_are_there(seen: dict[str, Any]) -> None:
    scriptless = seen["scriptless"]
    assert len(scriptless["tables"]) > 5
    assert all(scriptless["tables"])
    assert scriptless["map"]
    assert not scriptless["field"]
