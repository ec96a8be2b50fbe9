"""The pipeline file that ``config init`` writes, for apps of different shapes."""

from dataclasses import replace

import pytest

from ci.decide.config.init import init
from ci.decide.config.model import Build, Health, Image, Install, Pipeline, Runtime
from ci.decide.config.parse import parse
from ci.decide.ecosystems import by_id
from ci.decide.ecosystems.locked import Locked
from ci.decide.project.facts import Project
from ci.decide.variables import Variable

PLAIN = Project(
    name="shop",
    version="1.0.0",
    description="",
    license="",
    app=".",
    next="15.5.29",
    router="app",
    output="",
    unoptimized=False,
    manager=by_id("pnpm"),
    manager_version="10.14.0",
    manager_integrity="",
    lockfile="pnpm-lock.yaml",
    locked=(),
    node="22",
    scripts={"build": "next build"},
    health=("/",),
    reasons={"health": "no route looks like a health check"},
)


def taken_in(text: str, *starts: str) -> str:
    """The file after a user has taken the ``# `` away from the blocks that begin with these lines."""
    lines, inside = [], False
    for line in text.splitlines():
        inside = line.strip().startswith("# ") and (inside or line.strip() in starts)
        lines.append(line.replace("# ", "", 1) if inside else line)
    return "\n".join(lines)


def test_an_app_as_create_next_app_makes_it() -> None:
    assert (
        init(PLAIN)
        == """\
# shop: Next.js 15.5.29, app router, pnpm 10.14.0, Node.js 22.
# What is left out follows from the app: `dagger call config show` prints every key and where its value comes
# from. All keys: docs/reference/pipeline.md
version: 2

# One platform, that of the engine, is the default. For both, without emulation:
# platforms: [linux/amd64, linux/arm64]

# Where `publish` pushes; without a tag, the version becomes the tag:
# image:
#   repository: ghcr.io/OWNER/shop

# runtime:
#   # Requested from inside the container; it must answer 200, without a redirect or a sign-in.
#   # Why this path: no route looks like a health check.
#   health:
#     path: /
"""
    )
    assert parse(init(PLAIN), "x") == Pipeline()
    assert parse(taken_in(init(PLAIN), "# runtime:"), "x") == Pipeline(runtime=Runtime(health=Health()))


def test_what_is_commented_out_is_valid_too() -> None:
    project = replace(
        PLAIN,
        name="@Acme/Shop",
        env=("API_URL", "NEXT_PUBLIC_A", "NEXT_PUBLIC_B"),
        locked=(Locked(name="bcrypt", version="5.1.1"), Locked(name="react", version="19.0.0")),
        health=("/api/health", "/healthz", "/"),
        reasons={"health": "src/app/api/health/route.ts"},
    )
    text = init(project)
    assert parse(text, "x") == Pipeline(runtime=Runtime(health=Health(path="/api/health")))
    assert "    path: /api/health\n    # path: /healthz\n    # path: /\n" in text
    assert "# Why this path: src/app/api/health/route.ts.\n" in text
    assert "# The app may read these variables too, mostly at run time; pass them to the container: API_URL.\n" in text
    blocks = ("# platforms: [linux/amd64, linux/arm64]", "# image:", "# install:", "# build:")
    assert parse(taken_in(text, *blocks), "x") == Pipeline(
        platforms=("linux/amd64", "linux/arm64"),
        image=Image(repository="ghcr.io/OWNER/shop"),
        install=Install(allow_scripts=("bcrypt",)),
        build=Build(env={"NEXT_PUBLIC_A": "", "NEXT_PUBLIC_B": ""}),
        runtime=Runtime(health=Health(path="/api/health")),
    )


def test_variables_that_the_source_requires_have_dummies() -> None:
    values = {"DATABASE_URL": "postgresql://dummy:dummy@database-url.invalid:5432/dummy", "NEXT_PUBLIC_A": "1"}
    variables = tuple(Variable(name=n, dummy=v, required=True, file="src/env.ts") for n, v in values.items())
    project = replace(PLAIN, env=("DATABASE_URL", "NEXT_PUBLIC_A", "NEXT_PUBLIC_B", "REDIS_URL"), variables=variables)
    text = init(project)
    assert parse(text, "x").build == Build(dummies=values)
    assert "    # Required by src/env.ts. Browsers get this value: write the real one into `env`.\n" in text
    assert "pass them to the container: REDIS_URL.\n" in text
    assert '  # env:\n  #   NEXT_PUBLIC_B: ""\n' in text


def test_many_names_are_more_lines() -> None:
    names = tuple(f"A_VARIABLE_{n}" for n in range(20))
    assert max(map(len, init(replace(PLAIN, env=names)).splitlines())) <= 120


@pytest.mark.parametrize(
    ("project", "pipeline", "comments"),
    [
        (
            replace(PLAIN, app="apps/web", reasons={"app": "the only package with next"}),
            Pipeline(app="apps/web"),
            ["# The source is a workspace: the only package with next."],
        ),
        (
            replace(PLAIN, server="server/main.js", reasons={"server": "script start"}),
            Pipeline(
                runtime=Runtime(command=("server/main.js",), files=("server/main.js",)),
            ),
            ["  # In place of Next.js' own server: script start."],
        ),
        (
            replace(PLAIN, output="export", reasons={"output": "next.config.ts"}),
            Pipeline(runtime=Runtime(serve="static")),
            ["  # next.config.ts: no server, since output is `export`."],
        ),
        (
            replace(PLAIN, health=("/docs/api/ping", "/docs")),
            Pipeline(runtime=Runtime(health=Health(path="/docs/api/ping"))),
            ["    # path: /docs"],
        ),
        (
            replace(PLAIN, name='a"b\nport: 1', next="canary\n", app="a b: c", reasons={"app": "x\ny: z"}, health=()),
            Pipeline(app="a b: c"),
            ['# a"b port: 1: Next.js canary , app router, pnpm 10.14.0, Node.js 22.'],
        ),
        (
            replace(PLAIN, manager=by_id("npm"), manager_version="", router="pages"),
            Pipeline(),
            ["# shop: Next.js 15.5.29, pages router, npm, Node.js 22."],
        ),
    ],
    ids=["workspace", "custom server", "static export", "base path", "odd names", "npm"],
)
def test_shapes(project: Project, pipeline: Pipeline, comments: list[str]) -> None:
    text = init(project)
    assert parse(text, "x") == pipeline
    for line in comments:
        assert line in text.splitlines(), text
    assert "NEXT_PUBLIC_" not in text
    assert "# install:" not in text.splitlines()
