"""Build scripts that do more than build."""

from collections.abc import Mapping

import pytest

from ci.decide.project.cuts import cuts, for_images, names, steps, without
from ci.decide.project.kinds import migrates
from ci.decide.project.scripts import Scripts
from tests.apps.sources import to_json


def package(commands: Mapping[str, str], path: str = "package.json", name: str = "app") -> Scripts:
    return Scripts(path=path, name=name, commands=commands, text=to_json({"name": name, "scripts": commands}))


def rest(**commands: str) -> dict[str, str]:
    """What scripts become when ``build`` is to run without a database."""
    given = {name.replace("__", ":").replace("_", "-"): command for name, command in commands.items()}
    return {cut.script: cut.after for cut in cuts([package(given)], [("package.json", "build")])}


@pytest.mark.parametrize(
    ("build", "after"),
    [
        ("prisma migrate deploy && next build", "next build"),
        ("prisma generate && prisma migrate deploy && next build", "prisma generate && next build"),
        ("npx prisma db push --accept-data-loss && next build", "next build"),
        ("next build && pnpm exec drizzle-kit push", "next build"),
        ("dotenv -c production -- drizzle-kit migrate; next build", "next build"),
        ("cross-env NODE_ENV=production prisma migrate deploy && next build", "next build"),
        ("tsx lib/db/migrate && next build", "next build"),
        ("node ./scripts/migrate.mjs && next build", "next build"),
        ("bun run src/db/migrate.ts && next build", "next build"),
        ("yarn prisma migrate deploy && yarn next build", "yarn next build"),
        ("pnpm payload migrate && next build", "next build"),
        ("./node_modules/.bin/prisma migrate deploy && next build", "next build"),
        ("prisma migrate deploy", "true"),
    ],
)
def test_a_migration_is_left_out(build: str, after: str) -> None:
    assert rest(build=build) == {"build": after}


@pytest.mark.parametrize(
    "build",
    [
        "next build",
        "prisma generate && next build",
        "drizzle-kit generate && next build",
        "(prisma migrate deploy || true) && next build",
        "prisma migrate deploy || echo later && next build",
        "echo 'prisma migrate deploy && x' && next build",
        "node scripts/build.js && next build",
        "node migrate && next build",
        "turbo build",
    ],
)
def test_what_is_not_certain_stays(build: str) -> None:
    assert rest(build=build) == {}


def test_lists_of_scripts() -> None:
    assert rest(
        build="run-s db:migrate build:next", db__migrate="dotenv -- drizzle-kit migrate", build__next="next build"
    ) == {"build": "run-s build:next"}


def test_calls_of_scripts() -> None:
    assert rest(build="npm run db && npm run app", db="prisma migrate deploy", app="next build") == {
        "build": "npm run app"
    }
    assert rest(build="yarn db && yarn app", db="prisma generate && prisma migrate deploy", app="next build") == {
        "db": "prisma generate"
    }


def test_hooks() -> None:
    assert rest(prebuild="prisma migrate deploy", build="next build") == {"prebuild": "true"}


def test_scripts_that_call_each_other() -> None:
    assert rest(build="npm run a", a="npm run b", b="npm run a && prisma migrate deploy") == {"b": "npm run a"}


def test_packages_of_a_workspace() -> None:
    app = package({"build": "pnpm --filter @acme/db migrate && next build"}, "apps/web/package.json", "@acme/web")
    db = package(
        {"migrate": "prisma migrate deploy", "build": "prisma migrate deploy && tsc"}, "db/package.json", "@acme/db"
    )
    found = cuts([app, db], [("apps/web/package.json", "build"), ("db/package.json", "build")])
    assert {(cut.path, cut.after) for cut in found} == {
        ("apps/web/package.json", "next build"),
        ("db/package.json", "tsc"),
    }


@pytest.mark.parametrize(
    "command", ["npm --prefix ../db run migrate", "npm run migrate --workspace=packages/db", "pnpm -F './db' migrate"]
)
def test_a_script_of_another_directory_is_not_that_of_the_app(command: str) -> None:
    app = package({"build": f"{command} && next build", "migrate": "prisma migrate deploy"})
    assert cuts([app], [("package.json", "build")]) == ()


def test_a_command_that_json_writes_in_another_way_stays() -> None:
    odd = Scripts(path="package.json", name="a", commands={"build": "prisma migrate deploy && next build"}, text="{}")
    assert cuts([odd], [("package.json", "build")]) == ()


def test_what_is_replaced_is_what_package_json_has() -> None:
    one = package({"build": 'prisma migrate deploy && X="a b" next build'})
    (cut,) = cuts([one], [("package.json", "build")])
    assert cut.replace in one.text
    assert cut.replacement == r'"X=\"a b\" next build"'
    assert cut.steps == ("prisma migrate deploy",)


@pytest.mark.parametrize(
    "command", ["knex migrate:latest", "prisma db seed", "ts-node -T prisma/seed.ts", "npx dbmate up"]
)
def test_commands_of_databases(command: str) -> None:
    assert migrates(command)


UMAMI = {
    "build": "npm-run-all check-env build-db check-db build-tracker build-app",
    "build-docker": "npm-run-all build-db build-tracker build-app",
    "docker:build": "docker build .",
    "check-env": "node scripts/check-env.js",
    "check-db": "node scripts/check-db.js",
    "build-db": "prisma generate",
    "build-tracker": "rollup -c",
    "build-app": "next build",
}


def test_a_script_that_builds_for_images() -> None:
    assert for_images(package(UMAMI)) == "build-docker"
    assert for_images(package({"docker:build": "docker build . && next build"})) == ""
    assert for_images(package({"build:docker": "tsc"})) == ""


def test_steps_that_an_image_build_need_not_run() -> None:
    assert list(steps(package(UMAMI), "build")) == [("check-env", "checks variables"), ("check-db", "asks a database")]
    one = package(
        {"build": "eslint . && tsc -p . --noEmit && npm run t && next build && vercel deploy", "t": "vitest run"}
    )
    assert [step for step, _ in steps(one, "build")] == ["eslint .", "tsc -p . --noEmit", "t", "vercel deploy"]


def test_a_script_without_a_step() -> None:
    cut = without(package(UMAMI), "build", "check-db")
    assert cut
    assert cut.after == "npm-run-all check-env build-db build-tracker build-app"
    cut = without(package({"build": "eslint . && next build"}), "build", "eslint .")
    assert cut
    assert cut.after == "next build"
    assert without(package({"build": "next build"}), "build", "eslint .") is None


def test_the_scripts_that_a_script_consists_of() -> None:
    assert names(package(UMAMI), "build") == ("check-env", "build-db", "check-db", "build-tracker", "build-app")
    assert names(package({"build": "npm run a && yarn b", "a": "x", "b": "y"}), "build") == ("a", "b")
    assert names(package({"build": "npm run a && next build", "a": "x"}), "build") == ()
    assert names(package({"build": "pnpm --filter db a && pnpm a", "a": "x"}), "build") == ()
