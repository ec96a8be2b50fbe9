"""From a Dockerfile, a compose file and a workflow to a pipeline file."""

from typing import Any

import pytest

from ci.decide.config.model import Health, Patch, Pipeline, Scenario
from ci.decide.config.parse import parse
from ci.decide.migrate.carry import carry
from ci.decide.migrate.sources import Asked, choose
from ci.errors import ConfigError
from tests.unit.plans import app

RUNNER = """\
FROM node:22-alpine AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build
FROM node:22-alpine
WORKDIR /app
COPY --from=build /app/.next/standalone ./
COPY --from=build /app/.next/static ./.next/static
COPY --from=build /app/public ./public
USER 65532
{}
CMD ["node", "server.js"]
"""


def migrated(texts: dict[str, str], asked: Asked | None = None, app_by: str = "", **facts: Any) -> tuple[Pipeline, str]:
    """The pipeline file as its model, and the comments at its head as one line."""
    text = carry(texts, choose(texts, asked or Asked()), app(**facts), app_by)
    head = " ".join(line.strip("# ") for line in text.splitlines() if line.startswith("#"))
    return parse(text, "it"), head


def of(dockerfile: str, **facts: Any) -> tuple[Pipeline, str]:
    return migrated({"Dockerfile": dockerfile}, **facts)


def test_what_detection_finds_by_itself_needs_no_key() -> None:
    pipeline, head = of(RUNNER.format("ENV NODE_ENV=production PORT=3000 HOSTNAME=0.0.0.0\nEXPOSE 3000"))
    assert pipeline == Pipeline()
    assert "All of it was carried over." in head


def test_every_line_has_a_reason_that_names_its_place() -> None:
    text = carry({"Dockerfile": RUNNER.format("EXPOSE 4000")}, choose({"Dockerfile": ""}, Asked()), app())
    assert "  port: 4000  # Dockerfile:11: EXPOSE\n" in text


@pytest.mark.parametrize(
    ("line", "path", "value"),
    [
        ("EXPOSE 4000/tcp", "port", 4000),
        ("ENV PORT=4000\nEXPOSE $PORT", "port", 4000),
        ("ENV PORT 4000", "port", 4000),
        ("ARG P=4000\nENV PORT=${P:-5}", "port", 4000),
        ("ENV \\\n  # a comment\n\n  PORT=4000", "port", 4000),
        ("RUN adduser -S -u 1001 next\nUSER next:next", "user", 1001),
        ("RUN adduser --system --uid 1001 next\nUSER next", "user", 1001),
        ("USER node", "user", 1000),
        ("ENV MODE='a b'", "env", {"MODE": "a b"}),
        ('ENV MODE=a\nENV OTHER="c $MODE"', "env", {"MODE": "a", "OTHER": "c a"}),
        ("ENV NODE_OPTIONS=--max-old-space-size=300", "env", {"NODE_OPTIONS": "--max-old-space-size=300"}),
        ("COPY config.json /app/", "files", ("config.json",)),
        ("COPY --from=build --chown=node /app/content ./content", "files", ("content",)),
        ('COPY --from=build ["/app/drizzle", "./drizzle"]', "files", ("drizzle",)),
        (
            "HEALTHCHECK --interval=1m30s --timeout=5s CMD wget -q http://localhost:$PORT/up || exit 1",
            "health",
            Health(path="/up", interval=90, timeout=5),
        ),
        ("HEALTHCHECK CMD curl -f http://127.0.0.1:3000/up", "health", Health(path="/up")),
    ],
)
def test_the_stage_that_becomes_the_image(line: str, path: str, value: object) -> None:
    assert getattr(of(RUNNER.format(line))[0].runtime, path) == value


