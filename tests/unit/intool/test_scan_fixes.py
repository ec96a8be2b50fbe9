import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.scan.changes import App
from ci.intool.scan.fixes import Suggestion, fixes
from ci.intool.scan.manifest import diff, edited
from ci.intool.scan.results import Package, Vulnerability
from ci.intool.scan.suggest import suggested
from ci.intool.scan.versions import best, is_fixed
from tests.unit.trivy_reports import report, scanned, vulnerability


@pytest.mark.parametrize(
    ("version", "fixed", "free"),
    [
        ("14.2.31", ["14.2.31", "15.4.5"], True),
        ("14.2.32", ["15.4.5", "14.2.31"], True),
        ("14.2.30", ["14.2.31", "15.4.5"], False),
        ("15.2.3", ["14.2.31", "15.4.5"], False),
        ("15.5.0", ["14.2.31", "15.4.5"], True),
        ("16.0.0", ["14.2.31", "15.4.5"], True),
        ("15.1.3", ["15.0.5", "15.1.9"], False),
        ("15.0.6", ["15.0.5", "15.1.9"], True),
        ("15.2.0", ["15.0.5", "15.1.9"], True),
        ("1.3.0", ["1.2.3", "2.0.4"], True),
        ("4.0.0", ["3.1.2", "5.0.1"], False),
        ("2.0.0-rc.1", ["2.0.0"], False),
        ("1.0.0", [], False),
        ("latest", ["1.0.0"], False),
        ("1.0.0", ["soon"], False),
    ],
)
def test_a_version_is_free_of_a_vulnerability_by_its_line(version: str, fixed: list[str], free: bool) -> None:  # noqa: FBT001
    assert is_fixed(version, fixed) is free


@pytest.mark.parametrize(
    ("installed", "lines", "target"),
    [
        ("14.2.30", [["14.2.31", "15.4.5"]], "14.2.31"),
        ("14.2.30", [["14.2.31"], ["14.2.35"]], "14.2.35"),
        ("14.2.30", [["14.2.31", "15.4.5"], ["15.2.3"]], "15.4.5"),
        ("14.2.30", [["15.4.5"], ["16.0.1"]], "16.0.1"),
        ("8.4.30", [["v8.4.31"]], "8.4.31"),
        ("1.0.0", [[]], ""),
        ("1.0.0", [["0.9.0"]], ""),
        ("workspace", [["1.0.0"]], ""),
    ],
)
def test_the_version_that_fixes_most_with_the_smallest_step(
    installed: str, lines: list[list[str]], target: str
) -> None:
    assert best(installed, lines) == target


MANIFEST = """{
    "name": "app",
    "dependencies": {
        "next": "14.2.30",
        "lodash": "^4.17.20", "zod": "workspace:*"
    },
    "empty": {},
    "devDependencies": {"vite": "~5.0.0"}
}
"""


KINDS = ("npm", "yarn")
"""Trivy's types of lockfiles."""


def one(name: str, version: str, *fixed: str, id: str = "CVE-1", **over: Any) -> Vulnerability:  # noqa: A002
    package = Package(**{"name": name, "version": version, "system": False, "kind": "npm", **over})
    return Vulnerability(id=id, severity="high", package=package, fixed=fixed, title="t")


def suggestions(
    *found: Vulnerability,
    overrides: tuple[str, ...] = ("overrides",),
    by_range: bool = True,
    others: tuple[Package, ...] = (),
    text: str = MANIFEST,
) -> list[Suggestion]:
    app = App(tables=json.loads(text), overrides=overrides, by_range=by_range, kinds=KINDS)
    return fixes(found, [*(v.package for v in found), *others], app)


