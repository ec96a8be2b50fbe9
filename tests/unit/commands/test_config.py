"""What ``config show`` prints of detection."""

from ci.commands.config import _detected
from ci.decide.config.model import Pipeline, Runtime
from tests.unit.plans import app


def test_a_static_export_is_detected_with_its_reason() -> None:
    facts = app(output="export", reasons={"output": "next.config.js"}, health=("/",), server="server.js")
    found = _detected(facts, Pipeline())
    assert found["runtime.serve"] == ("static", 'next.config.js, which sets output: "export"')
    assert not {"runtime.health.path", "runtime.command"} & set(found)


def test_a_server_is_the_default() -> None:
    facts = app(health=("/up",), reasons={"health": "app/up/route.ts"})
    assert _detected(facts, Pipeline())["runtime.serve"] == ("server", "default")
    assert _detected(facts, Pipeline())["runtime.health.path"] == ("/up", "app/up/route.ts")
    assert "runtime.health.path" not in _detected(facts, Pipeline(runtime=Runtime(serve="static")))
