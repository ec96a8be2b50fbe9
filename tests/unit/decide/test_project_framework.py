"""Facts from Next.js' own files: next.config, routes, and the start script."""

import pytest

from ci.decide.project.facts import Project
from ci.messages import message
from tests.unit.decide.test_project import read


def configured(text: str, name: str = "next.config.js", **seen: object) -> Project:
    return read(files={name: text}, **seen)


# next.config

CONFIG = "/** @type {import('next').NextConfig} */\nmodule.exports = { %s }"


@pytest.mark.parametrize(
    ("text", "output"),
    [
        (CONFIG % "output: 'standalone'", "standalone"),
        (CONFIG % 'output: "export",', "export"),
        (CONFIG % "'output': 'standalone'", "standalone"),
        (CONFIG % "images: { unoptimized: true }, output: 'export'", "export"),
        ("const c: NextConfig = {\n  output: 'standalone' as const,\n}\nexport default c", "standalone"),
        ("export default withPWA({ output: 'standalone' })", "standalone"),
        ("export default () => ({ output: 'standalone' })", "standalone"),
        ("export default async (phase) => { return { output: 'standalone' } }", "standalone"),
        (CONFIG % "reactStrictMode: true", ""),
        (CONFIG % "output: process.env.OUT", ""),
        (CONFIG % "output: process.env.OUT || 'standalone'", ""),
        (CONFIG % "output: process.env.DOCKER ? 'standalone' : undefined", ""),
        (CONFIG % "...(process.env.DOCKER && { output: 'standalone' })", ""),
        (CONFIG % "...(process.env.DOCKER ? { output: 'standalone' } : {})", ""),
        (CONFIG % "...(process.env.DEV ? {} : { output: 'standalone' })", ""),
        (CONFIG % "webpack: (c) => c, other: { output: 'export' }", ""),
        ("const c = {}\nif (process.env.X) c.output = 'export'\nmodule.exports = c", ""),
        ("const a = { output: 'export' }\nconst b = { output: 'standalone' }", ""),
        ("const a = { output: 'export' }\nmodule.exports = { ...(x && { output: 'export' }) }", ""),
        (CONFIG % "// output: 'export'\n", ""),
        (CONFIG % "/* output: 'export', */ output: 'standalone'", "standalone"),
        (CONFIG % "env: { URL: 'https://a' }, output: 'standalone' // , output: 'export'\n", "standalone"),
        (CONFIG % "glob: '**/*.js', output: 'standalone', b: '*/'", "standalone"),
        (CONFIG % "myoutput: 'export'", ""),
        (CONFIG % "output: 'server'", ""),
        ("\0\x01{{{ output: 'export'", "export"),
        ("", ""),
    ],
)
def test_output(text: str, output: str) -> None:
    found = configured(text)
    assert found.output == output
    assert found.reasons.get("output") == ("next.config.js" if output else None)


@pytest.mark.parametrize("name", ["next.config.js", "next.config.mjs", "next.config.ts", "next.config.cjs"])
def test_the_reason_names_the_file(name: str) -> None:
    found = configured(CONFIG % "output: 'standalone', images: { unoptimized: true }", name)
    assert (found.reasons["output"], found.reasons["unoptimized"]) == (name, name)


def test_the_first_file_wins_as_with_next() -> None:
    files = {"next.config.ts": CONFIG % "output: 'export'", "next.config.mjs": CONFIG % "output: 'standalone'"}
    assert read(files=files).output == "standalone"


@pytest.mark.parametrize(
    ("text", "unoptimized"),
    [
        (CONFIG % "images: { unoptimized: true }", True),
        (CONFIG % "images: { 'unoptimized': true }", True),
        (CONFIG % "images: { unoptimized: false }", False),
        (CONFIG % "images: { unoptimized: isProd }", False),
        (CONFIG % "images: { /* unoptimized: true */ }", False),
        (CONFIG % "", False),
    ],
)
def test_unoptimized(text: str, unoptimized: object) -> None:
    assert configured(text).unoptimized is unoptimized


# Routes


@pytest.mark.parametrize(
    ("paths", "router", "reason"),
    [
        (["app/page.tsx"], "app", "app"),
        (["src/app/layout.jsx"], "app", "src/app"),
        (["src/app/(site)/[slug]/page.mdx"], "app", "src/app"),
        (["app/api/health/route.ts"], "app", "app"),
        (["pages/index.js"], "pages", "pages"),
        (["src/pages/_app.tsx", "src/pages/index.tsx"], "pages", "src/pages"),
        (["src/app/page.tsx", "src/pages/api/a.ts"], "app and pages", "src/app, src/pages"),
        (["app/page.tsx", "pages/style.css", "pages/README.md"], "app", "app"),
        (["lib/app/page.tsx", "app/button.tsx"], "", None),
        ([], "", None),
    ],
)
def test_the_router(paths: list[str], router: str, reason: str | None) -> None:
    found = read(paths=paths)
    assert (found.router, found.reasons.get("router")) == (router, reason)
    assert found.warnings == (() if router else (message("warning.no-page", app="."),))