@pytest.mark.parametrize(
    ("found", "kind", "path", "value"),
    [
        (one("next", "14.2.30", "14.2.31", "15.4.5"), "bump", ("dependencies", "next"), "14.2.31"),
        (one("lodash", "4.17.20", "4.17.21"), "bump", ("dependencies", "lodash"), "^4.17.21"),
        (one("vite", "5.0.1", "5.0.12"), "bump", ("devDependencies", "vite"), "~5.0.12"),
        (one("postcss", "8.4.30", "8.4.31"), "override", ("overrides", "postcss"), "8.4.31"),
        (one("lodash", "3.0.0", "4.17.21", direct=False), "override", ("overrides", "lodash@3.0.0"), "4.17.21"),
    ],
)
def test_a_direct_dependency_is_bumped_and_another_overridden(
    found: Vulnerability, kind: str, path: tuple[str, ...], value: str
) -> None:
    [made] = suggestions(found)
    assert made.kind == kind
    assert made.change
    assert (made.change.path, made.change.value) == (path, value)


@pytest.mark.parametrize("overrides", [("resolutions",), ("pnpm", "overrides")])
@pytest.mark.parametrize("by_range", [True, False])
def test_an_override_stands_where_the_manager_reads_it(overrides: tuple[str, ...], *, by_range: bool) -> None:
    [made] = suggestions(one("postcss", "8.4.30", "8.4.31"), overrides=overrides, by_range=by_range)
    assert made.change
    assert made.change.path == (*overrides, "postcss")


@pytest.mark.parametrize(("by_range", "path"), [(True, ("resolutions", "ws@7.0.0")), (False, None)])
def test_of_several_versions_only_the_vulnerable_one_is_overridden(
    path: tuple[str, ...] | None, *, by_range: bool
) -> None:
    other = Package(name="ws", version="8.18.0", system=False, kind="npm")
    vulnerable = one("ws", "7.0.0", "7.5.10", "8.17.1")
    [made] = suggestions(vulnerable, overrides=("resolutions",), by_range=by_range, others=(other,))
    assert (made.change and made.change.path) == path
    assert (", by hand" in made.text) is (path is None)


def test_what_is_no_plain_version_is_left_to_people() -> None:
    [made] = suggestions(one("zod", "3.22.2", "3.22.3"))
    assert made.kind == "bump"
    assert made.change is None
    assert "by hand" in made.text


def test_a_loose_range_stays_loose() -> None:
    text = '{"dependencies": {"a": "14", "b": "14.x", "c": ">=1.0.0", "d": "latest"}}'
    made = suggestions(
        one("a", "14.0.0", "14.2.1"), one("b", "14.0.0", "14.2.1"), one("c", "1.0.0", "1.0.1"),
        one("d", "1.0.0", "1.0.1"), text=text,
    )  # fmt: skip
    assert [s.change and s.change.value for s in made] == ["^14.2.1", "^14.2.1", ">=1.0.1", None]


def test_a_step_within_the_major_version_comes_before_the_next_one() -> None:
    made = suggestions(
        one("next", "14.2.30", "14.2.31", id="CVE-1"),
        one("next", "14.2.30", "14.2.32", "15.4.5", id="CVE-2"),
        one("next", "14.2.30", "15.5.0", id="CVE-3"),
    )
    assert [(s.target, s.ids) for s in made] == [("14.2.32", ("CVE-1", "CVE-2")), ("15.5.0", ("CVE-3",))]
    assert "major" not in made[0].text
    assert "major" in made[1].text


def test_the_systems_packages_need_a_newer_base_and_what_a_package_carries_needs_that_package() -> None:
    made = suggestions(
        one("libc6", "2.36-9", "2.36-9+deb12u13", id="CVE-1", system=True, kind="debian"),
        one("zlib1g", "1.2.13", id="CVE-2", system=True, kind="debian"),
        one("ws", "8.0.0", "8.17.1", id="CVE-3", path="app/node_modules/next/dist/compiled/ws/package.json"),
        one("glob", "8.0.0", "8.17.1", id="CVE-4", path="app/node_modules/a/node_modules/glob/package.json"),
        one("stdlib", "1.20.0", "1.20.1", id="CVE-5", kind="gobinary"),
    )
    assert {(s.kind, s.package, s.ids) for s in made} == {
        ("rebase", "the base image", ("CVE-1",)),
        ("parent", "next", ("CVE-3",)),
        ("override", "glob", ("CVE-4",)),
    }


def test_only_packages_that_package_json_decides_are_changed() -> None:
    kinds = ("npm", "yarn", "node-pkg", "composer", "pnpm")
    made = suggestions(*(one(f"p-{kind}", "1.0.0", "1.0.1", kind=kind) for kind in kinds))
    assert [found.package for found in made] == ["p-node-pkg", "p-npm", "p-yarn"]


