"""``load``: a real image under a real load, alone and beside another one."""

import json
import shutil
from pathlib import Path

import pytest

from tests.engine.released import Call, Released

SHORT = "load: {rate: 20, connections: 2, warmup: 1, duration: 4, thresholds: {p95: 60000, ratio: 10000}}\n"
"""So that it passes on a machine that does other work."""

IMPOSSIBLE = """\
load:
  rate: 0
  connections: 50
  warmup: 1
  duration: 2
  routes: [{path: /, status: 204}]
  thresholds: {p95: 1}
"""


def test_the_image_of_a_source_is_compared_with_its_release(
    call: Call, tiny: Path, shipped: Released, tmp_path: Path
) -> None:
    """The engine made the image for the release already."""
    file = tmp_path / "short.yaml"
    file.write_text(SHORT)
    called = call("--pipeline-file", file, "load", "--against", shipped.ref, "--form", "json", source=tiny)
    assert called.code == 0, called.error or called.stderr[-3000:]
    found = json.loads(called.stdout)
    assert found["passed"]
    for name in ("image", "other"):
        numbers = found[name]
        assert numbers["starts"] == 2
        assert numbers["failures"] == 0
        assert numbers["codes"] == {"200": numbers["requests"]}
        assert numbers["requests"] > 2 * 20
        assert 0 < numbers["p50"] <= numbers["p95"] <= numbers["p99"]
        assert 10 < numbers["idle_pss_mib"] <= numbers["idle_rss_mib"] + 1
        assert numbers["end_rss_mib"] > numbers["idle_rss_mib"]


def test_a_published_image_over_its_thresholds_fails_and_says_which(
    call: Call, tiny: Path, shipped: Released, tmp_path: Path
) -> None:
    file = tmp_path / "impossible.yaml"
    file.write_text(IMPOSSIBLE)
    called = call("--pipeline-file", file, "load", "--image", shipped.ref, source=tiny)
    assert called.code != 0
    assert "the image does not keep to its thresholds under load" in called.error
    assert "load-p95 (high" in called.error
    assert "1 ms are allowed" in called.error
    assert "100.00%; 0.10% are allowed (GET /: 200, not 204:" in called.error


LEAK = """\
const kept = []
export const dynamic = "force-dynamic"
export function GET() {
  kept.push(Array.from({ length: 5000 }, () => Math.random()).join())
  return Response.json({ kept: kept.length })
}
"""


@pytest.mark.costly
def test_memory_that_grows_from_request_to_request_is_found(call: Call, tiny: Path, tmp_path: Path) -> None:
    """Each request leaves a text of some 90 KB."""
    source = tmp_path / "leak"
    shutil.copytree(tiny, source)
    (source / "app" / "leak").mkdir()
    (source / "app" / "leak" / "route.js").write_text(LEAK)
    (source / "next-distroless.yaml").write_text(
        "load: {rate: 20, connections: 2, routes: [{path: /leak}], thresholds: {p95: 60000, growth: 5000}}\n"
    )
    called = call("soak", "--seconds", "30", source=source)
    assert called.code != 0
    assert "load-growth (high)" in called.error
    assert "5000 KiB are allowed" in called.error
