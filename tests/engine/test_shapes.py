"""Apps of the shapes that real ones have: built, started, and asked what is special about them."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.apps import SHAPES, App
from tests.apps.app import often
from tests.conftest import Called

pytestmark = pytest.mark.engine


def pipeline_file(app: App, home: Path) -> Path:
    """The app's own pipeline file with what its image must answer."""
    requests = [
        {"path": ask.path, "status": ask.status, "contains": [ask.text] if ask.text else []} for ask in app.asks
    ]
    settings = yaml.safe_load(app.pipeline) or {} if app.pipeline else {}
    file = home / f"{app.name}.yaml"
    file.write_text(yaml.safe_dump({"version": 2, "smoke": {"scenarios": [{"requests": requests}]}, **settings}))
    return file


@pytest.mark.parametrize("app", often(SHAPES, "pnpm-turbo", "custom-server", "static-export", "sharp-used"))
def test_shape(app: App, call: Callable[..., Called], tmp_path: Path) -> None:
    source = app.make(tmp_path)

    called = call("--pipeline-file", pipeline_file(app, tmp_path), "check", source=source)

    assert called.code == 0, called.error or called.stderr[-3000:]
    assert "smoke        passed" in called.stdout
    assert "FAILED" not in called.stdout