@pytest.mark.parametrize(
    ("line", "remark"),
    [
        ("ENV API_SECRET=hunter2", "Dockerfile:11: API_SECRET looks like a secret"),
        ("ENV API_SECRET=", "Dockerfile:11: no value for API_SECRET"),
        ("ARG SHA\nENV GIT_SHA=$SHA", "Dockerfile:12: GIT_SHA gets its value from outside (SHA)"),
        ("USER root", "Dockerfile:11: the image runs as root"),
        ("USER web", "Dockerfile:11: the file does not say the number of the user web"),
        ("RUN apk add --no-cache curl ffmpeg", "Dockerfile:11: packages ffmpeg: the image has none of them"),
        ("RUN apk add --no-cache curl ffmpeg", "curl: the health check of the image runs node"),
        ("COPY start.sh .", "Dockerfile:11: start.sh: there is no shell in the image"),
        ("COPY .env.production ./", "Dockerfile:11: .env.production: no image gets such a file"),
        ("COPY content ./other", "Dockerfile:11: content is put at /app/other"),
        (
            "COPY --from=nginx:1 /etc/nginx /etc/nginx",
            "Dockerfile:11: /etc/nginx of nginx:1: no part of the app's build",
        ),
        ("COPY <<EOF ./x.json\n{}\nEOF", "Dockerfile:11: a file is written here"),
        ("VOLUME /data", "Dockerfile:11: volume /data"),
        ("HEALTHCHECK NONE", "Dockerfile:11: no health check"),
        ("HEALTHCHECK CMD pgrep node", "Dockerfile:11: the health check asks no address"),
        ("RUN prepare --all", "Dockerfile:11: `prepare --all` is not carried over"),
        ("STOPSIGNAL SIGKILL", "Dockerfile:11: stop signal SIGKILL"),
        ("EXPOSE 3000 9229", "Dockerfile:11: port 9229: an image has one port"),
    ],
)
def test_what_the_image_cannot_have_is_a_remark_with_its_place(line: str, remark: str) -> None:
    pipeline, head = of(RUNNER.format(line))
    assert remark in head
    assert "hunter2" not in head
    assert not pipeline.runtime.files
    assert not pipeline.runtime.env


@pytest.mark.parametrize(
    ("command", "scripts", "expected"),
    [
        ('CMD ["node", "start.js"]', {}, ("start.js",)),
        ('ENTRYPOINT ["dumb-init", "--"]\nCMD ["node", "start.js"]', {}, ("start.js",)),
        ("CMD node --import ./otel.mjs server.js", {}, ("--import", "./otel.mjs", "server.js")),
        ("CMD npm run serve", {"serve": "NODE_ENV=production node server/main.js"}, ("server/main.js",)),
        ("CMD npm start", {"start": "next start"}, ()),
        ('CMD ["npx", "next", "start"]', {}, ()),
        ('CMD ["bun", "server.js"]', {}, ()),
    ],
)
def test_the_command(command: str, scripts: dict[str, str], expected: tuple[str, ...]) -> None:
    text = RUNNER.format("").replace('CMD ["node", "server.js"]', command)
    pipeline, head = of(text, scripts={"build": "next build", **scripts})
    assert pipeline.runtime.command == expected
    assert "needs a shell" not in head


@pytest.mark.parametrize(
    "command",
    [
        'ENTRYPOINT ["sh", "/entry.sh"]',
        "CMD prisma migrate deploy && node server.js",
        'CMD ["sh", "-c", "node server.js"]',
        'COPY docker-entrypoint.sh /\nENTRYPOINT ["/docker-entrypoint.sh"]',
    ],
)
def test_a_shell_at_start_is_a_remark(command: str) -> None:
    pipeline, head = of(RUNNER.format("").replace('CMD ["node", "server.js"]', command))
    assert pipeline.runtime.command == ()
    assert "needs a shell: the image has none" in head


