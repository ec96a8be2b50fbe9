"""Apps that run machine code: packages of one platform each, of which the lockfile has all."""

from tests.apps import locks
from tests.apps.app import App, Ask
from tests.apps.sources import LAYOUT, app_manifest, page, png, written

SHARP_USED = App(
    name="sharp-used",
    lock=locks.npm,
    asks=(
        Ask("/", text="/_next/image?url=%2Fpicture.png"),
        Ask("/_next/image?url=%2Fpicture.png&w=64&q=75", text="PNG"),
        Ask("/_next/image?url=%2Fnothing.png&w=64&q=75", 400),
    ),
    write=written(
        {
            "package.json": app_manifest("sharp-used", 15, {"sharp": "0.35.5"}),
            "public/picture.png": png(640, 400),
            "app/layout.js": LAYOUT,
            "app/page.js": """\
import Image from 'next/image'

export default function Page() {
  return <Image src='/picture.png' alt='A picture' width={320} height={200} priority />
}
""",
        }
    ),
)
"""The image optimizer at work, with sharp and its libvips."""

NATIVE_ADDON = App(
    name="native-addon",
    lock=locks.pnpm,
    asks=(Ask("/api/hash", text='{"verified":true,"refused":true}'), Ask("/", text="Hashes passwords")),
    write=written(
        {
            "package.json": app_manifest(
                "native-addon", 15, {"@node-rs/argon2": "2.2.1"}, packageManager=f"pnpm@{locks.PNPM}"
            ),
            "next.config.mjs": "export default { serverExternalPackages: ['@node-rs/argon2'] }\n",
            "app/layout.js": LAYOUT,
            "app/page.js": page("Hashes passwords"),
            "app/api/hash/route.js": """\
import { hash, verify } from '@node-rs/argon2'

export const dynamic = 'force-dynamic'

export async function GET() {
  const digest = await hash('right')
  return Response.json({ verified: await verify(digest, 'right'), refused: !(await verify(digest, 'wrong')) })
}
""",
        }
    ),
)
"""A password hash by an addon, whose packages differ by platform and C library."""

_MUSL = "@node-rs/argon2-linux-x64-musl"

MUSL_ADDON = App(
    name="musl-addon",
    lock=locks.pnpm,
    blames=("argon2-linux-x64-musl", "musl"),
    write=written(
        {
            "package.json": app_manifest("musl-addon", 15, {_MUSL: "2.2.1"}),
            "next.config.js": f"""\
module.exports = {{
  webpack: (config) => {{
    config.externals.push({{ '{_MUSL}': 'commonjs {_MUSL}' }})
    return config
  }},
}}
""",
            "app/layout.js": LAYOUT,
            "app/page.js": page("Made for Alpine"),
            "app/api/hash/route.js": f"""\
export const dynamic = 'force-dynamic'

export async function GET() {{
  const {{ hash }} = require('{_MUSL}')
  return Response.json({{ digest: await hash('right') }})
}}
""",
        }
    ),
)
"""An addon for musl only, loaded when asked: it builds and starts, and would fail in a glibc image."""
