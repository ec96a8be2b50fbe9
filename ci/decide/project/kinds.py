"""What a command of a script is for, by its words: whether a build needs it."""

import re
from collections.abc import Sequence

GENERATES = "generates code"
PATCHES = "patches packages"
OWN = "a program of the app"

_GENERATORS = re.compile(
    r"""(?:prisma2?|zenstack)\ generate\b
    | (?:graphql-codegen|graphql-code-generator|gql-gen|gql-codegen)\b(?!.*\s(?:-w|--watch)\b)
    | contentlayer2?\ build\b | velite\b(?!\ init)(?!.*--watch) | fumadocs-mdx\b | content-collections\ build\b
    | paraglide-js\ compile\b | panda\ (?:codegen|cssgen)\b | intlayer\ build\b | lingui\ compile\b
    | (?:tcm|typed-css-modules|typed-scss-modules)\b(?!.*\s(?:-w|--watch)\b)
    | (?:openapi-typescript|openapi-ts|orval|swagger-typescript-api)\b | relay-compiler\b(?!.*--watch)
    | typechain\b | wagmi\ generate\b | buf\ generate\b | sanity\ (?:typegen|schema\ extract)\b
    | next\ typegen\b | basehub(?:\ generate)?$ | payload\ generate:\w+ | svgr\b | tsr\ generate\b | pbjs\b | pbts\b""",
    re.VERBOSE,
)
_PATCHES = re.compile(r"patch-package\b")
_OWN = re.compile(
    r"""(?:node|tsx|ts-node|esno|jiti|bun|bash|sh)\ (?:(?:--?\w\S*)\ )*(?!\S*\.husky/)[\w.@/-]+\.(?:[cm]?[jt]sx?|sh)\b
    | (?:cp|mkdir|copyfiles|cpx2?|cpy|ncp|shx|ln|mv|touch|rm|rimraf)\ """,
    re.VERBOSE,
)
_LEFT_OUT = tuple(
    (why, re.compile(pattern, re.VERBOSE))
    for why, pattern in (
        ("git hooks", r"husky|lefthook|simple-git-hooks|yorkie|pre-commit|ghooks|git\b|is-ci\b|\S+\ \S*\.husky/"),
        ("a check of the package manager", r"only-allow|check-node-version|check-engines?\b|use-yarn|corepack"),
        (
            "changes a database",
            r"""(?:prisma2?|zenstack)\ (?:migrate|db)\b | drizzle-kit | knex | typeorm | sequelize | supabase
            | db-migrate | node-pg-migrate | payload\ migrate | kysely | mikro-orm | dbmate
            | flyway | atlas\b | wrangler\ d1""",
        ),
        (
            "installs something",
            r"""(?:i|ci|install|add|rebuild|dedupe)\b | electron-builder | playwright | cypress | puppeteer
            | pod-install | pip3?\b | apt(?:-get)?\b | yarn-deduplicate | jetify""",
        ),
        ("a check of the source", r"syncpack|sherif|manypkg|eslint|prettier|tsc\b|biome|knip|jest|vitest"),
        ("prints or ends", r"(?:echo|printf|true|false|exit|:|\[|test|if|then|else|fi)(?:\s|$)"),
    )
)


def kind(words: Sequence[str]) -> str:
    """``GENERATES``, ``PATCHES`` or ``OWN`` for what runs, why not for what does not; empty where it is not known."""
    text = " ".join(words)
    if _GENERATORS.match(text):
        return GENERATES
    if _PATCHES.match(text):
        return PATCHES
    if _OWN.match(text):
        return OWN
    return next((why for why, pattern in _LEFT_OUT if pattern.match(text)), "" if text else "installs something")
