"""What the commands of build scripts do that an image build cannot do, or need not. Pure."""

import re

from ci.decide.project.shell import plain

_INTERPRETERS = ("node", "tsx", "ts-node", "jiti", "vite-node", "esno", "babel-node", "swc-node")
_MIGRATION = re.compile(
    r"(?:[\w.@/-]*/)?(?:(?:run|db|database|prisma|drizzle)[-_.])?(?:migrate|migrations?|seed)"
    r"(?:[-_.](?:db|database|all|deploy|run))?(?:\.[cm]?[jt]s)?"
)
_DATABASE = tuple(
    re.compile(pattern)
    for pattern in (
        r"prisma (?:migrate (?:deploy|dev|reset|resolve|status)|db (?:push|seed|execute|pull))\b",
        r"zenstack (?:migrate|db)\b",
        r"drizzle-kit (?:push|migrate)\b",
        r"payload migrate\b",
        r"knex (?:migrate|seed):",
        r"(?:sequelize|sequelize-cli) db:",
        r"typeorm\S* (?:migration:run|schema:sync)\b",
        r"mikro-orm migration:up\b",
        r"(?:node-pg-migrate|migrate-mongo|dbmate|db-migrate|goose) (?:up|migrate)\b",
        r"supabase (?:db (?:push|reset)|migration up)\b",
        r"atlas (?:migrate|schema) apply\b",
        r"(?:@better-auth/cli|better-auth|auth)(?:@\S+)? migrate\b",
        r"medusa db:migrate\b",
    )
)
"""Commands that change or ask a database, and nothing else."""

_OPTIONAL = (
    (
        "checks the code",
        re.compile(r"(?:eslint|next lint|biome|oxlint|prettier|stylelint|knip|tsc (?:.* )?--noEmit)\b"),
    ),
    ("runs tests", re.compile(r"(?:vitest|jest|mocha|ava|playwright|cypress|storybook)\b")),
    ("deploys or reports", re.compile(r"(?:vercel|netlify|wrangler|firebase|sentry-cli|datadog-ci|flyctl)\b")),
)
_OPTIONAL_NAMES = (
    ("asks a database", re.compile(r"(?:check|wait|ping|verify|test)[-:_](?:for[-:_])?(?:db|database)")),
    ("asks a database", re.compile(r"(?:db|database)[-:_](?:check|wait|ping)")),
    ("checks variables", re.compile(r"(?:check|validate|verify)[-:_]?env|env[-:_](?:check|validate)")),
    ("checks the code", re.compile(r"lint|typecheck|type-check|check[-:_]types|format[-:_]check")),
    ("runs tests", re.compile(r"tests?|test[-:_].*")),
    ("deploys or reports", re.compile(r"deploy.*|.*telemetry.*|upload[-:_].*|sentry[-:_].*")),
)  # fmt: skip


def migrates(command: str) -> bool:
    """Whether a command changes or asks a database, and does nothing else."""
    words = plain(command)
    line = " ".join(words)
    if any(pattern.match(line) for pattern in _DATABASE):
        return True
    run = words[1:] if words and words[0] in _INTERPRETERS else words
    file = next((word for word in run if not word.startswith("-")), "")
    return bool(_MIGRATION.fullmatch(file)) and ("/" in file or "." in file)


def optional(name: str, command: str) -> str:
    """What a step does that an image build need not: ``checks the code``, ``runs tests`` and so on; else empty.

    Args:
        name: of the script that the step calls; empty for a command.
        command: that it runs.
    """
    by_name = next((reason for reason, pattern in _OPTIONAL_NAMES if name and pattern.fullmatch(name)), "")
    line = " ".join(plain(command))
    return by_name or next((reason for reason, pattern in _OPTIONAL if pattern.match(line)), "")
