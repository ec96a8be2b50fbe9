"""The app: what its plan and its files say that a build does not."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fnmatch import fnmatchcase

from ci.decide.doctor.finding import Finding
from ci.decide.plan.image import SERVER
from ci.decide.plan.model import Plan
from ci.decide.project.next_version import major
from ci.messages import message

GIT_IGNORE = ".gitignore"
SOON = timedelta(days=90)
"""Before the end of Node.js' support it is named."""

SHARP_NEEDED = 15
"""Next.js 15 has no optimizer of images but sharp (its release notes, "Improvements to self-hosting")."""

DEAD = {
    "_EXPERIMENTAL_DAGGER_CACHE_CONFIG": "Dagger reads it no more since 0.21",
    "ACTIONS_CACHE_URL": "GitHub closed the service behind it in 2025",
}
"""Variables of caches that nothing reads any more, with the reason."""

_ENV_FILES = (".env.local", ".env.production.local")
_CI_FILE = re.compile(r"\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.ya?ml")
WORKFLOWS = (".github/workflows/*.yml", ".github/workflows/*.yaml", ".gitlab-ci.yml")


def examine(plan: Plan, today: date) -> Iterator[Finding]:
    """What is wrong with an app whose plan was made.

    Args:
        plan: all decisions.
        today: the day.
    """
    yield from _support(plan, today)
    if "packageManager" not in plan.facts.get("manager", "") and plan.install.fetch:
        manager = plan.facts.get("manager", "").partition(" (")[0]
        yield Finding.of("advice", message("doctor.no-package-manager", manager=manager))
    yield from _images(plan)
    if plan.image.serve == SERVER and plan.image.health.path == plan.image.start:
        yield Finding.of("advice", message("doctor.no-health-route", path=plan.image.health.path))


def files(texts: Mapping[str, str]) -> Iterator[Finding]:
    """What is wrong with files that no plan reads.

    Args:
        texts: files of the source by path: ``.gitignore`` and workflows.
    """
    missing = [name for name in _ENV_FILES if not ignored(texts.get(GIT_IGNORE, ""), name)]
    if missing:
        yield Finding.of("warning", message("doctor.env-in-git", files=missing))
    for path, text in sorted(texts.items()):
        for name, why in DEAD.items() if _CI_FILE.fullmatch(path) else ():
            if match := re.search(rf"^[^#\n]*\b{name}\b", text, re.MULTILINE):
                line = text.count("\n", 0, match.start()) + 1
                yield Finding.of("warning", message("doctor.dead-cache", file=path, line=line, name=name, why=why))


def ignored(rules: str, path: str) -> bool:
    """Whether a ``.gitignore`` or ``.dockerignore`` leaves a path out; the last rule that matches decides."""
    found = False
    for line in rules.splitlines():
        rule = line.strip()
        if rule and not rule.startswith("#"):
            pattern = rule.removeprefix("!").removeprefix("**/").strip("/")
            if fnmatchcase(path, pattern) or fnmatchcase(posixpath.basename(path), pattern):
                found = not rule.startswith("!")
    return found


def _support(plan: Plan, today: date) -> Iterator[Finding]:
    line = plan.facts.get("node", "").partition(" ")[0]
    end = plan.trust.eol.get(f"node{line}", "")
    if end and today <= date.fromisoformat(end) < today + SOON:
        yield Finding.of("advice", message("doctor.node-ends-soon", line=line, day=end))


def _images(plan: Plan) -> Iterator[Finding]:
    if not plan.facts.get("image optimizer", "").startswith("on") or plan.image.serve != SERVER:
        return
    version = plan.facts.get("next", "").partition(" (")[0]
    locked = {name for name, _, _ in plan.trust.locked}
    if locked and "sharp" not in locked:
        if (major(version) or 0) >= SHARP_NEEDED:
            yield Finding.of("warning", message("doctor.no-sharp", version=version))
        else:
            yield Finding.of("advice", message("doctor.slow-optimizer", version=version))
    if not any(one.rstrip("/") in {".next", ".next/cache", ".next/cache/images"} for one in plan.image.writable):
        yield Finding.of("advice", message("doctor.optimizer-cache"))
