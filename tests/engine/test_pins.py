"""The pipeline's own pins, compared with what the registries in reach have."""

import pytest

from ci.messages import message
from tests.engine.released import Call
from tests.engine.test_errors import assert_explained

pytestmark = [pytest.mark.engine, pytest.mark.embedded]


def test_what_tags_name_now_is_reported_for_every_image(call: Call) -> None:
    called = call("pins", "changes")
    assert called.code == 0, called.error
    for image in ("gcr.io/distroless/nodejs22-debian12:nonroot", "ghcr.io/aquasecurity/trivy", "semgrep/semgrep"):
        assert image in called.stdout, called.stdout


def test_stand_ins_never_become_pins(call: Call) -> None:
    refusal = message("arguments.stand-in-pins")
    assert_explained(call("pins", "update", "contents"), refusal.what, refusal.fix)
