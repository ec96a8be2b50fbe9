"""Apps that are as large as they are asked to be, as tables of file name to text. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.speed.cases import COMPONENT, CSS, PAGE
from bench.speed.changes import Change
from tests.apps.versions import NEXT, REACT

PNPM = "10.33.0"

PACKAGES: Mapping[str, str] = {
    "dayjs": "1.11.23",
    "clsx": "2.1.1",
    "ms": "2.1.3",
    "nanoid": "6.0.2",
    "semver": "7.8.6",
    "slugify": "1.6.9",
    "uuid": "14.0.3",
    "zod": "4.6.7",
    "immer": "11.2.13",
    "date-fns": "4.4.0",
}
"""Packages without dependencies, with exact versions; an app of n packages has the first n."""

_CONFIG = "module.exports = { output: 'standalone', images: { unoptimized: true } };\n"
_LAYOUT = """\
import './globals.css';
import { Header } from '{lib}/header';

export default function Layout({ children }) {
  return <html lang="en"><body><Header />{children}</body></html>;
}
"""
_HEADER = "export function Header() {\n  return <header>A shop</header>;\n}\n"
_CSS = "body {\n  margin: 0;\n}\n"
_PAGE = """\
import { Row } from '{lib}/row';

export default function Page() {
  return <main><h1>Page {n}</h1><Row items={[{n}, {n}1, {n}2]} /></main>;
}
"""
_ROW = "export function Row({ items }) {\n  return <ul>{items.map((item) => <li key={item}>{item}</li>)}</ul>;\n}\n"


@dataclass(frozen=True, kw_only=True)
class Made:
    """A generated app.

    Attributes:
        files: texts by path.
        changes: by name.
        apps: directories of its apps.
    """

    files: Mapping[str, str]
    changes: Mapping[str, Change]
    apps: tuple[str, ...] = (".",)


def routes(count: int, *, major: int = 15) -> Made:
    """An app of that many pages, which share a header and a list."""
    return Made(files={**_root(f"routes-{count}", major), **_app("", count)}, changes=_changes(""))


def dependencies(count: int) -> Made:
    """An app of one page that uses that many packages.

    Raises:
        ValueError: there are not so many.
    """
    if not 0 < count <= len(PACKAGES):
        raise ValueError(f"1 to {len(PACKAGES)} packages, not {count}")
    used = dict(list(PACKAGES.items())[:count])
    imports = "".join(f"import * as p{n} from '{name}';\n" for n, name in enumerate(used))
    shown = ", ".join(f"Object.keys(p{n}).length" for n in range(count))
    files = _app("", 1)
    files["app/page.jsx"] = f"{imports}{files['app/page.jsx'].replace('[1, 11, 12]', f'[{shown}]')}"
    return Made(files={**_root(f"dependencies-{count}", 15, used), **files}, changes=_changes(""))


def workspace(count: int) -> Made:
    """A pnpm workspace of that many apps, each of three pages, with one lockfile."""
    apps = tuple(f"apps/a{n}" for n in range(1, count + 1))
    root = {"name": f"workspace-{count}", "version": "1.0.0", "private": True, "packageManager": f"pnpm@{PNPM}"}
    files = {"package.json": _json(root), "pnpm-workspace.yaml": "packages:\n  - apps/*\n"}
    for app in apps:
        inside = {**_root(app.rpartition("/")[2], 15, manager=False), **_app("", 3)}
        files |= {f"{app}/{path}": text for path, text in inside.items()}
    return Made(files=files, changes=_changes(f"{apps[0]}/"), apps=apps)


def _root(name: str, major: int, more: Mapping[str, str] | None = None, *, manager: bool = True) -> dict[str, str]:
    manifest = {
        "name": name,
        "version": "1.0.0",
        "private": True,
        **({"packageManager": f"pnpm@{PNPM}"} if manager else {}),
        "scripts": {"build": "next build"},
        "dependencies": {"next": NEXT[major], "react": REACT[major], "react-dom": REACT[major], **(more or {})},
    }
    return {"package.json": _json(manifest), "next.config.js": _CONFIG}


def _app(place: str, pages: int) -> dict[str, str]:
    files = {
        "app/layout.jsx": _LAYOUT.replace("{lib}", "../lib"),
        "app/globals.css": _CSS,
        "app/page.jsx": _page(1, "../lib"),
        "lib/header.jsx": _HEADER,
        "lib/row.jsx": _ROW,
        "public/robots.txt": "User-agent: *\n",
    }
    files |= {f"app/p{n}/page.jsx": _page(n, "../../lib") for n in range(2, pages + 1)}
    return {f"{place}{path}": text for path, text in files.items()}


def _page(number: int, lib: str) -> str:
    return _PAGE.replace("{lib}", lib).replace("{n}", str(number))


def _changes(place: str) -> dict[str, Change]:
    return {
        PAGE: Change(file=f"{place}app/page.jsx", find="<h1>Page", put="<h1>Page {n},"),
        COMPONENT: Change(file=f"{place}lib/header.jsx", find="A shop", put="A shop {n}"),
        CSS: Change(file=f"{place}app/globals.css", put="\n.changed-{n} {\n  order: {n};\n}\n"),
    }


def _json(value: Any) -> str:
    return json.dumps(value, indent=2) + "\n"