def test_variables_and_commands_of_the_build() -> None:
    text = """\
FROM node:22 AS build
ARG NEXT_PUBLIC_API=https://api.example
ARG RELEASE
ENV NEXT_PUBLIC_API=$NEXT_PUBLIC_API
ENV DATABASE_URL=postgresql://user:pass@localhost:5432/x NODE_ENV=production
WORKDIR /app
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci --legacy-peer-deps
RUN sed -i "s/runtime = 'edge'/runtime = 'nodejs'/g" src/app/route.ts
RUN npx velite build && SKIP_ENV_VALIDATION=1 npm run build:docker
FROM build
USER 65532
CMD ["npm", "start"]
"""
    pipeline, head = of(text, scripts={"build:docker": "next build", "start": "next start"}, env=("RELEASE",))
    assert pipeline.build.env == {"NEXT_PUBLIC_API": "https://api.example", "SKIP_ENV_VALIDATION": "1"}
    assert pipeline.build.dummies == {"DATABASE_URL": "postgresql://dummy:dummy@database-url.invalid:5432/dummy"}
    assert pipeline.build.scripts == ("build:docker",)
    assert pipeline.build.generate == ("detected", "velite build")
    assert pipeline.patches == (
        Patch(files="src/app/route.ts", replace="runtime = 'edge'", with_="runtime = 'nodejs'"),
    )
    assert "Dockerfile:3: RELEASE gets its value from outside" in head
    assert "Dockerfile:8: the install has --legacy-peer-deps" in head


@pytest.mark.parametrize(
    ("image", "node", "remark"),
    [
        ("node:24-alpine", "24", ""),
        ("node:22.3.0", "", ""),
        ("gcr.io/distroless/nodejs24-debian12", "24", ""),
        ("node:18", "", "Node.js 18 (node:18): its support has ended, so 22 is used"),
        ("node:26", "", "Node.js 26 (node:26): the pipeline does not have it yet, so 22 is used"),
        ("node:lts", "", "node:lts names no version of Node.js"),
        ("oven/bun:1", "", "oven/bun:1: the pipeline builds and runs the app with Node.js 22"),
    ],
)
def test_the_version_of_node(image: str, node: str, remark: str) -> None:
    pipeline, head = of(f"ARG BASE={image}\nFROM $BASE\nRUN npm run build\nUSER 65532\nCMD npm start")
    assert pipeline.node == node
    assert remark in head


@pytest.mark.parametrize("app_directory", ["apps/web", "."])
def test_files_of_an_app_in_a_workspace(app_directory: str) -> None:
    text = """\
FROM node:22 AS build
WORKDIR /repo
COPY . .
RUN npx turbo run build --filter=web
FROM node:22
WORKDIR /srv
COPY --from=build /repo/apps/web/.next/standalone ./
COPY --from=build /repo/apps/web/content ./apps/web/content
USER 65532
CMD ["node", "apps/web/server.js"]
"""
    pipeline, _ = migrated({"Dockerfile": text}, app_by="Dockerfile", app=app_directory)
    assert pipeline.app == app_directory
    expected = ("content",) if app_directory == "apps/web" else ("apps/web/content", "apps/web/server.js")
    assert pipeline.runtime.files == expected


def test_labels_have_the_keys_of_the_image() -> None:
    line = 'LABEL org.opencontainers.image.title="The shop" team=web org.opencontainers.image.version=1'
    image = of(RUNNER.format(line))[0].image
    assert (image.title, image.labels) == ("The shop", {"team": "web"})


COMPOSE = """\
services:
  web:
    build: { context: ., target: run, args: { NEXT_PUBLIC_API: "https://api.example" } }
    environment:
      - REDIS_URL=redis://cache:6379
      - AUTH_SECRET=abc
    ports: ["3000:3000"]
    healthcheck:
      test: [CMD, wget, "http://localhost:3000/up"]
      interval: 5s
  cache:
    image: redis:7
  db:
    image: postgres:17
    environment: { POSTGRES_PASSWORD: x }
"""


def test_a_compose_file() -> None:
    dockerfile = RUNNER.format("").replace("FROM node:22-alpine\n", "FROM node:22-alpine AS run\n")
    dockerfile = dockerfile.replace("COPY . .", "COPY . .\nARG NEXT_PUBLIC_API\nENV NEXT_PUBLIC_API=$NEXT_PUBLIC_API")
    pipeline, head = migrated({"Dockerfile": dockerfile + "FROM run AS dev\nUSER root\n", "compose.yaml": COMPOSE})
    assert pipeline.runtime.health == Health(path="/up", interval=5)
    assert pipeline.build.env == {"NEXT_PUBLIC_API": "https://api.example"}
    [scenario] = pipeline.smoke.scenarios
    assert isinstance(scenario, Scenario)
    assert (scenario.services, scenario.env) == ({"cache": "redis"}, {"REDIS_URL": "redis://cache:6379"})
    assert [one.path for one in scenario.requests] == ["/up", "{chunk}"]
    assert "root" not in head
    assert "compose.yaml:14: service db (postgres:17)" in head
    assert "variables of the container stay in this file: REDIS_URL, AUTH_SECRET" in head


