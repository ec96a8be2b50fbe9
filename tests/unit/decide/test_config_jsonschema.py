"""The JSON Schema for editors: current, valid, and of one mind with the reader on what a pipeline file is."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from ci.decide.config.jsonschema import schema
from ci.decide.config.parse import parse
from ci.errors import ConfigError

PIPELINES = Path(__file__).parents[3] / "pipelines"
SHIPPED = sorted(PIPELINES.rglob("*.yaml"))
OF_THE_EXAMPLE = PIPELINES.parent / "examples/moontv-mini/next-distroless.yaml"
SCHEMA = schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_committed_schema_is_current() -> None:
    written = (PIPELINES / "pipeline.schema.json").read_text("utf-8")
    assert written == json.dumps(SCHEMA, indent=2) + "\n", (
        "run `dagger call config schema -o pipelines/pipeline.schema.json`"
    )


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "runtime.port",
            {
                "description": "port that the app listens on.",
                "default": 3000,
                "type": "integer",
                "minimum": 1,
                "maximum": 65535,
            },
        ),
        (
            "node",
            {
                "description": "major version of Node.js, 20, 22 or 24; default: what the app requires.",
                "default": "",
                "enum": ["", "20", "22", "24", 20, 22, 24],
            },
        ),
        (
            "runtime.serve",
            {
                "description": (
                    '`server` runs Next.js\' own; `static` serves the files of an app with `output: "export"`; '
                    "default: `static` where next.config sets that output, else `server`."
                ),
                "default": "",
                "enum": ["", "server", "static"],
            },
        ),
        (
            "runtime.source-maps",
            {"description": "whether source maps stay.", "default": False, "type": "boolean"},
        ),
        (
            "platforms",
            {
                "description": "platforms of the image; default: that of the engine.",
                "default": [],
                "type": "array",
                "items": {"enum": ["linux/amd64", "linux/arm64"]},
            },
        ),
        (
            "build.env",
            {
                "description": "variables of the build. Never secrets: Next.js freezes many of them into the bundle.",
                "default": {},
                "type": "object",
                "additionalProperties": {"type": ["string", "number"]},
            },
        ),
    ],
)
def test_keys(path: str, expected: dict[str, Any]) -> None:
    found = SCHEMA
    for key in path.split("."):
        found = found["properties"][key]
    assert found == expected


def test_every_key_is_described() -> None:
    def undescribed(section: dict[str, Any], path: str) -> list[str]:
        missing = []
        for name, value in section.get("properties", {}).items():
            missing += [] if value["description"] else [f"{path}{name}"]
            missing += undescribed(value, f"{path}{name}.") + undescribed(value.get("items", {}), f"{path}{name}[].")
        return missing

    assert undescribed(SCHEMA, "") == []


@pytest.mark.parametrize("path", [*SHIPPED, OF_THE_EXAMPLE], ids=lambda path: path.name)
def test_every_shipped_pipeline_is_valid_for_editors_and_for_a_run(path: Path) -> None:
    text = path.read_text("utf-8")
    VALIDATOR.validate(yaml.safe_load(text))
    assert parse(text, path.name).version == 2
    to_schema = os.path.relpath(PIPELINES / "pipeline.schema.json", path.parent)
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={to_schema}"
    assert "\nversion: 2\n" in text


def test_there_is_an_example_of_each_kind_of_app() -> None:
    assert {path.relative_to(PIPELINES).as_posix() for path in SHIPPED} == {
        "lunatv.yaml",
        "moontv.yaml",
        *(
            f"examples/{name}.yaml"
            for name in (
                *("minimal", "workspace", "custom-server", "static-export", "native-addon"),
                *("behind-a-proxy", "health-and-build-env"),
            )
        ),
    }


@pytest.mark.parametrize(
    "text",
    [
        *("{}", "version: 2", "node: 22", "node: '22'", "app: apps/web", "app: .", "mirrors: { npm: '' }"),
        *("runtime: { health: }", "runtime: { health: {} }", "runtime: { env: { A: 1, B: 1.5, C: b } }"),
        *("runtime: { port: 65535 }", "mirrors: { npm: https://a.b/c }", "install: { allow-scripts: ['@a/b', c] }"),
        "smoke: { scenarios: [{ requests: [{ path: '{chunk}', header: { a: b } }] }] }",
    ],
)
def test_editor_and_run_take_the_same(text: str) -> None:
    parse(text, "x")
    VALIDATOR.validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "[]",
            "version: 1",
            "version: '2'",
            "nodes: 22",
            "node: 21",
            "node: lts",
            "app: ../x",
            "app: /x",
            "app: a/..",
        ),
        *(
            "platforms: [linux/386]",
            "platforms: linux/amd64",
            "mirrors: { npm: a.b }",
            "mirrors: { npm: https://a:b@c.d }",
        ),
        *(
            "install: { allow-scripts: ['--all'] }",
            "install: { hosts: ['https://a.b'] }",
            "image:",
            "image: { title: true }",
        ),
        *("build: { script: a }", "build: { scripts: a }", "runtime: { serve: files }", "runtime: { slim: 'true' }"),
        *("runtime: { port: 0 }", "runtime: { port: 65536 }", "runtime: { port: '3000' }", "runtime: { user: 0 }"),
        *("runtime: { health: /login }", "runtime: { health: { path: login } }", "runtime: { env: { A: true } }"),
        *(
            "runtime: { health: { start-period: -1 } }",
            "patches: [{ replace: a, with: b }]",
            "patches: [{ files: a, x: b }]",
        ),
        *("smoke: { scenarios: [{ requests: [{}] }] }", "smoke: { scenarios: [{ requests: [{ path: x }] }] }"),
        "smoke: { scenarios: [{ requests: [{ path: /, status: 99 }] }] }",
    ],
)
def test_editor_and_run_refuse_the_same(text: str) -> None:
    with pytest.raises(ConfigError):
        parse(text, "x")
    assert not VALIDATOR.is_valid(yaml.safe_load(text))
