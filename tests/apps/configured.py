"""Apps that differ by what they configure: output, server, health, environment, package manager."""

import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.apps import locks
from tests.apps.app import App, Ask
from tests.apps.sources import LAYOUT, app_manifest, page, to_json, write, written
from tests.apps.versions import OLD, TYPESCRIPT

_RELEASE = f".yarn/releases/yarn-{locks.BERRY}.cjs"


def _with_release(root: Path) -> None:
    write(
        {
            "package.json": app_manifest(
                *("berry-app", 15),
                packageManager=f"yarn@{locks.BERRY}",
                scripts={"build": "echo $PWD $HOME $USER $SHELL $TERM $LANG && next build"},
            ),
            ".yarnrc.yml": f"nodeLinker: node-modules\nyarnPath: {_RELEASE}\n",
            ".gitignore": "node_modules\n.next\n.yarn/*\n!.yarn/releases\n",
            "app/layout.js": LAYOUT,
            "app/page.js": page("Made by yarn 4"),
        },
        root,
    )
    with TemporaryDirectory() as home:
        locks.run("npm", "pack", "--silent", f"@yarnpkg/cli-dist@{locks.BERRY}", cwd=Path(home))
        with tarfile.open(next(Path(home).glob("*.tgz"))) as package:
            program = package.extractfile("package/bin/yarn.js")
            assert program, "yarn's package has its program"
            write({_RELEASE: program.read()}, root)


BERRY_APP = App(name="berry-app", write=_with_release, lock=locks.berry, asks=(Ask("/", text="Made by yarn 4"),))
"""yarn 4 with its program in the repository; its shell ends a script that names a variable without a value."""

CUSTOM_SERVER = App(
    name="custom-server",
    lock=locks.yarn,
    pipeline=OLD,
    health="/api/hello",
    asks=(
        Ask("/ping", text="pong of the server"),
        Ask("/", text="A page of Next.js"),
        Ask("/api/hello", text='"hello":"Next.js"'),
        Ask("/nowhere", 404),
    ),
    write=written(
        {
            "package.json": app_manifest(
                "custom-server", 14, {"express": "4.22.3"}, scripts={"start": "NODE_ENV=production node server.js"}
            ),
            "server.js": """\
const express = require('express')
const next = require('next')

const port = Number(process.env.PORT ?? 3000)
const app = next({ dev: process.env.NODE_ENV !== 'production', dir: __dirname, hostname: process.env.HOSTNAME, port })

app.prepare().then(() => {
  const server = express()
  server.get('/ping', (request, response) => response.send('pong of the server'))
  server.all('*', (request, response) => app.getRequestHandler()(request, response))
  server.listen(port, process.env.HOSTNAME)
})
""",
            "app/layout.js": LAYOUT,
            "app/page.js": page("A page of Next.js"),
            "app/api/hello/route.js": "export const GET = () => Response.json({ hello: 'Next.js' })\n",
        }
    ),
)
"""express answers one path itself and leaves the rest to Next.js; its packages are in no trace of Next.js."""

