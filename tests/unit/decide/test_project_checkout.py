"""Checkouts that lack something: submodules, and files of git-LFS."""

import json
from typing import Any

import pytest

from ci.decide.project.checkout import submodules
from ci.decide.project.detect import read as detect
from ci.decide.project.facts import Project
from ci.decide.project.source_files import SourceFiles
from ci.errors import ProjectError

GITMODULES = """\
[submodule "theme"]
\tpath = themes/my theme
\turl = https://git.example/theme.git
[submodule "ünïcode"]
  path="lib/ü"
  url = ../lib.git
[submodule "bad"]
\tpath = ../outside
"""
NEXT: dict[str, Any] = {"name": "app", "dependencies": {"next": "15.5.0"}}


def read(
    package: dict[str, Any] | None = None, *, app: str = "", exclude: tuple[str, ...] = (), **seen: Any
) -> Project:
    files = {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n", "package.json": json.dumps(package or NEXT)}
    files |= seen.pop("files", {})
    source = SourceFiles(entries=[*files], files=files, paths=["app/page.tsx"], **seen)
    return detect(source, app=app, exclude=exclude)


def refused(*args: Any, **kwargs: Any) -> tuple[str, dict[str, object]]:
    with pytest.raises(ProjectError) as error:
        read(*args, **kwargs)
    return error.value.id, dict(error.value.facts)


def test_paths_of_submodules_are_read_as_git_writes_them() -> None:
    assert submodules(GITMODULES) == ("themes/my theme", "lib/ü")
    assert submodules("") == ()


@pytest.mark.parametrize("path", ["public", "public/fonts", "src/vendor", "app/shared", "pages/x"])
def test_an_empty_submodule_in_the_apps_own_code_is_an_error(path: str) -> None:
    assert refused(empty_submodules=[path, "docs/theme"]) == ("project.empty-submodule", {"paths": [path]})


def test_an_empty_submodule_that_is_a_package_of_the_workspace_is_an_error() -> None:
    workspace = {
        "pnpm-workspace.yaml": "packages: ['packages/*', 'apps/*']\n",
        "apps/web/package.json": json.dumps(NEXT),
    }
    root = {"name": "root"}
    found = refused(root, files=workspace, empty_submodules=["packages/ui"])
    assert found == ("project.empty-submodule", {"paths": ["packages/ui"]})
    assert read(root, files=workspace, empty_submodules=["docs"]).app == "apps/web"


@pytest.mark.parametrize("path", ["apps", "apps/web"])
def test_an_app_in_an_empty_submodule_is_an_error(path: str) -> None:
    assert refused(app="apps/web", empty_submodules=[path]) == ("project.empty-submodule", {"paths": [path]})


def test_a_source_of_nothing_but_empty_submodules_is_an_error() -> None:
    with pytest.raises(ProjectError) as error:
        detect(SourceFiles(entries=["web"], files={".gitmodules": GITMODULES}, empty_submodules=["web"]))
    assert (error.value.id, error.value.facts) == ("project.empty-submodule", {"paths": ["web"]})


def test_any_other_empty_submodule_is_a_warning() -> None:
    (found,) = read(empty_submodules=["docs/theme", "publicity"]).warnings
    assert (found.id, found.facts) == ("warning.empty-submodule", {"paths": ["docs/theme", "publicity"]})
    assert "git submodule update --init" in found.line


def test_pointers_that_the_image_would_serve_are_an_error() -> None:
    pointers = [f"public/{n}.png" for n in range(7)]
    found = refused(pointers=["src/logo.png", *pointers])
    assert found == ("project.lfs-pointer", {"files": f"{', '.join(pointers[:5])} and 2 more"})


@pytest.mark.parametrize("glob", ["public/video", "public/**", "**/*.mp4", "./public/video/a b.mp4"])
def test_pointers_that_the_image_does_not_get_are_none(glob: str) -> None:
    assert read(pointers=["public/video/a b.mp4"], exclude=(glob,)).warnings == ()


@pytest.mark.parametrize("glob", ["video", "public/*.mp4", "public/vid"])
def test_an_exclusion_of_something_else_is_no_way_out(glob: str) -> None:
    assert refused(pointers=["public/video/a.mp4"], exclude=(glob,))[0] == "project.lfs-pointer"


def test_pointers_that_only_the_build_may_read_are_a_warning() -> None:
    (found,) = read(pointers=["assets/größe.png", "docs/a.png"]).warnings
    assert (found.id, found.facts) == ("warning.lfs-pointer", {"files": "assets/größe.png, docs/a.png"})
    assert "git lfs pull" in found.line


def test_pointers_of_other_packages_of_a_workspace_are_none() -> None:
    workspace = {"pnpm-workspace.yaml": "packages: ['apps/*']\n", "apps/web/package.json": json.dumps(NEXT)}
    workspace["apps/other/package.json"] = "{}"
    found = read({"name": "root"}, files=workspace, pointers=["apps/other/public/a.png", "docs/a.png"])
    assert "warning.lfs-pointer" not in {one.id for one in found.warnings}
    assert refused({"name": "root"}, files=workspace, pointers=["apps/web/public/a.png"])[0] == "project.lfs-pointer"
