"""Apps that cannot be shipped, each for one reason."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.apps import locks
from tests.apps.app import App
from tests.apps.native import MUSL_ADDON
from tests.apps.sources import LAYOUT, app_manifest, page, to_json, written

FOREIGN_HOST = "packages.example.invalid"
CONTENT_HOST = "content.example.invalid"
_COMMIT = "0123456789abcdef0123456789abcdef01234567"


def _small(name: str) -> Callable[[Path], None]:
    return written(
        {
            "package.json": app_manifest(name, 15, {"ms": "2.1.3"}),
            "app/layout.js": LAYOUT,
            "app/page.js": page("A small app"),
        }
    )


def _change(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    content = json.loads(file.read_text())
    change(content)
    file.write_text(to_json(content))


def _foreign_host(root: Path) -> None:
    def move(lock: dict[str, Any]) -> None:
        lock["packages"]["node_modules/ms"]["resolved"] = f"https://{FOREIGN_HOST}/ms/-/ms-2.1.3.tgz"

    locks.npm(root)
    _change(root / "package-lock.json", move)


def _git_dependency(root: Path) -> None:
    address = f"git+https://git.example.invalid/tiny.git#{_COMMIT}"

    def depend(package: dict[str, Any]) -> None:
        package["dependencies"]["tiny"] = address

    def record(lock: dict[str, Any]) -> None:
        depend(lock["packages"][""])
        lock["packages"]["node_modules/tiny"] = {"version": "1.0.0", "resolved": address}

    locks.npm(root)
    _change(root / "package.json", depend)
    _change(root / "package-lock.json", record)


def _stale(root: Path) -> None:
    locks.npm(root)
    _change(root / "package.json", lambda package: package["dependencies"].update(ms="2.1.2"))


def _two(root: Path) -> None:
    locks.npm(root)
    locks.pnpm(root)


BROKEN = (
    App(
        name="foreign-host",
        write=_small("foreign-host"),
        lock=_foreign_host,
        blames=(FOREIGN_HOST, "ms"),
    ),
    App(
        name="git-dependency",
        write=_small("git-dependency"),
        lock=_git_dependency,
        blames=("tiny",),
    ),
    App(name="stale-lock", write=_small("stale-lock"), lock=_stale, blames=("package-lock.json",)),
    App(name="two-locks", write=_small("two-locks"), lock=_two, blames=("package-lock.json", "pnpm-lock.yaml")),
    App(name="no-lock", write=_small("no-lock"), lock=locks.none, blames=("no lockfile",)),
    App(
        name="network-at-build",
        lock=locks.npm,
        blames=(CONTENT_HOST,),
        write=written(
            {
                "package.json": app_manifest("network-at-build", 15),
                "app/layout.js": LAYOUT,
                "app/posts/[id]/page.js": f"""\
export async function generateStaticParams() {{
  const posts = await fetch('http://{CONTENT_HOST}/posts.json')
  return posts.json()
}}

export default async function Post({{ params }}) {{
  const {{ id }} = await params
  return <main>{{id}}</main>
}}
""",
            }
        ),
    ),
    MUSL_ADDON,
)
"""``blames`` names what a good error names, in whatever words."""
