"""What the tests of releases share: a tiny app, the same with another page, and a release of it."""

from pathlib import Path

import pytest

from tests.apps.tiny import TINY, edit
from tests.engine.released import Call, Released, new_repository, publish


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its source, which no test changes."""
    return TINY.make(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="session")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny app after an edit of one line, which no test changes."""
    source = TINY.make(tmp_path_factory.mktemp("edited"))
    edit(source, "Another line")
    return source


@pytest.fixture(scope="session")
def shipped(call: Call, tiny: Path) -> Released:
    """The tiny app as version 1.2.3."""
    return publish(call, tiny, new_repository("tiny"), "--git-ref", "refs/tags/v1.2.3")
