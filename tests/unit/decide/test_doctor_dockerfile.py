"""Mistakes of Dockerfiles: each with a text that has it, and one that has not."""

import re
from pathlib import Path

import pytest

from ci.decide.dockerfile.export import files
from ci.decide.dockerfile.stages import needed
from ci.decide.doctor import dockerfile
from ci.decide.doctor.dockerfile import NAME, examine
from ci.engine.containers import texts
from ci.messages import catalogue
from ci.module import NEVER_SENT
from tests.unit.decide.test_dockerfile import SHAPES

DISTROLESS = "gcr.io/distroless/nodejs22-debian12:nonroot"
IGNORE = "node_modules\n.next\n.git\n.env*\n"
BUILD = """\
FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build
"""
GOOD = f"""\
{BUILD}
FROM {DISTROLESS} AS runner
WORKDIR /app
COPY --from=build /app/.next/standalone ./
COPY --from=build /app/.next/static ./.next/static
USER 65532
HEALTHCHECK CMD ["/nodejs/bin/node", "-e", "check()"]
CMD ["server.js"]
"""


def ids(text: str, **others: str) -> list[str]:
    """Ids of the messages that are found."""
    sources = {
        "Dockerfile": text,
        ".dockerignore": IGNORE,
        **{n.replace("__", "/"): t for n, t in others.items()},
    }
    found = examine({name: text for name, text in sources.items() if text})
    return [identify(one.text) for one in found]


def identify(text: str) -> str:
    """The id of a message by the longest of its fixed words."""
    known = {one.id: max(one.what.replace("}", "{").split("{")[::2], key=len) for one in catalogue().values()}
    return next(name for name, words in known.items() if name.startswith("doctor.") and words and words in text)


def replaced(old: str, new: str, text: str = GOOD) -> str:
    assert old in text
    return text.replace(old, new)


def test_a_good_file_has_none() -> None:
    assert ids(GOOD) == []


CHECK = 'HEALTHCHECK CMD ["/nodejs/bin/node", "-e", "check()"]'
CMD = 'CMD ["server.js"]'
SLIM = GOOD.replace(DISTROLESS, "node:22-bookworm-slim")
ALPINE = GOOD.replace(DISTROLESS, "node:22-alpine").replace("node:22-bookworm-slim", "node:22-alpine")
DEV_LAST = f'{GOOD}\nFROM build AS dev\nUSER 1000\nCMD ["npm", "run", "dev"]\n'


MISTAKES = [
    (replaced(CHECK, "HEALTHCHECK CMD curl -f http://localhost:3000/ || exit 1"), "doctor.check-program"),
    (replaced(CHECK, 'HEALTHCHECK --interval=5s CMD ["wget", "-q", "x"]'), "doctor.check-program"),
    (replaced(CHECK, "HEALTHCHECK CMD curl -f localhost:3000", SLIM), "doctor.check-program"),
    (replaced(CHECK, "HEALTHCHECK CMD wget -q localhost:3000", SLIM), "doctor.check-program"),
    (replaced(CHECK, "HEALTHCHECK CMD curl -f localhost:3000", ALPINE), "doctor.check-program"),
    (replaced(CHECK, "HEALTHCHECK CMD node check.js"), "doctor.check-shell"),
    (replaced(CMD, "CMD node server.js"), "doctor.command-shell"),
    (replaced(CMD, 'CMD ["npm", "start"]'), "doctor.command-shell"),
    (replaced(CMD, 'ENTRYPOINT ["/bin/sh", "start.sh"]'), "doctor.command-shell"),
    (replaced("USER 65532", "RUN mkdir data\nUSER 65532"), "doctor.run-shell"),
    (replaced("node:22-bookworm-slim", "node:22-alpine"), "doctor.libc"),
    (replaced(DISTROLESS, "node:22-alpine"), "doctor.libc"),
    (DEV_LAST, "doctor.no-target"),
    (replaced(CMD, 'CMD ["npm", "run", "dev"]', SLIM), "doctor.dev-server"),
    (replaced(CMD, "CMD next dev", SLIM), "doctor.dev-server"),
    (replaced("FROM node:22-bookworm-slim", "FROM node"), "doctor.floating"),
    (replaced("FROM node:22-bookworm-slim", "FROM docker.io/library/node:latest"), "doctor.floating"),
    (replaced("node:22-bookworm-slim", "node:18-slim"), "doctor.node-ended"),
    (replaced("distroless/nodejs22-debian12", "distroless/nodejs18-debian12"), "doctor.node-ended"),
    (replaced("USER 65532", "USER root"), "doctor.root"),
    (replaced("USER 65532", "USER 0:0"), "doctor.root"),
    (replaced("USER 65532\n", "", SLIM), "doctor.root"),
    (replaced("npm ci", "npm install"), "doctor.install"),
    (replaced("npm ci", "npm i --no-audit"), "doctor.install"),
    (replaced("npm ci", "corepack enable && pnpm install"), "doctor.install"),
    (replaced("npm ci", "yarn"), "doctor.install"),
    (replaced("npm ci", "yarn install --production=false"), "doctor.install"),
    (replaced("npm ci", "bun install"), "doctor.install"),
    (replaced("COPY package.json package-lock.json ./", "COPY . ."), "doctor.source-first"),
    (replaced("COPY . .", "ARG NPM_TOKEN\nCOPY . ."), "doctor.secret-argument"),
    (replaced("COPY . .", "ENV DATABASE_PASSWORD=x\nCOPY . ."), "doctor.secret-argument"),
    (replaced("COPY --from=build /app/.next/static ./.next/static\n", ""), "doctor.no-static"),
]


