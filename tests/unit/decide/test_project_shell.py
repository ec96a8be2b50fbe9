"""Command lines of package.json's scripts: what they consist of, and the scripts that they run."""

import pytest

from ci.decide.project.kinds import CHECKS, DATABASE, GENERATES, INSTALLS, OWN, TESTS, kind
from ci.decide.project.scripts import called
from ci.decide.project.shell import Call, call, pieces, split, words


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a && b || c; d | e & f\ng", ["a", "b", "c", "d", "e", "f", "g"]),
        ('a \'&& b\' "; \\" c" && d', ['a \'&& b\' "; \\" c"', "d"]),
        ("  ", []),
        ("a || true", ["a || true"]),
        ("a||:; b || exit 0 && c", ["a || true", "b || true", "c"]),
        ("a; b && c || echo 'no b && no c'; d", ["a", "b || true", "c || true", "d"]),
        ("a || exit 1", ["a", "exit 1"]),
        ("a || b", ["a", "b"]),
        ("a | b || true", ["a", "b || true"]),
    ],
)
def test_a_line_is_split_where_the_shell_does(text: str, parts: list[str]) -> None:
    assert split(text) == parts


def test_pieces_keep_their_separators_and_what_a_failure_decides() -> None:
    assert pieces("a 'x && y' && b; c") == [("", "a 'x && y'"), ("&&", "b"), (";", "c")]
    assert pieces("a || true && b | c") == [("", "a || true"), ("&&", "b | c")]
    assert pieces('a "x \\" && y" && b') == [("", 'a "x \\" && y"'), ("&&", "b")]


@pytest.mark.parametrize(
    "written",
    [
        "prisma generate",
        "npx prisma generate",
        "npx --yes prisma generate",
        "pnpm exec prisma generate",
        "pnpm prisma generate",
        "yarn run prisma generate",
        "bunx --bun prisma generate",
        "npm exec -- prisma generate",
        "./node_modules/.bin/prisma generate",
        "SKIP=1 cross-env A=b prisma generate",
        "exec prisma generate",
        "dotenv -e .env -- prisma generate",
        "dotenv -e .env -- npx prisma generate",
        "doppler run -- prisma generate",
        "npx prisma generate || true",
    ],
)
def test_a_program_is_known_however_it_is_started(written: str) -> None:
    assert words(written) == ("prisma", "generate")


@pytest.mark.parametrize(
    ("command", "script", "package", "arguments"),
    [
        ("npm run db", "db", "", ()),
        ("npm run db || true", "db", "", ()),
        ("A=b yarn db --force", "db", "", ("--force",)),
        ("npm run db -- --force", "db", "", ("--force",)),
        ("corepack pnpm run db", "db", "", ()),
        ("pnpm --filter @acme/db migrate", "migrate", "@acme/db", ()),
        ("pnpm --filter=@acme/db run migrate", "migrate", "@acme/db", ()),
        ("pnpm -F './db' migrate", "migrate", "./db", ()),
        ("yarn workspace @acme/db migrate", "migrate", "@acme/db", ()),
        ("npm run migrate --workspace=packages/db", "migrate", "packages/db", ()),
        ("npm --prefix ../db run migrate", "migrate", "../db", ()),
    ],
)
def test_the_script_that_a_command_runs(command: str, script: str, package: str, arguments: tuple[str, ...]) -> None:
    assert call(command) == Call(script=script, package=package, arguments=arguments)


@pytest.mark.parametrize("command", ["prisma generate", "npx db", "pnpm exec db", "yarn dlx db", "pnpm", "", "A=b"])
def test_a_program_is_no_script(command: str) -> None:
    assert call(command) is None


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("npm run gen", ["gen"]),
        ("npm run gen || true", ["gen"]),
        ("run-s gen:*", ["gen:a", "gen:b"]),
        ('concurrently "npm:gen:a" "npm run gen:b"', ["gen:a", "gen:b"]),
        ("npx gen", []),
        ("pnpm exec gen", []),
        ("npm --prefix ../other run gen", []),
        ("pnpm -C ../other gen", []),
        ("pnpm -r gen", []),
        ("turbo run gen", []),
    ],
)
def test_scripts_of_the_package_itself(command: str, names: list[str]) -> None:
    scripts = {"gen": "x", "gen:a": "a", "gen:b": "b"}
    assert [name for name, _ in called(command, scripts)] == names


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("npx prisma generate", GENERATES),
        ("tsx scripts/prepare.ts", OWN),
        ("bun scripts/prepare.ts", OWN),
        ("./scripts/prepare.sh", OWN),
        ("tsx src/db/migrate.ts", DATABASE),
        ("bun run src/db/seed.ts", DATABASE),
        ("prisma migrate deploy", DATABASE),
        ("drizzle-kit generate", "works on a database"),
        ("playwright install", INSTALLS),
        ("playwright test", TESTS),
        ("tsc -p . --noEmit", CHECKS),
        ("tsc -p scripts", ""),
        ("next build", ""),
    ],
)
def test_what_a_command_is_for(command: str, expected: str) -> None:
    assert kind(words(command)) == expected
