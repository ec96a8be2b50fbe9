"""What a test knows of an app: how it is made, and what must be true of its image."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from _pytest.mark import ParameterSet


class Ask(NamedTuple):
    """A GET request of the running image.

    Attributes:
        path: path and query.
        status: expected HTTP status.
        text: what the body must contain.
    """

    path: str
    status: int = 200
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class App:
    """An app that is made when a test needs it.

    Attributes:
        name: unique; also the directory's name.
        write: writes its source into an empty directory.
        lock: writes its lockfile, as the real package manager does.
        directory: of the Next.js app below the source, as the pipeline must find it.
        pipeline: text of the pipeline file that it needs; empty for none.
        health: health path that the pipeline file gives or that detection must find.
        asks: what its image must answer.
        blames: texts that the error of an app that cannot be shipped must contain.
    """

    name: str
    write: Callable[[Path], None]
    lock: Callable[[Path], None]
    directory: str = "."
    pipeline: str = ""
    health: str = "/"
    asks: tuple[Ask, ...] = ()
    blames: tuple[str, ...] = ()

    def make(self, home: Path) -> Path:
        """Make the app in a new directory of ``home``, and return that directory."""
        source = home / self.name
        source.mkdir(parents=True)
        self.write(source)
        self.lock(source)
        return source


def often(apps: Sequence[App], *names: str) -> list[ParameterSet]:
    """Parameters for a test of apps: all but those that are named are costly."""
    assert {app.name for app in apps} >= set(names)
    return [pytest.param(app, id=app.name, marks=[] if app.name in names else pytest.mark.costly) for app in apps]
