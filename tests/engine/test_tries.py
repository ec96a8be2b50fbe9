"""`config init --try`: from an app that does not build as it is to a file with which its image starts."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ci.decide.config.parse import parse
from ci.decide.variables.dummies import dummy
from tests.apps.demanding import DEMANDING
from tests.conftest import Called

pytestmark = pytest.mark.engine


def test_an_app_that_wants_variables_and_a_database(call: Callable[..., Called], tmp_path: Path) -> None:
    source, file = DEMANDING.make(tmp_path), tmp_path / "next-distroless.yaml"

    called = call("config", "init", "--try", "-o", file, source=source)

    assert called.code == 0, called.error or called.stderr[-3000:]
    text = file.read_text()
    assert text.startswith("# Tried by `config init --try`: it builds, and its image starts."), text
    assert "round 6: the image builds and starts" in called.stderr
    pipeline = parse(text, file.name)
    assert pipeline.build.dummies == {name: dummy(name) for name in ("DATABASE_URL", "AUTH_SECRET")}
    assert [(patch.files, patch.with_ or patch.append) for patch in pipeline.patches] == [
        ("package.json", '"npm run check-env && next build"'),
        ("app/posts/[slug]/page.js", "export async function generateStaticParams() { return []"),
        ("app/news/page.js", "export const dynamic = 'force-dynamic'"),
    ]
    assert pipeline.smoke.scenarios[0].env == {"DATABASE_URL": dummy("DATABASE_URL")}
    assert pipeline.runtime.env == {}

    smoke = call("--pipeline-file", file, "smoke", source=source)
    assert smoke.code == 0, smoke.error or smoke.stderr[-3000:]
    assert "smoke        passed" in smoke.stdout
