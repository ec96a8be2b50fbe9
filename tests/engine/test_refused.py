"""Apps that cannot be shipped: each is refused in one sentence that names the cause, and one that names the way out."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.apps import BROKEN, SHAPES, App
from tests.conftest import Called

pytestmark = pytest.mark.engine

MESSAGES = {
    "no-lock": (
        "the app has no lockfile, so nobody knows what would be installed",
        "run `pnpm install` or `npm install` or `yarn install` or `bun install`, and commit the lockfile",
    ),
    "two-locks": (
        "the app has 2 lockfiles: package-lock.json, pnpm-lock.yaml",
        'delete all but one, or name the manager in package.json, such as "packageManager": "pnpm@10.14.0"',
    ),
    "stale-lock": (
        "package-lock.json is out of date: it does not fit package.json",
        "run `npm install` and commit package-lock.json",
    ),
    "foreign-host": (
        "package-lock.json takes packages from hosts that nobody allowed: 1 from packages.example.invalid (ms)",
        "add the host to install.hosts in the pipeline file if you trust it, or lock again against the public registry",
    ),
    "git-dependency": (
        "package-lock.json has no checksum for tiny (git+https://git.example.invalid/tiny.git)",
        "replace by a released version, or set install.unverified: [tiny] in the pipeline file",
    ),
    "network-at-build": (
        "the app does not build: the build asks content.example.invalid, which the engine cannot reach (exit code 1)",
        "ask it at run time (`export const dynamic = 'force-dynamic'`, or `await connection()`), or let the engine",
    ),
    "musl-addon": (
        (
            "node_modules/.pnpm/@node-rs+argon2-linux-x64-musl@2.2.1/node_modules/@node-rs/argon2-linux-x64-musl/"
            "argon2.linux-x64-musl.node needs musl's C library, the image has glibc"
        ),
        "leave it out by runtime.exclude, or let the lockfile have the package for glibc too",
    ),
    "health-and-env": (
        "the app does not build: the build needs NEXT_PUBLIC_API_URL (exit code 1)",
        "set build.env.NEXT_PUBLIC_API_URL in the pipeline file (a dummy value will do where it is only validated)",
    ),
    "static-export": (
        'next.config.js sets output: "export", so there is no server to run',
        "set `runtime.serve: static` in the pipeline file to serve its files, or remove `output`",
    ),
}
"""How what is said of each app begins, where no pipeline file helps it: cause, and way out."""

APPS = [app for app in (*BROKEN, *SHAPES) if app.name in MESSAGES]


def test_every_broken_app_has_its_message() -> None:
    assert {app.name for app in BROKEN} <= set(MESSAGES)
    assert {app.name for app in APPS} == set(MESSAGES)


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_refused(app: App, call: Callable[..., Called], tmp_path: Path) -> None:
    called = call("check", source=app.make(tmp_path))

    what, fix = MESSAGES[app.name]
    assert called.code != 0
    assert re.search(rf"^Error: ci\.errors\.\w+: {re.escape(what)}", called.error, re.MULTILINE), called.error
    assert f"\n  fix: {fix}" in called.error
    assert "Traceback" not in called.error
