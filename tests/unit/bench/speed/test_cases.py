"""Cases, apps and their changes as data."""

import json
import re
from pathlib import Path

import pytest

from bench.speed import generated
from bench.speed.apps import APPS, MINI, SERIES, moontv, patched
from bench.speed.cases import CASES, COLD, COMPONENT, CSS, DEPENDENCY, GUARDED, PAGE, SUBJECTS, WARM, chosen
from bench.speed.changes import Change, ChangeError, changed

APP = pytest.mark.parametrize("app", APPS.values(), ids=lambda app: app.name)


def test_names_are_unique_and_subjects_known() -> None:
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    assert all(set(case.subjects) <= set(SUBJECTS) for case in CASES)
    assert set(GUARDED) <= {case.name for case in CASES if case.start == WARM}


def test_cases_are_chosen_by_name_in_the_order_of_the_table() -> None:
    assert chosen([]) == CASES
    assert [case.name for case in chosen(["nothing", "cold"])] == ["cold", "nothing"]
    with pytest.raises(ValueError, match="no such case: none; there are cold"):
        chosen(["none", "cold"])


@APP
@pytest.mark.parametrize("name", [PAGE, COMPONENT, CSS])
def test_every_app_has_the_line_that_a_change_changes(app, name: str) -> None:
    change = app.changes[name]
    text = app.source()[change.file].decode()
    one, two = change.on(text, 1), change.on(text, 2)
    assert len({text, one, two}) == 3


@APP
def test_every_app_has_what_the_peers_need(app) -> None:
    files = app.source()
    assert re.fullmatch(r"pnpm@\d+\.\d+\.\d+", json.loads(files["package.json"])["packageManager"])
    for inside in app.apps:
        place = "" if inside == "." else f"{inside}/"
        assert "standalone" in files[f"{place}next.config.js"].decode()
        assert "build" in json.loads(files[f"{place}package.json"])["scripts"]


def test_points_of_series_are_apps_and_cases_that_exist() -> None:
    for series in SERIES:
        assert len(series.points) > 1
        for app, case in series.points.values():
            assert app in APPS
            assert case in {one.name for one in CASES}


def test_a_file_takes_several_changes_each_with_its_own_number() -> None:
    changes = {"a": Change(file="f", find="A", put="a{n}"), "b": Change(file="f", put="b{n}\n")}
    assert changed({"f": "A A\n"}, changes, {"a": 1, "b": 2}) == {"f": "a1 A\nb2\n"}
    assert changed({"f": "A A\n"}, changes, {}) == {}


def test_a_change_that_does_not_fit_is_an_error() -> None:
    changes = {"a": Change(file="f", find="A", put="")}
    with pytest.raises(ChangeError, match="f has no 'A'"):
        changed({"f": "B"}, changes, {"a": 1})
    with pytest.raises(ChangeError, match="the app has no f"):
        changed({}, changes, {"a": 1})


def test_a_page_is_changed_in_what_it_shows_not_in_a_comment() -> None:
    change = MINI.changes[PAGE]
    assert "Sign in (7) to" in change.on(MINI.source()[change.file].decode(), 7)


def test_peers_get_the_patches_that_the_pipeline_file_declares() -> None:
    route = b"export const runtime = 'edge';\n"
    assert patched(MINI, "src/app/api/a/route.ts", route) == b"export const runtime = 'nodejs';\n"
    assert patched(MINI, "src/app/layout.tsx", b"").endswith(b"export const dynamic = 'force-dynamic';\n")
    assert patched(MINI, "src/lib/route.tsx", route) == route
    assert patched(APPS["routes-1"], "src/app/route.ts", route) == route


def test_no_route_of_the_example_is_left_for_the_edge() -> None:
    left = [path for path, text in MINI.source().items() if b"'edge'" in patched(MINI, path, text)]
    assert [path for path in left if path.endswith((".ts", ".tsx"))] == []


def test_moontv_is_a_directory_without_what_was_installed(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/a.js").touch()
    (tmp_path / "start.js").touch()
    assert moontv(tmp_path).source() == {"start.js": b""}


@pytest.mark.parametrize("count", [1, 10, 50])
def test_routes_are_as_many_as_asked_for_and_differ(count: int) -> None:
    pages = [text for path, text in generated.routes(count).files.items() if path.endswith("page.jsx")]
    assert len(pages) == len(set(pages)) == count


def test_dependencies_are_as_many_as_asked_for_and_used() -> None:
    files = generated.dependencies(10).files
    declared = json.loads(files["package.json"])["dependencies"]
    assert len(set(declared) - {"next", "react", "react-dom"}) == 10
    assert all(f"from '{name}'" in files["app/page.jsx"] for name in generated.PACKAGES)
    with pytest.raises(ValueError, match="1 to 10 packages, not 11"):
        generated.dependencies(11)


def test_a_workspace_has_apps_of_their_own_and_one_manager() -> None:
    made = generated.workspace(5)
    assert len(made.apps) == 5
    assert [json.loads(made.files[f"{app}/package.json"])["name"] for app in made.apps] == [
        "a1",
        "a2",
        "a3",
        "a4",
        "a5",
    ]
    assert [path for path, text in made.files.items() if "packageManager" in text] == ["package.json"]


def test_a_cold_case_changes_the_app_so_that_no_earlier_result_is_its_answer() -> None:
    assert all(case.change for case in CASES if case.start == COLD)
    assert DEPENDENCY in {case.change for case in CASES}
