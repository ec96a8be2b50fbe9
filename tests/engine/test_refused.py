"""Apps that cannot be shipped: each is refused in one sentence that names the cause, and one that names the way out."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from ci.decide import ecosystems
from ci.decide.diagnose.network import LATER_PARAMS
from ci.decide.variables.block import block
from ci.decide.variables.dummies import dummy
from ci.messages import Message, message
from tests.apps import BROKEN, SHAPES, App
from tests.apps.broken import CONTENT_HOST, FOREIGN_HOST
from tests.conftest import Called

pytestmark = pytest.mark.engine


def built(cause: Message) -> tuple[str, str]:
    """What a failed build ends with where the cause is recognised."""
    return f"{message('build.failed').what}: {cause.what} (exit code 1)", cause.fix


def said(message_id: str, /, **facts: object) -> tuple[str, str]:
    """Both parts of an error, as the catalogue has them."""
    found = message(message_id, **facts)
    return found.what, found.fix


NPM_LOCK = "package-lock.json"
LOCKING = [ecosystems.by_id(name).lock for name in ("npm", "pnpm", "yarn", "bun")]
CHECKS = [
    f"`{ecosystems.by_id('npm').fits}` checks {NPM_LOCK}",
    f"`{ecosystems.by_id('pnpm').fits}` checks pnpm-lock.yaml",
]
MESSAGES = {
    "no-lock": said("lockfile.none", commands=" or ".join(f"`{one}`" for one in LOCKING), file="package.json"),
    "two-locks": said("lockfile.several", count=2, lockfiles=[NPM_LOCK, "pnpm-lock.yaml"], checks=CHECKS),
    "stale-lock": said("lockfile.stale", lockfile=NPM_LOCK, command=LOCKING[0]),
    "foreign-host": said(
        "lockfile.foreign-host", lockfile=NPM_LOCK, hosts=[f"1 from {FOREIGN_HOST} (ms)"], names=[FOREIGN_HOST]
    ),
    "git-dependency": said(
        "lockfile.no-checksum",
        lockfile=NPM_LOCK,
        packages="tiny (git+https://git.example.invalid/tiny.git)",
        names=["tiny"],
    ),
    "network-at-build": built(message("cause.host", host=CONTENT_HOST, later=LATER_PARAMS)),
    "musl-addon": (
        (
            "node_modules/.pnpm/@node-rs+argon2-linux-x64-musl@2.2.1/node_modules/@node-rs/argon2-linux-x64-musl/"
            "argon2.linux-x64-musl.node needs musl's C library"
        ),
        "exclude it in runtime.exclude",
    ),
    "health-and-env": built(
        message(
            "cause.variables",
            names=["NEXT_PUBLIC_API_URL"],
            skip="",
            block=block({"NEXT_PUBLIC_API_URL": dummy("NEXT_PUBLIC_API_URL")}),
        )
    ),
}
"""How the error of each app begins, where no pipeline file helps it: cause, and next step."""

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