@pytest.mark.parametrize(
    ("paths", "health", "reason"),
    [
        ([], ("/",), None),
        (["app/page.tsx", "app/api/posts/route.ts"], ("/",), None),
        (["app/api/health/route.ts"], ("/api/health", "/"), "app/api/health/route.ts"),
        (["src/app/api/health/route.js"], ("/api/health", "/"), "src/app/api/health/route.js"),
        (["app/(ops)/healthz/route.ts"], ("/healthz", "/"), "app/(ops)/healthz/route.ts"),
        (["pages/api/health.ts"], ("/api/health", "/"), "pages/api/health.ts"),
        (["src/pages/api/health/index.js"], ("/api/health", "/"), "src/pages/api/health/index.js"),
        (["pages/api/hello.ts"], ("/api/hello", "/"), "pages/api/hello.ts"),
        (
            ["pages/api/hello.ts", "app/api/status/route.ts", "app/healthz/route.ts", "app/api/health/route.ts"],
            ("/api/health", "/healthz", "/api/status", "/api/hello", "/"),
            "app/api/health/route.ts",
        ),
        (
            ["app/api/health/liveness/route.ts", "app/api/health/ready/route.ts", "app/api/v1/health/route.ts"],
            ("/api/v1/health", "/api/health/liveness", "/api/health/ready", "/"),
            "app/api/v1/health/route.ts",
        ),
        (["app/api/health-check/route.ts"], ("/api/health-check", "/"), "app/api/health-check/route.ts"),
        (["app/api/v2/ping/route.ts"], ("/api/v2/ping", "/"), "app/api/v2/ping/route.ts"),
        (
            ["app/api/internal/healthcheck/route.ts"],
            ("/api/internal/healthcheck", "/"),
            "app/api/internal/healthcheck/route.ts",
        ),
        (["app/api/orders/status/route.ts", "app/api/shipping/route.ts", "app/api/livestream/route.ts"], ("/",), None),
        (["app/api/health/[id]/route.ts", "app/[tenant]/health/route.ts", "pages/api/[...health].ts"], ("/",), None),
        (["app/@modal/health/route.ts", "app/_lib/health/route.ts", "app/(.)health/route.ts"], ("/",), None),
        (
            ["app/health/page.tsx", "pages/health.tsx", "app/api/health/helper.ts", "lib/app/health/route.ts"],
            ("/",),
            None,
        ),
    ],
)
def test_health_candidates(paths: list[str], health: tuple[str, ...], reason: str | None) -> None:
    found = read(paths=paths)
    assert found.health == health
    assert found.reasons["health"] == (reason or "no route looks like a health check")


@pytest.mark.parametrize(
    ("keys", "health"),
    [
        ("basePath: '/docs'", ("/docs/api/health", "/docs")),
        ("basePath: '/docs', trailingSlash: true", ("/docs/api/health/", "/docs/")),
        ("trailingSlash: true", ("/api/health/", "/")),
        ("trailingSlash: false, basePath: ''", ("/api/health", "/")),
        ("basePath: process.env.BASE", ("/api/health", "/")),
        ("// basePath: '/docs'\n", ("/api/health", "/")),
    ],
)
def test_health_candidates_have_the_apps_own_prefix(keys: str, health: tuple[str, ...]) -> None:
    assert configured(CONFIG % keys, paths=["app/api/health/route.ts"]).health == health


# The start script


@pytest.mark.parametrize(
    ("start", "server"),
    [
        ("node server.js", "server.js"),
        ("NODE_ENV=production node ./server.js", "server.js"),
        ("cross-env NODE_ENV=production PORT=80 node dist/server.js", "dist/server.js"),
        ("env A=1 node server.mjs --port 3000", "server.mjs"),
        ("node -r dotenv/config server.js", "server.js"),
        ("node --require ./tracing.js --import ./a.mjs --max-old-space-size=512 server.js", "server.js"),
        ("node --env-file=.env server.js", "server.js"),
        ("node 'server.js'", "server.js"),
        ("node server", "server"),
        ("NODE_ENV=production node dist", "dist"),
        ("node ./dist/", "dist"),
        ("prisma migrate deploy && node dist/../server.js", "server.js"),
        ("exec node server.cjs", "server.cjs"),
        ("node --experimental-strip-types server.ts", "server.ts"),
        ("", ""),
        ("next start", ""),
        ("node .next/standalone/server.js", ""),
        ("node ./.next/standalone/apps/web/server.js", ""),
        ("node node_modules/next/dist/bin/next start", ""),
        ("node node_modules/.bin/next start", ""),
        ("node server.js && next start", ""),
        ("node ../server.js", ""),
        ("node /srv/server.js", ""),
        ("node .", ""),
        ("node", ""),
        ("nodemon server.js", ""),
        ("node -e 1", ""),
        ("node --eval 1 --port 3000", ""),
        ("node --enable-source-maps server.js", "server.js"),
    ],
)
def test_a_server_of_the_apps_own(start: str, server: str) -> None:
    found = read({"scripts": {"start": start}})
    assert found.server == server
    assert found.reasons.get("server") == ("script start" if server else None)


@pytest.mark.parametrize(
    ("start", "runner"),
    [
        ("tsx server.ts", "tsx"),
        ("NODE_ENV=production ts-node server.ts", "ts-node"),
        ("pm2-runtime start ecosystem.config.js", "pm2-runtime"),
        ("npx tsx server.ts", "tsx"),
        ("next start", ""),
        ("node server.js", ""),
    ],
)
def test_a_server_that_node_alone_does_not_run_is_warned_of(start: str, runner: str) -> None:
    warnings = read({"scripts": {"start": start}}).warnings
    assert warnings == ((message("warning.start", program=runner),) if runner else ())
