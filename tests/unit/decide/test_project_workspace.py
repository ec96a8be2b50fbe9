"""The app in a workspace, and the packages that it needs."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ci.decide.project.detect import read
from ci.decide.project.globs import selected
from ci.decide.project.source_files import SourceFiles
from ci.decide.project.workspace import POINT
from ci.errors import ProjectError
from ci.messages import message
from tests.unit.decide.test_project import NPM, PNPM_9, YARN

NEXT = {"next": "15.5.0"}
TURBO = {"devDependencies": {"turbo": "2.5.0"}}


def package(name: str, *needs: str, build: bool = True, **keys: Any) -> str:
    """A package.json; with ``next`` where its name is that of an app."""
    dependencies = dict.fromkeys(needs, "workspace:*") | (NEXT if name in ("web", "docs", "site") else {})
    scripts = {"build": "tsc"} if build else {}
    return json.dumps({"name": name, "dependencies": dependencies, "scripts": scripts} | keys)


def workspace(
    packages: Mapping[str, str], globs: str = "packages:\n  - apps/*\n  - packages/*\n", **files: str
) -> SourceFiles:
    """A pnpm workspace: package.json by directory."""
    manifests = {f"{directory}/package.json": text for directory, text in packages.items()}
    root = {"package.json": package("root"), "pnpm-lock.yaml": PNPM_9, "pnpm-workspace.yaml": globs}
    dotted = {path.replace("__", "/").replace("_", "."): text for path, text in files.items()}
    all_files = {**root, **manifests, **dotted}
    return SourceFiles(
        entries=[path for path in all_files if "/" not in path], files={p: t for p, t in all_files.items() if t}
    )


# Globs


@pytest.mark.parametrize(
    ("patterns", "directory", "expected"),
    [
        (["apps/*"], "apps/web", True),
        (["apps/*"], "apps/web/test", False),
        (["apps/*"], "other/apps/web", False),
        (["./apps/*/"], "apps/web", True),
        (["apps/**"], "apps/web", True),
        (["apps/**"], "apps/a/b/c", True),
        (["apps/**"], "apps", True),
        (["apps/**"], "appsx/web", False),
        (["**"], "web", True),
        (["**/web"], "web", True),
        (["**/web"], "a/b/web", True),
        (["**/web"], "a/xweb", False),
        (["apps/web"], "apps/web", True),
        (["apps/we?"], "apps/web", True),
        (["apps/we?"], "apps/we/b", False),
        (["{apps,packages}/*"], "packages/ui", True),
        (["{apps,packages}/*"], "other/ui", False),
        (["apps/{web"], "apps/{web", True),
        (["apps/a.b"], "apps/axb", False),
        (["*"], "web", True),
        (["*"], "apps/web", False),
        (["."], "web", False),
        (["apps/*", "!apps/old"], "apps/old", False),
        (["!apps/old", "apps/*"], "apps/old", False),
        (["apps/**", "!**/test/**"], "apps/web/test/fixture", False),
        (["apps/**", "!**/test/**"], "apps/web/tests", True),
        (["!apps/old"], "apps/web", False),
        ([], "apps/web", False),
    ],
)
def test_globs(patterns: list[str], directory: str, expected: object) -> None:
    assert selected(patterns, directory) is expected


# Which app


def test_the_only_package_with_next_is_the_app() -> None:
    web = package("web", version="2.0.0", license="MIT", description="The app")
    found = read(workspace({"apps/web": web, "packages/ui": package("ui")}))
    assert (found.app, found.reasons["app"]) == ("apps/web", "the only workspace package with next")
    assert (found.name, found.version, found.license, found.description) == ("web", "2.0.0", "MIT", "The app")
    assert found.scripts == {"build": "tsc"}
    assert found.lockfile == "pnpm-lock.yaml"


def test_a_root_with_next_is_the_app() -> None:
    found = read(workspace({"apps/web": package("web")}, package_json=package("site", "web")))
    assert (found.app, found.name, found.siblings) == (".", "site", ("apps/web",))


WITH_PAGES = ["apps/web/app/page.tsx", "packages/ui/pages.tsx"]


def test_a_package_that_only_uses_next_is_not_an_app() -> None:
    library = package("ui", dependencies=NEXT)
    seen = replace(workspace({"apps/web": package("web"), "packages/ui": library}), paths=WITH_PAGES)
    found = read(seen)
    assert (found.app, found.reasons["app"]) == ("apps/web", "the only workspace package with next and pages")


def test_a_root_that_only_uses_next_is_not_the_app_where_a_package_has_pages() -> None:
    root = package("root", devDependencies=NEXT)
    seen = replace(workspace({"apps/web": package("web")}, package_json=root), paths=WITH_PAGES)
    assert read(seen).app == "apps/web"
    assert read(replace(seen, paths=["pages/index.js", *WITH_PAGES])).app == "."


def test_only_packages_with_pages_are_proposed() -> None:
    packages = {f"apps/{name}": package(name) for name in ("docs", "site", "web")}
    seen = replace(workspace(packages), paths=["apps/web/app/page.tsx", "apps/docs/src/pages/index.tsx"])
    with pytest.raises(ProjectError) as error:
        read(seen)
    assert (error.value.id, error.value.facts["apps"]) == ("project.several-apps", "apps/docs, apps/web")


def test_apps_of_a_workspace_of_nx_are_named() -> None:
    root = {"package.json": package("site"), "pnpm-lock.yaml": PNPM_9, "apps/shop/next.config.js": ""}
    seen = SourceFiles(entries=["package.json", "pnpm-lock.yaml"], files=root, paths=["apps/shop/pages/index.tsx"])
    with pytest.raises(ProjectError) as error:
        read(seen)
    assert (error.value.id, error.value.facts["apps"]) == ("project.app-without-package", "apps/shop")
    assert read(replace(seen, paths=["apps/shop/pages/index.tsx", "pages/index.tsx"])).app == "."


@pytest.mark.parametrize("app", ["apps/docs", "./apps/docs/", "apps/../apps/docs"])
def test_the_app_that_is_asked_for(app: str) -> None:
    found = read(workspace({"apps/web": package("web"), "apps/docs": package("docs")}), app=app)
    assert (found.app, found.name, found.reasons["app"]) == ("apps/docs", "docs", "named by --app or the pipeline file")


@pytest.mark.parametrize(
    ("seen", "app", "refusal", "facts"),
    [
        (
            workspace({"apps/web": package("web"), "apps/docs": package("docs")}),
            "",
            "project.several-apps",
            {
                "apps": "apps/docs, apps/web",
                "first": "apps/docs",
                "choices": "--app apps/docs or --app apps/web",
            },
        ),
        (workspace({"apps/web": "{"}), "", "project.not-json", {"file": "apps/web/package.json"}),
        (
            workspace({"packages/ui": package("ui")}),
            "",
            "project.no-next",
            {"instead": POINT},
        ),
        (
            workspace({"apps/web": package("web")}, globs="packages: [apps/*"),
            "",
            "project.not-yaml",
            {"file": "pnpm-workspace.yaml"},
        ),
        (workspace({}, globs="[" * 5_000), "", "project.not-yaml", {"file": "pnpm-workspace.yaml"}),
        *(
            (
                workspace({"apps/web": package("web"), "apps/docs": package("docs"), "packages/ui": package("ui")}),
                app,
                refusal,
                {"file": file},
            )
            for app, refusal, file in (
                ("apps/admin", "project.no-app", "apps/admin/package.json"),
                ("../elsewhere", "project.no-app", "../elsewhere/package.json"),
                ("packages/ui", "project.app-without-next", "packages/ui/package.json"),
                (".", "project.app-without-next", "package.json"),
            )
        ),
    ],
)
def test_no_app_or_too_many(seen: SourceFiles, app: str, refusal: str, facts: Mapping[str, object]) -> None:
    with pytest.raises(ProjectError) as error:
        read(seen, app=app)
    assert error.value.id == refusal
    assert facts.items() <= error.value.facts.items()


@pytest.mark.parametrize(
    ("seen", "app", "refusal", "apps"),
    [
        (
            workspace({"apps/web": package("web"), "apps/docs": package("docs")}),
            *("apps/admin", "project.no-app", ["apps/docs", "apps/web"]),
        ),
        (
            workspace({"apps/web": package("web"), "packages/ui": package("ui")}),
            *("packages/ui", "project.app-without-next", ["apps/web"]),
        ),
        (
            workspace({"frontend": package("web"), "broken": "{"}),
            *("", "project.no-next", ["frontend"]),
        ),
        (
            workspace({"frontend": package("web")}, package_json="", globs=""),
            *("", "project.no-package-json", ["frontend"]),
        ),
    ],
)
def test_the_next_step_names_the_apps_that_are_there(
    seen: SourceFiles, app: str, refusal: str, apps: list[str]
) -> None:
    with pytest.raises(ProjectError) as error:
        read(seen, app=app)
    assert error.value.id == refusal
    assert error.value.fix.startswith(f"set app: {apps[0]} ")
    assert error.value.fix.endswith(f" {', '.join(apps)}")


def test_a_bomb_in_yaml_does_not_go_off() -> None:
    levels = ["a0: &a0 {x: 1}"] + [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 30)]
    globs = "\n".join([*levels, "packages:", "  - apps/*", "  - *a29"])
    assert read(workspace({"apps/web": package("web")}, globs=globs)).app == "apps/web"


@pytest.mark.parametrize("workspaces", [["apps/*"], {"packages": ["apps/*"], "nohoist": []}, ["./apps/web", 5]])
def test_workspaces_of_npm_and_yarn(workspaces: object) -> None:
    root = json.dumps({"name": "root", "workspaces": workspaces})
    files = {"package.json": root, "apps/web/package.json": package("web"), "yarn.lock": YARN}
    found = read(SourceFiles(entries=["package.json", "yarn.lock", "apps"], files=files))
    assert (found.app, found.manager.id, found.lockfile) == ("apps/web", "yarn", "yarn.lock")


@pytest.mark.parametrize("workspaces", [None, "apps/*", {"packages": "apps/*"}, [], {}])
def test_workspaces_that_name_nothing(workspaces: object) -> None:
    files = {"package.json": json.dumps({"workspaces": workspaces}), "apps/web/package.json": package("web")}
    with pytest.raises(ProjectError) as error:
        read(SourceFiles(files={**files, "yarn.lock": YARN}))
    assert error.value.id == "project.no-next"


# What it is installed with


def test_a_workspaces_manager_is_that_of_its_root() -> None:
    web = package("web", packageManager="npm@11.0.0")
    found = read(workspace({"apps/web": web}, package_json=package("root", packageManager="pnpm@10.14.0")))
    assert (found.manager.id, found.manager_version) == ("pnpm", "10.14.0")


def test_an_app_outside_the_workspace_brings_its_own_lockfile() -> None:
    seen = workspace(
        {"web": package("web", "ui", packageManager="npm@11.0.0"), "packages/ui": package("ui")},
        web__package_lock_json="",
        package_json=package("root", packageManager="pnpm@10.14.0", **TURBO),
        turbo_json="{}",
    )
    found = read(SourceFiles(entries=seen.entries, files={**seen.files, "web/package-lock.json": NPM}), app="web")
    assert (found.manager.id, found.manager_version, found.lockfile) == ("npm", "11.0.0", "web/package-lock.json")
    assert (found.siblings, found.turbo) == ((), False)


def test_an_app_outside_the_workspace_is_not_installed_by_the_roots_lockfile() -> None:
    with pytest.raises(ProjectError) as error:
        read(workspace({"web": package("web")}), app="web")
    assert (error.value.id, error.value.facts["file"]) == ("lockfile.none", "web/package.json")


def test_a_member_may_bring_its_own_lockfile() -> None:
    seen = workspace({"apps/web": package("web")}, pnpm_lock_yaml="")
    files = {path: text for path, text in seen.files.items() if path != "pnpm-lock.yaml"}
    found = read(SourceFiles(entries=["package.json"], files={**files, "apps/web/pnpm-lock.yaml": PNPM_9}))
    assert found.lockfile == "apps/web/pnpm-lock.yaml"


@pytest.mark.parametrize(
    ("files", "engines", "node", "reason"),
    [
        ({"apps/web/.nvmrc": "22", ".nvmrc": "24"}, {}, "22", "apps/web/.nvmrc"),
        ({"apps/web/.node-version": "22", ".nvmrc": "24"}, {}, "22", "apps/web/.node-version"),
        ({".nvmrc": "24"}, {}, "24", ".nvmrc"),
        ({}, {"apps/web": ">=24", ".": "20.x"}, "24", "engines in apps/web/package.json"),
        ({}, {".": "20.x"}, "20", "engines in package.json"),
        ({}, {"apps/web": ">=20", ".": "20.x"}, "20", "engines in package.json"),
        ({}, {"apps/web": ">=20 <24", ".": ">=24"}, "22", "default"),
    ],
)
def test_what_lies_nearer_to_the_app_decides_on_node(
    files: dict[str, str], engines: dict[str, str], node: str, reason: str
) -> None:
    root = package("root", engines={"node": engines.get(".", "")})
    seen = workspace({"apps/web": package("web", engines={"node": engines.get("apps/web", "")})}, package_json=root)
    found = read(SourceFiles(entries=seen.entries, files={**seen.files, **files}))
    assert (found.node, found.reasons["node"]) == (node, reason)


# What is built before it


def test_siblings_are_built_in_the_order_in_which_they_need_each_other() -> None:
    found = read(
        workspace(
            {
                "apps/web": package("web", "ui", "utils"),
                "apps/admin": package("admin", "api"),
                "packages/api": package("api"),
                "packages/config": package("config", build=False),
                "packages/tokens": package("tokens", "config"),
                "packages/ui": package("ui", "tokens", "utils", "react"),
                "packages/utils": package("utils", "tokens"),
            }
        )
    )
    assert found.siblings == ("packages/tokens", "packages/utils", "packages/ui")


@pytest.mark.parametrize("key", ["dependencies", "devDependencies", "optionalDependencies"])
@pytest.mark.parametrize("wanted", ["workspace:*", "*", "1.0.0", "link:../ui"])
def test_any_kind_of_dependency_makes_a_sibling(key: str, wanted: str) -> None:
    web: dict[str, Any] = {"name": "web", "dependencies": NEXT}
    web[key] = {**web.get(key, {}), "ui": wanted}
    found = read(workspace({"apps/web": json.dumps(web), "packages/ui": package("ui")}))
    assert found.siblings == ("packages/ui",)


def test_a_cycle_is_cut() -> None:
    packages = {
        "apps/web": package("web", "a"),
        "packages/a": package("a", "b"),
        "packages/b": package("b", "c", "web"),
        "packages/c": package("c", "a", "c"),
    }
    assert read(workspace(packages)).siblings == ("packages/c", "packages/b", "packages/a")


def test_a_chain_may_be_long() -> None:
    chain = {f"packages/p{n}": package(f"p{n}", f"p{n + 1}") for n in range(1500)}
    siblings = read(workspace({"apps/web": package("web", "p0"), **chain})).siblings
    assert siblings[0] == "packages/p1499"
    assert siblings[-1] == "packages/p0"


@pytest.mark.parametrize(
    ("root", "files", "packages", "turbo"),
    [
        (TURBO, {"turbo_json": "{}"}, ["apps/web"], True),
        (TURBO, {}, ["apps/web"], False),
        ({}, {"turbo_json": "{}"}, ["apps/web"], False),
        ({"dependencies": {**NEXT, "turbo": "2"}}, {"turbo_json": "{}"}, ["packages/ui"], False),
    ],
)
def test_turbo(root: Mapping[str, Any], files: dict[str, str], packages: list[str], turbo: object) -> None:
    members = {directory: package(directory.rpartition("/")[2]) for directory in packages}
    found = read(workspace(members, package_json=package("root", **root), **files))
    assert found.turbo is turbo
    assert found.reasons.get("turbo") == ("turbo.json" if turbo else None)


# What belongs to it


def test_variables_and_fonts_are_those_of_the_app_and_of_what_it_needs() -> None:
    places = ["apps/web/src/a.ts", "packages/ui/a.ts", "apps/docs/a.ts", "packages/other/a.ts", "scripts/a.js"]
    seen = workspace(
        {
            "apps/web": package("web", "ui"),
            "apps/docs": package("docs"),
            "packages/ui": package("ui", build=False),
            "packages/other": package("other"),
        }
    )
    found = read(
        SourceFiles(
            entries=seen.entries,
            files=seen.files,
            imports={p: f"import {{ F{n} }} from 'next/font/google'" for n, p in enumerate(places)},
            env_reads={p: f"process.env.V_{n}" for n, p in enumerate(places)},
            paths=["apps/web/pages/index.tsx", "apps/docs/app/page.tsx", "app/page.tsx"],
        ),
        app="apps/web",
    )
    assert found.env == ("V_0", "V_1")
    assert found.fonts == ("F0", "F1")
    assert (found.router, found.reasons["router"]) == ("pages", "apps/web/pages")
    assert found.siblings == ()


def test_commands_of_life_cycles_that_are_not_known_are_warned_of() -> None:
    scripts = {"scripts": {"postinstall": "one --a"}}
    web = package("web", scripts={"postinstall": "two && panda codegen", "prepare": "husky"})
    found = read(workspace({"apps/web": web}, package_json=package("root", **scripts)))
    expected = (("package.json", "one --a"), ("apps/web/package.json", "two"))
    assert [one for one in found.warnings if one.id == "warning.life-cycle"] == [
        message("warning.life-cycle", script=f"script postinstall of {file}", command=command)
        for file, command in expected
    ]
