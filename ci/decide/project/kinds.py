"""What a command of a script is for, by its words and the name of the script: the one place that knows programs."""

import re
from collections.abc import Sequence

from ci.decide.project.shell import words

GENERATES = "generates code"
PATCHES = "patches packages"
OWN = "a program of the app"
HOOKS = "git hooks"
DATABASE = "changes a database"
CHECKS = "checks the code"
TESTS = "runs tests"
DEPLOYS = "deploys or reports"
INSTALLS = "installs something"

OPTIONAL = frozenset({CHECKS, TESTS, DEPLOYS})
"""Kinds that a build can be without, whatever the app."""

_INTERPRETERS = r"(?:node|tsx|ts-node|jiti|vite-node|esno|babel-node|swc-node|bun|bash|sh)"
_FILE = r"[\w.@/-]+\.(?:[cm]?[jt]sx?|sh)\b"
_MIGRATION = re.compile(
    r"(?:[\w.@/-]*/)?(?:(?:run|db|database|prisma|drizzle)[-_.])?(?:migrate|migrations?|seed)"
    r"(?:[-_.](?:db|database|all|deploy|run))?(?:\.[cm]?[jt]s)?"
)
"""Files that change a database, by their names."""

_KINDS = tuple(
    (kind, re.compile(pattern, re.VERBOSE))
    for kind, pattern in (
        (
            GENERATES,
            r"""(?:prisma2?|zenstack)\ generate\b
            | (?:graphql-codegen|graphql-code-generator|gql-gen|gql-codegen)\b(?!.*\s(?:-w|--watch)\b)
            | contentlayer2?\ build\b | velite\b(?!\ init)(?!.*--watch) | fumadocs-mdx\b | content-collections\ build\b
            | paraglide-js\ compile\b | panda\ (?:codegen|cssgen)\b | intlayer\ build\b | lingui\ compile\b
            | (?:tcm|typed-css-modules|typed-scss-modules)\b(?!.*\s(?:-w|--watch)\b)
            | (?:openapi-typescript|openapi-ts|orval|swagger-typescript-api)\b | relay-compiler\b(?!.*--watch)
            | typechain\b | wagmi\ generate\b | buf\ generate\b | sanity\ (?:typegen|schema\ extract)\b
            | next\ typegen\b | basehub(?:\ generate)?$ | payload\ generate:\w+ | svgr\b | tsr\ generate\b
            | pbjs\b | pbts\b""",
        ),
        (PATCHES, r"patch-package\b"),
        (
            OWN,
            rf"""(?:{_INTERPRETERS}\ (?:(?:--?\w\S*)\ )*)?(?!\S*\.husky/){_FILE}
            | (?:cp|mkdir|copyfiles|cpx2?|cpy|ncp|shx|ln|mv|touch|rm|rimraf)\ """,
        ),
        (HOOKS, r"husky|lefthook|simple-git-hooks|yorkie|pre-commit|ghooks|git\b|is-ci\b|\S+\ \S*\.husky/"),
        ("a check of the package manager", r"only-allow|check-node-version|check-engines?\b|use-yarn|corepack"),
        (
            DATABASE,
            r"""prisma2?\ (?:migrate\ (?:deploy|dev|reset|resolve|status)|db\ (?:push|seed|execute|pull))\b
            | zenstack\ (?:migrate|db)\b | drizzle-kit\ (?:push|migrate)\b | payload\ migrate\b
            | knex\ (?:migrate|seed): | (?:sequelize|sequelize-cli)\ db: | typeorm\S*\ (?:migration:run|schema:sync)\b
            | mikro-orm\ migration:up\b | (?:node-pg-migrate|migrate-mongo|dbmate|db-migrate|goose)\ (?:up|migrate)\b
            | supabase\ (?:db\ (?:push|reset)|migration\ up)\b | atlas\ (?:migrate|schema)\ apply\b
            | (?:@better-auth/cli|better-auth|auth)(?:@\S+)?\ migrate\b | medusa\ db:migrate\b
            | flyway\ migrate\b | kysely\ migrate\b | wrangler\ d1\ migrations\ apply\b""",
        ),
        (
            "works on a database",
            r"""(?:prisma2?|zenstack)\ (?:migrate|db)\b | drizzle-kit | knex | typeorm | sequelize | supabase
            | db-migrate | node-pg-migrate | kysely | mikro-orm | dbmate | flyway | atlas\b | wrangler\ d1""",
        ),
        (
            INSTALLS,
            r"""(?:i|ci|install|add|rebuild|dedupe)\b | electron-builder | (?:playwright|cypress)\ install\b | puppeteer
            | pod-install | pip3?\b | apt(?:-get)?\b | yarn-deduplicate | jetify""",
        ),
        (
            CHECKS,
            r"""(?:eslint|next\ lint|biome|oxlint|prettier|stylelint|knip|syncpack|sherif|manypkg
            | tsc\ (?:.*\ )?--noEmit)\b""",
        ),
        (TESTS, r"(?:vitest|jest|mocha|ava|playwright|cypress|storybook)\b"),
        (DEPLOYS, r"(?:vercel|netlify|wrangler|firebase|sentry-cli|datadog-ci|flyctl)\b"),
        ("prints or ends", r"(?:echo|printf|true|false|exit|:|\[|test|if|then|else|fi)(?:\s|$)"),
    )
)
"""Kinds and their commands; the first that fits counts."""

_NAMES = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("asks a database", r"(?:check|wait|ping|verify|test)[-:_](?:for[-:_])?(?:db|database)"),
        ("asks a database", r"(?:db|database)[-:_](?:check|wait|ping)"),
        ("checks variables", r"(?:check|validate|verify)[-:_]?env|env[-:_](?:check|validate)"),
        (CHECKS, r"lint|typecheck|type-check|check[-:_]types|format[-:_]check"),
        (TESTS, r"tests?|test[-:_].*"),
        (DEPLOYS, r"deploy.*|.*telemetry.*|upload[-:_].*|sentry[-:_].*"),
    )
)
"""The same for what a build need not run, by the whole name of a script."""


def kind(command: Sequence[str]) -> str:
    """What a command is for; empty where it is not known.

    Args:
        command: its words, by `ci.decide.project.shell.words`.
    """
    if _is_migration(command):
        return DATABASE
    text = " ".join(command)
    return next((found for found, pattern in _KINDS if pattern.match(text)), "" if text else INSTALLS)


def migrates(command: str) -> bool:
    """Whether a command changes or asks a database, and does nothing else."""
    return kind(words(command)) == DATABASE


def _is_migration(command: Sequence[str]) -> bool:
    """Whether a command runs a file of the app that changes a database by its name."""
    run = command[1:] if command and re.fullmatch(_INTERPRETERS, command[0]) else command
    file = next((word for word in run if not word.startswith("-")), "")
    return bool(_MIGRATION.fullmatch(file)) and ("/" in file or "." in file)


def optional(name: str, command: str) -> str:
    """What a step does that an image build need not: ``checks the code``, ``runs tests`` and so on; else empty.

    Args:
        name: of the script that the step calls; empty for a command.
        command: that it runs.
    """
    by_name = next((found for found, pattern in _NAMES if name and pattern.fullmatch(name)), "")
    by_command = kind(words(command))
    return by_name or (by_command if by_command in OPTIONAL else "")
