"""Workspaces: one Next.js app that needs packages beside it, which have to be built first."""

from tests.apps import locks
from tests.apps.app import App, Ask
from tests.apps.sources import LAYOUT, app_manifest, manifest, page, to_json, written
from tests.apps.versions import REACT, TYPESCRIPT

_COMPILER = {
    "target": "ES2022",
    "lib": ["dom", "esnext"],
    "module": "esnext",
    "moduleResolution": "bundler",
    "jsx": "preserve",
    "strict": True,
    "skipLibCheck": True,
    "esModuleInterop": True,
    "isolatedModules": True,
    "resolveJsonModule": True,
}

PNPM_TURBO = App(
    name="pnpm-turbo",
    directory="apps/web",
    lock=locks.pnpm,
    asks=(Ask("/", text="A button of the workspace"),),
    write=written(
        {
            "package.json": manifest(
                "shop",
                packageManager=f"pnpm@{locks.PNPM}",
                scripts={"build": "turbo run build"},
                devDependencies={"turbo": "2.11.11"},
            ),
            "pnpm-workspace.yaml": "packages:\n  - apps/*\n  - packages/*\n",
            "turbo.json": to_json(
                {"tasks": {"build": {"dependsOn": ["^build"], "outputs": ["dist/**", ".next/**", "!.next/cache/**"]}}}
            ),
            "packages/config/package.json": manifest("@shop/config"),
            "packages/config/base.json": to_json({"compilerOptions": _COMPILER}),
            "packages/ui/package.json": manifest(
                "@shop/ui",
                scripts={"build": "tsc"},
                exports={".": {"types": "./dist/button.d.ts", "default": "./dist/button.js"}},
                peerDependencies={"react": REACT[15]},
                devDependencies={"@shop/config": "workspace:*", "react": REACT[15], **TYPESCRIPT},
            ),
            "packages/ui/tsconfig.json": to_json(
                {
                    "extends": "@shop/config/base.json",
                    "compilerOptions": {"outDir": "dist", "rootDir": "src", "declaration": True, "jsx": "react-jsx"},
                    "include": ["src"],
                }
            ),
            "packages/ui/src/button.tsx": (
                "export function Button({ label }: { label: string }) {\n  return <button>{label}</button>\n}\n"
            ),
            "apps/web/package.json": app_manifest(
                "web",
                15,
                {"@shop/ui": "workspace:*"},
                devDependencies={"@shop/config": "workspace:*", **TYPESCRIPT},
            ),
            "apps/web/tsconfig.json": to_json(
                {
                    "extends": "@shop/config/base.json",
                    "compilerOptions": {
                        "allowJs": True,
                        "incremental": True,
                        "noEmit": True,
                        "plugins": [{"name": "next"}],
                    },
                    "include": ["next-env.d.ts", "**/*.ts", "**/*.tsx", ".next/types/**/*.ts"],
                    "exclude": ["node_modules"],
                }
            ),
            "apps/web/app/layout.tsx": LAYOUT.replace("{ children }", "{ children }: { children: React.ReactNode }"),
            "apps/web/app/page.tsx": (
                "import { Button } from '@shop/ui'\n\n"
                "export default function Page() {\n  return <Button label='A button of the workspace' />\n}\n"
            ),
        }
    ),
)
"""pnpm and turbo: the app imports what ``tsc`` makes of a package, with a configuration from a third one."""

_LIBRARY = {
    "packages/lib/build.js": "require('node:fs').cpSync('src', 'dist', { recursive: true })\n",
    "packages/lib/src/index.js": "exports.greeting = 'Hello from the library'\n",
}

_GREETING = """\
import { greeting } from '@acme/lib'

export default function Page() {
  return <main>{greeting}</main>
}
"""


def _library() -> str:
    return manifest("@acme/lib", main="dist/index.js", scripts={"build": "node build.js"})


NPM_WORKSPACE = App(
    name="npm-workspace",
    directory="apps/site",
    lock=locks.npm,
    asks=(Ask("/", text="Hello from the library"),),
    write=written(
        {
            **_LIBRARY,
            "package.json": manifest("acme", workspaces=["apps/*", "packages/*"]),
            "packages/lib/package.json": _library(),
            "apps/site/package.json": app_manifest("site", 15, {"@acme/lib": "1.0.0"}),
            "apps/site/app/layout.js": LAYOUT,
            "apps/site/app/page.js": _GREETING,
            "apps/site/public/robots.txt": "User-agent: *\n",
        }
    ),
)
"""npm: the library's build script is plain Node.js."""

BERRY_WORKSPACE = App(
    name="berry-workspace",
    directory="apps/site",
    lock=locks.berry,
    asks=(Ask("/", text="Hello from the library"), Ask("/about", text="About the site")),
    write=written(
        {
            **_LIBRARY,
            "package.json": manifest("acme", packageManager=f"yarn@{locks.BERRY}", workspaces=["apps/*", "packages/*"]),
            ".yarnrc.yml": "nodeLinker: node-modules\n",
            "packages/lib/package.json": _library(),
            "apps/site/package.json": app_manifest("site", 15, {"@acme/lib": "workspace:^"}),
            "apps/site/src/pages/index.js": _GREETING,
            "apps/site/src/pages/about.js": page("About the site"),
        }
    ),
)
"""yarn 4 without a release in the repository, pages router, no ``public``."""

WORKSPACES = (PNPM_TURBO, NPM_WORKSPACE, BERRY_WORKSPACE)