@pytest.mark.parametrize(("text", "message"), MISTAKES)
def test_a_mistake_is_found(text: str, message: str) -> None:
    assert ids(text) == [message]


@pytest.mark.parametrize(
    "text",
    [
        replaced(CHECK, "HEALTHCHECK NONE"),
        replaced(CHECK, "HEALTHCHECK CMD wget -q localhost:3000", ALPINE),
        replaced(CHECK, "RUN apk add --no-cache curl\nHEALTHCHECK CMD curl localhost:3000", ALPINE),
        replaced(CHECK, "RUN apt-get update && apt-get install -y curl\nHEALTHCHECK CMD curl localhost:3000", SLIM),
        replaced(CHECK, "HEALTHCHECK CMD node check.js", SLIM),
        replaced(CMD, "CMD node server.js", SLIM),
        replaced(CMD, 'CMD ["npm", "start"]', SLIM),
        replaced(DISTROLESS, f"{DISTROLESS.replace('nonroot', 'debug-nonroot')}").replace(CMD, "CMD node server.js"),
        ALPINE,
        SLIM,
        replaced("USER 65532\n", ""),
        replaced("FROM node:22-bookworm-slim", "ARG NODE=22\nFROM node:${NODE}-bookworm-slim"),
        replaced("npm ci", "npm install -g pnpm@10.14.0 && pnpm install --frozen-lockfile"),
        replaced("npm ci", "npm install --global corepack@1"),
        replaced("npm ci", "yarn install --immutable"),
        replaced("npm ci", "yarn --frozen-lockfile"),
        replaced("npm ci", "bun ci"),
        replaced("RUN npm run build", "RUN --mount=type=secret,id=NPM_TOKEN npm run build"),
        replaced("COPY . .", "ARG NEXT_PUBLIC_MAP_TOKEN\nCOPY . ."),
        replaced("COPY . .", 'ENV OPENAI_API_KEY=""\nCOPY . .'),
        replaced("WORKDIR /app\nCOPY package", "WORKDIR /app\nCOPY --from=build2 . /x\nCOPY package"),
    ],
)
def test_what_is_no_mistake(text: str) -> None:
    assert ids(text) == []


def test_a_target_that_something_names() -> None:
    assert ids(DEV_LAST, **{"compose.yaml": "services:\n  web:\n    build:\n      target: runner\n"}) == []
    assert ids(DEV_LAST, **{".github__workflows__a.yml": "run: docker build --target runner .\n"}) == []


def test_what_must_not_be_copied() -> None:
    assert ids(GOOD, **{".dockerignore": ""}) == ["doctor.no-ignore"]
    assert ids(GOOD, **{".dockerignore": "node_modules\n.git\n.next\n"}) == ["doctor.ignore-lacks"]
    assert ids(GOOD, **{".dockerignore": "", "Dockerfile.dockerignore": IGNORE}) == []
    assert ids(replaced("COPY . .", "COPY src src"), **{".dockerignore": ""}) == []


def test_every_finding_has_its_place_and_its_fix() -> None:
    found = list(examine({"docker/web.Dockerfile": replaced("npm ci", "npm install"), ".dockerignore": IGNORE}))
    assert [(one.level, one.text.partition(" ")[0], bool(one.fix)) for one in found] == [
        ("warning", "docker/web.Dockerfile:4:", True)
    ]


@pytest.mark.parametrize(
    "text", ["", "not a Dockerfile", "RUN a\n", "FROM $X\n", "FROM a AS a\nCOPY --from=a . .\nCMD"]
)
def test_a_file_that_is_none_is_left_alone(text: str) -> None:
    assert [one.level for one in examine({"Dockerfile": text}) if one.level not in {"warning", "advice"}] == []


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Dockerfile", True),
        ("docker/Dockerfile", True),
        ("Dockerfile.prod", True),
        ("web.Dockerfile", True),
        ("Dockerfile.dockerignore", False),
        (".dockerignore", False),
        ("src/Dockerfile.ts/x", False),
        (".devcontainer/Dockerfile", False),
    ],
)
def test_which_files_are_looked_at(name: str, *, is_one: bool) -> None:
    assert bool(NAME.fullmatch(name)) == is_one


@pytest.mark.parametrize("name", SHAPES)
def test_the_file_that_the_plan_is_written_as_has_none(name: str) -> None:
    plan = SHAPES[name]
    assert [one.text for one in examine(files(plan, texts(needed(plan)), NEVER_SENT))] == []


def test_every_message_is_tested() -> None:
    made = set(re.findall(r'message\(\s*"(doctor\.[\w-]+)"', Path(dockerfile.__file__).read_text("utf-8")))
    assert {message for _, message in MISTAKES} == made - {"doctor.no-ignore", "doctor.ignore-lacks"}