def test_the_suggestion_that_removes_most_comes_first() -> None:
    made = suggestions(
        one("lodash", "4.17.20", "4.17.21"),
        one("next", "14.2.30", "14.2.31", id="CVE-2"),
        one("next", "14.2.30", "14.2.31", id="CVE-3"),
        one("next", "14.2.30", "14.2.31", id="CVE-3", path="app/node_modules/next/package.json"),
    )
    assert [s.ids for s in made] == [("CVE-2", "CVE-3"), ("CVE-1",)]


@pytest.mark.parametrize(
    ("text", "path", "value"),
    [
        (MANIFEST, ("dependencies", "next"), "14.2.31"),
        (MANIFEST, ("dependencies", "zod"), "3.22.3"),
        (MANIFEST, ("overrides", "postcss"), "8.4.31"),
        (MANIFEST, ("pnpm", "overrides", "@a/b"), "8.4.31"),
        (MANIFEST, ("empty", "postcss"), "8.4.31"),
        (MANIFEST, ("devDependencies", "new"), "1.0.0"),
        (MANIFEST.rstrip("\n"), ("overrides", "postcss"), "8.4.31"),
        (MANIFEST.replace("\n", "\r\n"), ("overrides", "postcss"), "8.4.31"),
        (MANIFEST.replace("    ", "\t"), ("pnpm", "overrides", "postcss"), "8.4.31"),
        ("{}", ("overrides", "a"), "1.0.0"),
        ('{"a": 1}', ("overrides", "a"), "1.0.0"),
        ('{"a": "\u2028"}\n', ("overrides", "ä"), "1.0.0"),
        ("\ufeff" + MANIFEST, ("overrides", "postcss"), "8.4.31"),
        ('{"overrides": {"a": "1"}, "overrides": {"a": "2"}}', ("overrides", "a"), "3.0.0"),
    ],
)
@pytest.mark.parametrize("file", ["package.json", "apps/my web/package.json"])
def test_git_applies_the_patch_and_nothing_else_changes(
    tmp_path: Path, text: str, path: tuple[str, ...], value: str, file: str
) -> None:
    target = tmp_path / file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text.encode())
    new = edited(text, path, value)
    patch = diff(text, new, file)
    done = subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=patch.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode() + patch
    assert target.read_bytes() == new.encode()
    before, after = json.loads(text.removeprefix("\ufeff")), json.loads(new.removeprefix("\ufeff"))
    place = before
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value
    assert list(after) == list(before)
    assert after == before
    changed = [line for line in patch.splitlines() if line[:1] == "-" and line[:3] != "---"]
    assert len(changed) <= 2


@pytest.mark.parametrize("text", ["", "[]", '{"overrides": []}', '{"overrides": "x"}', "{", '{"a": 1', "nonsense"])
def test_a_file_that_is_no_package_json_is_reported(text: str) -> None:
    with pytest.raises(Failure, match=r"package\.json is not a JSON object"):
        edited(text, ("overrides", "a"), "1")


def test_all_patches_together_are_one() -> None:
    found = report(
        vulnerability("next", "14.2.30", "14.2.31", id="CVE-1"),
        vulnerability("postcss", "8.4.30", "8.4.31", id="CVE-2"),
        vulnerability("next", "14.2.30", "15.4.5", id="CVE-3"),
    )
    app = App(tables=json.loads(MANIFEST), overrides=("overrides",), by_range=True, kinds=KINDS)
    reported = suggested([scanned(found)], app, MANIFEST, "package.json")
    added = [line for line in reported["patch"].splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert [line.strip("+, {") for line in added] == [
        '"next": "14.2.31"',
        '"devDependencies": {"vite": "~5.0.0"}',
        '"overrides":',
        '"postcss": "8.4.31"',
        "}",
    ]
    assert [s["ids"] for s in reported["suggestions"]] == [("CVE-1",), ("CVE-3",), ("CVE-2",)]
    assert '+        "next": "15.4.5"' in reported["suggestions"][1]["patch"]
