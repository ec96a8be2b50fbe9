"""The copies of an app that are built: one for each subject, all with the same changes."""

import json
from collections.abc import Mapping
from pathlib import Path

from bench.speed.apps import App, patched
from bench.speed.cases import CORE, DEPENDENCY
from bench.speed.changes import changed
from bench.speed.command import timed
from bench.speed.subjects import FONT_ANSWERS, FONTS, manager_version

ADDED, VERSIONS = "type-fest", 41
"""A package without dependencies that no app uses, and how many versions 4.N.0 it has: each run adds another one."""

APART = "bench.txt"
"""File by which the source of one subject is another than that of the other on the same engine: no result is shared.

A name that configures no compile, so that webpack keeps its cache.
"""

LOCKS = ("package.json", "pnpm-lock.yaml")


class Source:
    """An app and its copies.

    Args:
        app: the app.
        home: directory for the copies.
        npm: address of an npm registry; empty for the public one.
    """

    def __init__(self, app: App, home: Path, npm: str) -> None:
        self._app, self._home, self._npm = app, home, npm
        self._numbers: dict[str, int] = {}
        self._files = app.source()
        if "pnpm-lock.yaml" not in self._files:
            self._files |= self._locked("install")

    def change(self, name: str, number: int) -> None:
        """Change it once more.

        Args:
            name: of the change.
            number: that was not used before.

        Raises:
            ChangeError: the app has no such line.
            BenchError: a lockfile could not be made.
        """
        if name == DEPENDENCY:
            self._files |= self._locked("add", f"{ADDED}@4.{number % VERSIONS}.0")
        self._numbers[name] = number

    @property
    def changes(self) -> Mapping[str, int]:
        """Number of each change that it has."""
        return dict(self._numbers)

    def copy(self, name: str, *, peer: bool) -> Path:
        """The app as it is now, in a directory of one subject, where only what differs is written.

        Args:
            name: of the subject.
            peer: whether it gets the patches that ours declares.
        """
        place = self._home / name.replace(" ", "-")
        files = self._now()
        if name == CORE:
            files[APART] = json.dumps(self._numbers).encode()
        if peer:
            files = {path: patched(self._app, path, content) for path, content in files.items()}
            if self._app.fonts:
                files[FONTS] = FONT_ANSWERS.encode()
        written(files, place)
        return place

    def _now(self) -> dict[str, bytes]:
        numbers = {name: number for name, number in self._numbers.items() if name in self._app.changes}
        named = {self._app.changes[name].file for name in numbers}
        texts = {path: self._files[path].decode() for path in named if path in self._files}
        now = changed(texts, self._app.changes, numbers)
        return {**self._files, **{path: text.encode() for path, text in now.items()}}

    def _locked(self, *what: str) -> Mapping[str, bytes]:
        place = self._home / "lock"
        written(self._files, place)
        argv = ["npx", "--yes", f"pnpm@{manager_version(place)}", *what, "--lockfile-only", "--ignore-scripts"]
        workspace = (place / "pnpm-workspace.yaml").exists() and what[0] == "add"
        env = {"NPM_CONFIG_REGISTRY": self._npm, "CI": ""}
        timed([*argv, *(["-w"] if workspace else [])], log=self._home / "lock.log", cwd=place, env=env)
        return {name: (place / name).read_bytes() for name in LOCKS}


def written(files: Mapping[str, bytes], place: Path) -> None:
    """Write what differs from what is there; other files stay, such as what an install made."""
    for path, content in files.items():
        file = place / path
        if file.is_file() and file.read_bytes() == content:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
