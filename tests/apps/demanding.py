"""An app whose build checks variables, asks and migrates a database, and whose server wants a variable too.

Two of its pages ask a server that nobody reaches: one for its content, the other for its parameters.
"""

from tests.apps import locks
from tests.apps.app import App, Ask
from tests.apps.sources import LAYOUT, app_manifest, page, written

CHECK_ENV = """\
const missing = ['DATABASE_URL', 'AUTH_SECRET'].filter((name) => !process.env[name])
if (missing.length) {
  console.log('The following environment variables are not defined:')
  for (const name of missing) console.log(' - ', name)
  process.exit(1)
}
"""
CHECK_DATABASE = """\
require('node:net').connect(5432, '127.0.0.1').on('error', (error) => { console.error(error); process.exit(1) })
"""
MIGRATE = """\
console.error("Error: P1001: Can't reach database server at `localhost:5432`")
process.exit(1)
"""
HEALTH = """\
export const dynamic = 'force-dynamic'

export function GET() {
  if (!process.env.DATABASE_URL) throw new Error('DATABASE_URL is not set')
  return Response.json({ ok: true })
}
"""

NEWS = """\
export default async function Page() {
  const answer = await fetch('https://news.demanding.invalid/latest')
  return <h1>{(await answer.json()).title}</h1>
}
"""
POST = """\
export async function generateStaticParams() {
  const answer = await fetch('https://posts.demanding.invalid/all')
  return await answer.json()
}

export default async function Page({ params }) {
  return <h1>{(await params).slug}</h1>
}
"""

DEMANDING = App(
    name="demanding",
    lock=locks.npm,
    health="/api/health",
    asks=(Ask("/", text="Demanding"), Ask("/posts/first", text="first")),
    write=written(
        {
            "package.json": app_manifest(
                "demanding",
                15,
                scripts={
                    "check-env": "node scripts/check-env.js",
                    "check-db": "node scripts/check-db.js",
                    "db:migrate": "node scripts/migrate.js",
                    "build": "npm run check-env && npm run check-db && npm run db:migrate && next build",
                },
            ),
            "scripts/check-env.js": CHECK_ENV,
            "scripts/check-db.js": CHECK_DATABASE,
            "scripts/migrate.js": MIGRATE,
            "app/layout.js": LAYOUT,
            "app/page.js": page("Demanding"),
            "app/news/page.js": NEWS,
            "app/posts/[slug]/page.js": POST,
            "app/api/health/route.js": HEALTH,
        }
    ),
)