WORKFLOW = """\
on: { release: { types: [published] } }
env: { REGISTRY: ghcr.io }
jobs:
  image:
    strategy: { matrix: { include: [{ platform: linux/amd64 }, { platform: linux/arm64 }] } }
    steps:
      - id: meta
        uses: docker/metadata-action@v5
        with:
          images: |
            ${{ env.REGISTRY }}/me/shop
            me/shop
          tags: |
            type=semver,pattern={{version}}
            type=raw,value=${{ inputs.tag }}
          flavor: latest=false
      - uses: docker/build-push-action@v6
        with:
          platforms: ${{ matrix.platform }},linux/arm/v7
          tags: ${{ steps.meta.outputs.tags }}
          cache-from: type=gha
          secrets: token=${{ secrets.TOKEN }}
          build-args: |
            NEXT_PUBLIC_API=https://api.example
            SHA=${{ github.sha }}
"""


def test_a_workflow() -> None:
    pipeline, head = migrated({".github/workflows/r.yml": WORKFLOW}, env=("NEXT_PUBLIC_API",))
    assert pipeline.platforms == ("linux/amd64", "linux/arm64")
    assert pipeline.image.repository == "ghcr.io/me/shop"
    assert pipeline.release.tags == ("type=semver,pattern={{version}}",)
    assert pipeline.release.flavor == ("latest=false",)
    assert pipeline.build.env == {"NEXT_PUBLIC_API": "https://api.example"}
    for remark in (
        "r.yml:12: me/shop",
        "r.yml:15:",
        "linux/arm/v7",
        "cache-from",
        "secrets: no build gets",
        "argument SHA",
    ):
        assert remark in head, remark


def test_tags_as_they_are_written() -> None:
    text = "jobs: {a: {steps: [{uses: docker/build-push-action@v6, with: {tags: 'me/shop:latest,me/shop:1'}}]}}"
    pipeline, _ = migrated({".github/workflows/r.yml": text})
    assert pipeline.image.repository == "me/shop"
    assert pipeline.release.tags == ("type=raw,value=latest", "type=raw,value=1")


def test_a_workflow_for_another_image_is_left_alone() -> None:
    other = WORKFLOW.replace("platforms:", "file: db/Dockerfile\n          platforms:")
    pipeline, head = migrated({"Dockerfile": RUNNER.format(""), ".github/workflows/r.yml": other})
    assert pipeline == Pipeline()
    assert "r.yml: a further workflow, which builds db/Dockerfile" in head


@pytest.mark.parametrize(
    ("texts", "asked", "error"),
    [
        ({}, Asked(), "migrate.nothing"),
        ({"Dockerfile": "FROM x"}, Asked(compose="compose.yaml"), "migrate.no-file"),
        ({"Dockerfile": "RUN x"}, Asked(), "migrate.no-stage"),
        ({"Dockerfile": "FROM x\n" + "RUN y\n" * 2000}, Asked(), "migrate.too-large"),
        ({"compose.yaml": "a: [\n"}, Asked(), "config.not-yaml"),
    ],
)
def test_what_cannot_be_read_is_an_error(texts: dict[str, str], asked: Asked, error: str) -> None:
    with pytest.raises(ConfigError) as raised:
        migrated(texts, asked)
    assert raised.value.id == error


def test_a_named_file_is_read_alone() -> None:
    texts = {
        "Dockerfile": RUNNER.format("EXPOSE 4000"),
        "web/Dockerfile": RUNNER.format("EXPOSE 5000"),
        "compose.yaml": COMPOSE,
    }
    pipeline, head = migrated(texts, Asked(dockerfile="web/Dockerfile"))
    assert pipeline.runtime.port == 5000
    assert "compose.yaml" not in head
