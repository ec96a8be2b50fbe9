"""What ``config show`` prints of detection."""

from ci.commands.config import _detected, imported
from ci.decide.config.model import Pipeline, Runtime
from ci.decide.migrate.sources import Asked as Import
from ci.decide.project.source_files import SourceFiles
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


FILES = SourceFiles(
    files={
        "web/package.json": '{"name": "web", "dependencies": {"next": "15.5.0"}}',
        "web/package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
    }
)


def test_an_import_finds_the_app_by_the_dockerfile() -> None:
    text = imported(FILES, {"Dockerfile": "FROM node:24\nWORKDIR /srv/web\nUSER 65532\nCMD npm start\n"}, "", Import())
    assert "\napp: web  # Dockerfile\n" in text
    assert '\nnode: "24"  # Dockerfile:1: FROM node:24\n' in text


def test_an_import_takes_the_app_that_the_caller_names() -> None:
    text = imported(FILES, {"Dockerfile": "FROM node:22\nUSER 65532\n"}, "web", Import())
    assert "\napp:" not in text
