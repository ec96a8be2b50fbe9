"""Apps that nobody here wrote: four majors of create-next-app, with each package manager."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.apps import locks
from tests.apps.app import App, Ask
from tests.apps.versions import NEXT, OLD

SUPPORTED = (15, 16)
"""Major versions of Next.js that get fixes."""

_STAND_INS = {"npm": 0, "pnpm": 0, "yarn": 0, "bun": 0, "git": 1}
"""Programs that the generator would call, and the exit code that they have instead."""


def _generate(major: int, options: tuple[str, ...], root: Path) -> None:
    """Run the generator without its install, which it can skip by itself only since 15, and without git."""
    answers = ("--import-alias", "@/*", *(("--yes",) if major >= 15 else ()))
    with TemporaryDirectory() as programs:
        for name, code in _STAND_INS.items():
            program = Path(programs, name)
            program.write_text(f"#!/bin/sh\nexit {code}\n")
            program.chmod(0o755)
        env = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "NEXT_TELEMETRY_DISABLED": "1"}
        locks.run("npx", "--yes", f"create-next-app@{NEXT[major]}", ".", *options, *answers, cwd=root, env=env)


def _created(name: str, major: int, options: str, lock: Callable[[Path], None]) -> App:
    return App(
        name=name,
        write=partial(_generate, major, tuple(options.split())),
        lock=lock,
        pipeline=OLD if major < min(SUPPORTED) else "",
        health="/api/hello" if "--no-app" in options else "/",
        asks=(Ask("/", text="To get started, edit" if major >= 16 else "Get started by editing"),),
    )


CREATED = (
    _created("next13-npm", 13, "--use-npm --js --no-app --no-src-dir --no-tailwind --no-eslint", locks.npm),
    _created("next13-yarn", 13, "--use-yarn --ts --app --no-src-dir --tailwind --no-eslint", locks.yarn),
    _created("next14-pnpm8", 14, "--use-pnpm --ts --app --src-dir --tailwind --eslint", locks.pnpm8),
    _created("next14-bun", 14, "--use-bun --js --no-app --src-dir --no-tailwind --no-eslint", locks.bun),
    _created("next15-npm", 15, "--use-npm --ts --app --src-dir --tailwind --no-eslint --no-turbopack", locks.npm),
    _created("next15-yarn", 15, "--use-yarn --js --app --no-src-dir --no-tailwind --no-eslint --turbopack", locks.yarn),
    _created("next16-pnpm", 16, "--use-pnpm --ts --app --no-src-dir --no-tailwind --no-linter", locks.pnpm),
    _created("next16-bun", 16, "--use-bun --ts --app --src-dir --tailwind --no-linter", locks.bun),
    _created("next16-berry", 16, "--use-yarn --js --no-app --no-src-dir --no-tailwind --no-linter", locks.berry),
)
"""Each major, manager, router and language twice or more; yarn 4's second and third app are among the shapes."""