HEALTH_AND_ENV = App(
    name="health-and-env",
    lock=locks.npm,
    pipeline="""\
version: 2
build:
  env:
    NEXT_PUBLIC_API_URL: https://api.example.invalid/v1
runtime:
  health: { path: /api/healthcheck/liveness, status: 204 }
""",
    health="/api/healthcheck/liveness",
    asks=(Ask("/api/healthcheck/liveness", 204), Ask("/", text="https://api.example.invalid/v1")),
    blames=("Missing environment variable NEXT_PUBLIC_API_URL",),
    write=written(
        {
            "package.json": app_manifest("health-and-env", 15, devDependencies=TYPESCRIPT),
            "next.config.ts": """\
import type { NextConfig } from 'next'

if (!process.env.NEXT_PUBLIC_API_URL) throw new Error('Missing environment variable NEXT_PUBLIC_API_URL')

const config: NextConfig = { poweredByHeader: false }

export default config
""",
            "tsconfig.json": to_json(
                {
                    "compilerOptions": {
                        "target": "ES2022",
                        "lib": ["dom", "esnext"],
                        "allowJs": True,
                        "skipLibCheck": True,
                        "strict": True,
                        "noEmit": True,
                        "esModuleInterop": True,
                        "module": "esnext",
                        "moduleResolution": "bundler",
                        "resolveJsonModule": True,
                        "isolatedModules": True,
                        "jsx": "preserve",
                        "incremental": True,
                        "plugins": [{"name": "next"}],
                    },
                    "include": ["next-env.d.ts", "**/*.ts", "**/*.tsx", ".next/types/**/*.ts"],
                    "exclude": ["node_modules"],
                }
            ),
            "src/middleware.ts": """\
import { NextResponse } from 'next/server'

export const middleware = () => NextResponse.next()
""",
            "src/app/layout.tsx": LAYOUT.replace("{ children }", "{ children }: { children: React.ReactNode }"),
            "src/app/page.tsx": page("{process.env.NEXT_PUBLIC_API_URL}"),
            "src/app/api/healthcheck/liveness/route.ts": """\
export const dynamic = 'force-dynamic'

export const GET = () => new Response(null, { status: 204 })
""",
        }
    ),
)
"""next.config.ts ends the build without a variable, and health answers with no body; ``blames`` is for no pipeline."""

STATIC_EXPORT = App(
    name="static-export",
    lock=locks.npm,
    pipeline=OLD,
    asks=(
        Ask("/", text="The first page"),
        Ask("/about", text="The second page"),
        Ask("/logo.svg", text="<svg"),
        Ask("/nowhere", 404, "There is no such page"),
    ),
    write=written(
        {
            "package.json": app_manifest("static-export", 14),
            "next.config.js": "module.exports = { output: 'export', images: { unoptimized: true } }\n",
            "public/logo.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
            "app/layout.js": LAYOUT,
            "app/page.js": page("The first page"),
            "app/about/page.js": page("The second page"),
            "app/not-found.js": page("There is no such page"),
        }
    ),
)
"""Files only, which are served without a word in the pipeline file."""

CONDITIONAL_STANDALONE = App(
    name="conditional-standalone",
    lock=locks.bun,
    pipeline=OLD,
    asks=(Ask("/", text="Standalone on demand"),),
    write=written(
        {
            "package.json": app_manifest("conditional-standalone", 14),
            "next.config.js": "module.exports = { output: process.env.BUILD_STANDALONE ? 'standalone' : undefined }\n",
            "app/layout.js": LAYOUT,
            "app/page.js": page("Standalone on demand"),
        }
    ),
)
"""bun, and an output that the repository's own Dockerfile would switch on by a variable."""

NO_PUBLIC = App(
    name="no-public",
    lock=locks.pnpm8,
    pipeline=OLD,
    asks=(Ask("/", text="No public directory"), Ask("/posts/first", text="Post first"), Ask("/api/now", text='"now":')),
    write=written(
        {
            "package.json": app_manifest("no-public", 13),
            "next.config.mjs": "export default { distDir: 'build', poweredByHeader: false }\n",
            "src/pages/index.js": page("No public directory"),
            "src/pages/posts/[id].js": """\
export const getServerSideProps = ({ params }) => ({ props: { id: params.id } })

export default function Post({ id }) {
  return <main>{`Post ${id}`}</main>
}
""",
            "src/pages/api/now.js": """\
export default function handler(request, response) {
  response.json({ now: Date.now() })
}
""",
        }
    ),
)
"""Pages router in ``src``, next.config.mjs, no ``public``."""

CONFIGURED = (BERRY_APP, CUSTOM_SERVER, HEALTH_AND_ENV, STATIC_EXPORT, CONDITIONAL_STANDALONE, NO_PUBLIC)
