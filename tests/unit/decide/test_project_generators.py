"""What runs before a build: generators, patches and the app's own programs; and what of a life cycle does not."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from ci.decide.config.model import Build, Pipeline
from ci.decide.project.detect import read as detect
from ci.decide.project.facts import Project
from ci.decide.project.scripts import commands
from ci.decide.project.source_files import SourceFiles
from tests.unit.decide.test_project import pnpm_lock
from tests.unit.decide.test_project_workspace import TURBO, package, workspace
from tests.unit.plans import plan_of

SCHEMA = 'generator client {\n  provider = "prisma-client-js"\n}\ndatasource db {\n  provider = "postgresql"\n}\n'
CLIENT = SCHEMA.replace('-js"', '-js"\n  engineType = "client"')
NO_ENGINE = "PRISMA_QUERY_ENGINE_LIBRARY"
PRISMA = {"@prisma/client": "6.19.0", "prisma": "6.19.0"}


def project(
    scripts: Mapping[str, str] | None = None,
    needs: Mapping[str, str] | None = None,
    files: Mapping[str, str] | None = None,
    **keys: Any,
) -> Project:
    """An app with pnpm, whose lockfile has all that it needs."""
    needed = {"next": "15.5.0", **(needs or {})}
    manifest = {
        "name": "app",
        "dependencies": needed,
        "scripts": {"build": "next build", **(scripts or {})},
        **keys,
    }
    lock = pnpm_lock(*(f"'{name}@{version}'" for name, version in needed.items()))
    texts = {"package.json": json.dumps(manifest), "pnpm-lock.yaml": lock, **(files or {})}
    return detect(SourceFiles(entries=["package.json", "app"], files=texts, paths=["app/page.tsx"]))


def planned(found: Project, **build: Any) -> list[str]:
    """Commands that run before the build, with their directory where it is not the source."""
    plan = plan_of(found, Pipeline(build=Build(**build)))
    return [c.command if c.directory == "." else f"{c.directory}: {c.command}" for c in plan.build.generate]


# Scripts as commands


def test_scripts_that_a_script_runs_are_in_its_place() -> None:
    scripts = {
        "build": "pnpm gen && next build",
        "prebuild": "run-s check:*",
        "check:a": "a",
        "check:b": "pnpm run build",
        "gen": "pnpm with-env prisma generate",
        "with-env": "dotenv -e ../../.env --",
    }
    assert list(commands(scripts, "build")) == [
        "a",
        "pnpm run build",
        "dotenv -e ../../.env -- prisma generate",
        "next build",
    ]
    assert next(iter(commands(scripts, "build", hooks=False))).startswith("dotenv")


# Prisma


@pytest.mark.parametrize(
    ("files", "keys", "command"),
    [
        ({"prisma/schema.prisma": SCHEMA}, {}, "prisma generate"),
        ({"schema.prisma": SCHEMA}, {}, "prisma generate"),
        ({"db/main.prisma": SCHEMA}, {"prisma": {"schema": "db/main.prisma"}}, "prisma generate"),
        ({"db/a.prisma": SCHEMA, "db/b.prisma": "model B {}"}, {"prisma": {"schema": "./db"}}, "prisma generate"),
        ({"db/main.prisma": SCHEMA, "prisma.config.ts": 'x({ schema: "db/main.prisma" })'}, {}, "prisma generate"),
        ({"db/main.prisma": SCHEMA}, {}, "prisma generate --schema=db/main.prisma"),
        (
            {"prisma/schema/a.prisma": SCHEMA, "prisma/schema/b.prisma": ""},
            {},
            "prisma generate --schema=prisma/schema",
        ),
    ],
)
def test_a_schema_is_generated_wherever_it_is(files: Mapping[str, str], keys: Mapping[str, Any], command: str) -> None:
    assert planned(project(needs=PRISMA, files=files, **keys)) == [command]


@pytest.mark.parametrize(
    ("needs", "files"),
    [
        (PRISMA, {}),
        (PRISMA, {"prisma/schema.prisma": "model A {}"}),
        ({}, {"prisma/schema.prisma": SCHEMA}),
        ({"@prisma/client": "6.0.0"}, {"prisma/schema.prisma": SCHEMA}),
    ],
)
def test_without_schema_generator_or_program_nothing_runs(needs: Mapping[str, str], files: Mapping[str, str]) -> None:
    assert planned(project(needs=needs, files=files)) == []


@pytest.mark.parametrize(
    "scripts",
    [
        {"build": "prisma generate && next build"},
        {"prebuild": "npx prisma generate"},
        {"build": "run-s db next", "db": "dotenv -- prisma generate", "next": "next build"},
    ],
)
def test_what_the_build_runs_is_left_to_it(scripts: Mapping[str, str]) -> None:
    found = project({**scripts, "postinstall": "prisma generate"}, PRISMA, {"prisma/schema.prisma": SCHEMA})
    assert planned(found) == []
    assert "left to the build: prisma generate (the build script runs it)" in plan_of(found).notes


def test_other_scripts_of_the_build_do_not_run_it() -> None:
    scripts = {"build": "prisma generate && next build", "ci": "next build"}
    found = project(scripts, PRISMA, {"prisma/schema.prisma": SCHEMA})
    assert planned(found, scripts=("ci",)) == ["prisma generate"]


def test_of_a_postinstall_only_the_generator_runs() -> None:
    scripts = {"postinstall": "npx prisma generate --no-hints && prisma migrate deploy && prisma db push && husky"}
    found = project(scripts, PRISMA, {"prisma/schema.prisma": SCHEMA})
    assert planned(found) == ["npx prisma generate --no-hints"]
    where = "script postinstall of package.json"
    assert [note for note in plan_of(found).notes if note.startswith(("before", "not run"))] == [
        f"before the build: npx prisma generate --no-hints ({where}; generates code)",
        f"not run: prisma migrate deploy ({where}: changes a database)",
        f"not run: prisma db push ({where}: changes a database)",
        f"not run: husky ({where}: git hooks)",
    ]


@pytest.mark.parametrize(
    ("version", "schema", "command", "engine", "none"),
    [
        ("7.1.0", SCHEMA, "", "PRISMA_SCHEMA_ENGINE_BINARY", True),
        ("6.19.0", CLIENT, "", "PRISMA_SCHEMA_ENGINE_BINARY", True),
        ("6.19.0", SCHEMA, "prisma generate --no-engine", "PRISMA_SCHEMA_ENGINE_BINARY", True),
        ("5.22.0", SCHEMA, "", "PRISMA_SCHEMA_ENGINE_BINARY", False),
        ("4.16.2", SCHEMA, "", "PRISMA_MIGRATION_ENGINE_BINARY", False),
    ],
)
def test_engines_that_are_never_run_are_not_downloaded(
    version: str, schema: str, command: str, engine: str, *, none: bool
) -> None:
    scripts = {"postinstall": command} if command else {}
    found = project(scripts, dict.fromkeys(PRISMA, version), {"prisma/schema.prisma": schema})
    (one,) = plan_of(found).build.generate
    assert one.env[engine] == "/bin/true"
    assert (NO_ENGINE in one.env) == none


@pytest.mark.parametrize(
    ("scripts", "command"),
    [
        ({"postinstall": "prisma generate || true"}, "prisma generate || true"),
        (
            {"postinstall": "npm run db || echo 'no'", "db": "husky && prisma generate"},
            "prisma generate || true",
        ),
        ({"postinstall": "prisma generate; husky || true"}, "prisma generate"),
    ],
)
def test_a_generator_that_may_fail_still_may(scripts: Mapping[str, str], command: str) -> None:
    found = project(scripts, PRISMA, {"prisma/schema.prisma": SCHEMA})
    assert planned(found) == [command]
    assert not [one for one in found.left_out if one.command == "true"]


def test_variables_of_its_configuration_have_a_value_that_reaches_nothing() -> None:
    config = 'import { env } from "prisma/config"\nexport default { datasource: { url: env("DATABASE_URL") } }'
    found = project(needs=PRISMA, files={"prisma/schema.prisma": SCHEMA, "prisma.config.ts": config})
    (one,) = plan_of(found).build.generate
    assert one.env["DATABASE_URL"] == "postgresql://build:build@127.0.0.1:1/build"


def test_a_sibling_package_is_generated_in_its_place() -> None:
    db = package("db", build=False, dependencies=PRISMA, scripts={"db:generate": "prisma generate", "dev": "tsc -w"})
    other = package("other", build=False, dependencies=PRISMA)
    source = workspace(
        {"apps/web": package("web", "db"), "packages/db": db, "packages/other": other},
        packages__db__prisma__schema_prisma=SCHEMA,
        packages__other__prisma__schema_prisma=SCHEMA,
    )
    assert planned(detect(source)) == ["packages/db: prisma generate"]


@pytest.mark.parametrize(
    "root",
    [
        "turbo run db:generate",
        "pnpm --filter db db:generate",
        "pnpm -r db:generate",
        "prisma generate --schema=packages/db/prisma/schema.prisma",
        "cd packages/db && prisma generate",
    ],
)
def test_a_root_that_generates_for_a_sibling_does_so_once(root: str) -> None:
    db = package("db", build=False, dependencies=PRISMA, scripts={"db:generate": "prisma generate"})
    source = workspace(
        {"apps/web": package("web", "db"), "packages/db": db},
        packages__db__prisma__schema_prisma=SCHEMA,
    )
    files = {**source.files, "package.json": package("root", scripts={"postinstall": root})}
    (command,) = planned(detect(SourceFiles(entries=source.entries, files=files)))
    assert command in {"packages/db: prisma generate", root}


def test_a_task_that_turbo_runs_before_the_build_is_left_to_it() -> None:
    db = package("db", build=False, dependencies=PRISMA, scripts={"db:generate": "prisma generate"})
    tasks = json.dumps({"tasks": {"build": {"outputs": [], "dependsOn": ["^build", "^db:generate"]}}})
    files = {"packages__db__prisma__schema_prisma": SCHEMA, "turbo_json": tasks}
    source = workspace({"apps/web": package("web", "db"), "packages/db": db}, **files)
    root = {"package.json": package("root", build=True, **TURBO)}
    assert planned(detect(SourceFiles(entries=source.entries, files={**source.files, **root}))) == []
    assert planned(detect(source)) == ["packages/db: prisma generate"]


# Others


@pytest.mark.parametrize(
    ("needs", "files", "scripts", "expected"),
    [
        ({"@pandacss/dev": "1.0.0"}, {"panda.config.ts": ""}, {"prepare": "panda codegen"}, ["panda codegen"]),
        ({"@pandacss/dev": "1.0.0"}, {"panda.config.ts": ""}, {}, ["panda codegen"]),
        ({"velite": "0.3.0"}, {"velite.config.ts": ""}, {}, ["velite build"]),
        ({"velite": "0.3.0"}, {"velite.config.ts": ""}, {"build": "velite --clean && next build"}, []),
        ({"velite": "0.3.0"}, {"velite.config.ts": "", "next.config.mjs": "import('velite')"}, {}, []),
        ({"contentlayer2": "0.5.0"}, {"contentlayer.config.ts": ""}, {}, ["contentlayer2 build"]),
        ({"contentlayer": "0.3.0"}, {"contentlayer.config.js": "", "next.config.js": "withContentlayer()"}, {}, []),
        ({"fumadocs-mdx": "11.0.0"}, {"source.config.ts": ""}, {"postinstall": "fumadocs-mdx"}, ["fumadocs-mdx"]),
        ({"next-intl": "4.0.0"}, {}, {}, []),
        ({"drizzle-kit": "1.0.0"}, {"drizzle.config.ts": ""}, {"postinstall": "drizzle-kit push"}, []),
        (
            {"@inlang/paraglide-js": "2.0.0"},
            {"project.inlang/settings.json": "{}"},
            {"i18n": "paraglide-js compile --project ./project.inlang"},
            ["paraglide-js compile --project ./project.inlang"],
        ),
        ({}, {}, {"postinstall": "tcm src"}, ["tcm src"]),
        ({}, {}, {"postinstall": "tcm src --watch"}, []),
    ],
)
def test_generators_of_other_kinds(
    needs: Mapping[str, str], files: Mapping[str, str], scripts: Mapping[str, str], expected: list[str]
) -> None:
    assert planned(project(scripts, needs, files)) == expected


@pytest.mark.parametrize(("ignored", "expected"), [("/src/gql\n", ["graphql-codegen --config codegen.ts"]), ("", [])])
def test_graphql_types_are_generated_where_git_does_not_have_them(ignored: str, expected: list[str]) -> None:
    config = "export default { schema: './schema.graphql', generates: {\n  './src/gql/': { preset: 'client' } } }"
    scripts = {"codegen": "graphql-codegen --config codegen.ts", "watch": "graphql-codegen --watch"}
    needs = {"@graphql-codegen/cli": "5.0.0"}
    assert planned(project(scripts, needs, {"codegen.ts": config, ".gitignore": ignored})) == expected


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("husky install", "git hooks"),
        ("node .husky/install.mjs", "git hooks"),
        ("node scripts/install-hooks.js", "git hooks"),
        ("npx only-allow pnpm", "a check of the package manager"),
        ("pnpm install", "installs something"),
        ("yarn", "installs something"),
        ("drizzle-kit migrate", "changes a database"),
        ("tsx src/db/migrate.ts", "changes a database"),
        ("drizzle-kit generate", "works on a database"),
        ("eslint . --fix", "checks the code"),
        ("echo done", "prints or ends"),
    ],
)
def test_what_a_build_does_not_need_is_named_with_its_kind(command: str, why: str) -> None:
    found = project({"postinstall": command})
    assert planned(found) == []
    assert f"not run: {command} (script postinstall of package.json: {why})" in plan_of(found).notes
    assert found.warnings == ()


def test_what_is_not_known_is_a_warning_with_the_line_to_write() -> None:
    (warning,) = project({"postinstall": "some-tool --setup"}).warnings
    assert warning.id == "warning.life-cycle"
    assert warning.facts == {"script": "script postinstall of package.json", "command": "some-tool --setup"}


def test_patches_come_first_and_own_programs_run() -> None:
    found = project({"postinstall": "node scripts/worker.mjs && patch-package", "prepare": "cp -r a b"})
    assert planned(found) == ["patch-package", "node scripts/worker.mjs", "cp -r a b"]


def test_a_check_before_the_install_does_not_run() -> None:
    assert planned(project({"preinstall": "node scripts/check.js"})) == []


# The pipeline file


@pytest.mark.parametrize(
    ("generate", "expected"),
    [
        (("detected",), ["prisma generate"]),
        ((), []),
        (("make it", "detected"), ["make it", "prisma generate"]),
        (("make it",), ["make it"]),
    ],
)
def test_the_pipeline_file_decides(generate: tuple[str, ...], expected: list[str]) -> None:
    found = project(needs=PRISMA, files={"prisma/schema.prisma": SCHEMA})
    assert planned(found, generate=generate) == expected
    warned = any(
        "build.generate leaves it out" in n for n in plan_of(found, Pipeline(build=Build(generate=generate))).notes
    )
    assert warned == (not generate)
