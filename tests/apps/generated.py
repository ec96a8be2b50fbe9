"""An app whose code, packages and fonts are not complete before something has run or was fetched."""

from tests.apps import locks
from tests.apps.app import App, Ask
from tests.apps.sources import app_manifest, written

_PRISMA = "7.1.0"

GENERATED = App(
    name="generated",
    lock=locks.pnpm,
    asks=(Ask("/", text="READER and WRITER"),),
    write=written(
        {
            "package.json": app_manifest(
                "generated",
                16,
                {"@prisma/client": _PRISMA},
                devDependencies={"prisma": _PRISMA},
                scripts={"build": "next build", "postinstall": "prisma generate && git rev-parse HEAD"},
            ),
            "prisma/schema.prisma": (
                'generator client {\n  provider = "prisma-client-js"\n}\n'
                'datasource db {\n  provider = "postgresql"\n}\n'
                "enum Role {\n  READER\n  WRITER\n}\n"
                "model Account {\n  id   Int  @id\n  role Role\n}\n"
            ),
            "prisma.config.ts": (
                'import { defineConfig, env } from "prisma/config"\n'
                'export default defineConfig({ datasource: { url: env("DATABASE_URL") } })\n'
            ),
            "app/layout.jsx": (
                'import { Geist as FontSans, Noto_Sans_JP, Poppins } from "next/font/google"\n'
                'const sans = FontSans({ variable: "--sans", subsets: ["latin"] })\n'
                "const poppins = Poppins({\n"
                '  weight: ["400", "700"], style: ["normal", "italic"], subsets: ["latin"], variable: "--poppins",\n'
                "})\n"
                'const jp = Noto_Sans_JP({ subsets: ["latin"], variable: "--jp", display: "optional" })\n'
                "const all = `${sans.variable} ${poppins.className} ${jp.variable}`\n"
                "export default function Layout({ children }) {\n"
                '  return <html lang="en"><body className={all}>{children}</body></html>\n'
                "}\n"
            ),
            "app/page.jsx": (
                'import { Role } from "@prisma/client"\n'
                'export const dynamic = "force-dynamic"\n'
                'export default function Page() {\n  return <p>{Object.values(Role).join(" and ")}</p>\n}\n'
            ),
        }
    ),
)
