"""What ``config show`` prints: every value, where it comes from, and a file that says the same."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from ci.decide.config.model import Build, Health, Image, Patch, Pipeline, Request, Runtime, Scenario, Smoke
from ci.decide.config.parse import parse, parse_with_places
from ci.decide.config.show import Detected, show
from ci.decide.write import comment, scalar

ROOT = Path(__file__).parents[3]
PIPELINES = sorted([*(ROOT / "pipelines").rglob("*.yaml"), *(ROOT / "examples").glob("*/next-distroless.yaml")])
FILE = "app.yaml"


def shown(text: str, detected: Detected | None = None) -> str:
    return show(*parse_with_places(text, FILE), FILE, detected or {})


def test_without_a_file_all_is_the_default_or_detected() -> None:
    detected = {
        "app": (".", ""),
        "node": ("22", "default"),
        "runtime.command": (["server/main.js"], "script start"),
        "runtime.health.path": ("/api/health", "src/app/api/health/route.ts"),
    }
    text = show(Pipeline(), {}, "", detected)
    assert (
        text
        == """\
version: 2  # default
for: []  # default
policy: standard  # default
app: "."  # detected
node: "22"  # default
platforms: []  # default
mirrors:
  npm: ""  # default
patches: []  # default
image:
  repository: ""  # default
  title: ""  # default
  description: ""  # default
  url: ""  # default
  source: ""  # default
  documentation: ""  # default
  vendor: ""  # default
  licenses: ""  # default
  labels: {}  # default
install:
  allow-scripts: []  # default
  hosts: []  # default
  unverified: []  # default
build:
  env: {}  # default
  dummies: {}  # default
  scripts: []  # default
  generate: [detected]  # default
  google-fonts: fontsource  # default
  fonts: {}  # default
  migrate: false  # default
  allow-frozen: []  # default
runtime:
  serve: ""  # default
  command: [server/main.js]  # detected: script start
  files: []  # default
  exclude: []  # default
  slim: true  # default
  source-maps: false  # default
  base: ""  # default
  writable: []  # default
  env: {}  # default
  port: 3000  # default
  user: 65532  # default
  health:
    path: /api/health  # detected: src/app/api/health/route.ts
    status: 200  # default
    interval: 30  # default
    timeout: 3  # default
    start-period: 10  # default
    retries: 3  # default
  side: null  # default
smoke:
  deadline: 60  # default
  scenarios: []  # default
load:
  scenario: ""  # default
  session: false  # default
  routes: []  # default
  rate: 50  # default
  connections: 10  # default
  warmup: 5  # default
  duration: 20  # default
  timeout: 10  # default
  thresholds:
    p95: 200  # default
    errors: 10  # default
    growth: 0  # default
    ratio: 120  # default
harden:
  budget: 0  # default
  memory: 0  # default
  base-age: 30  # default
  base-signature: true  # default
  contract: false  # default
scan:
  severity: ""  # default
  unfixed: false  # default
  exploited: []  # default
  vex: []  # default
  database: ghcr.io/aquasecurity/trivy-db:2  # default
  database-age: 24  # default
  licenses-denied: []  # default
  licenses-allowed: []  # default
waivers: []  # default
baseline: null  # default
release:
  tags: []  # default
  flavor: []  # default
  default-branch: ""  # default
  compression: gzip  # default
  cache-size: 4000  # default
  signature: optional  # default
"""
    )
    assert parse(text, FILE) == Pipeline(
        app=".", node="22", runtime=Runtime(command=("server/main.js",), health=Health(path="/api/health"))
    )


def test_without_detection_the_health_check_stays_open() -> None:
    assert "  health: null  # default\n" in shown("")
    assert parse(shown(""), FILE) == Pipeline()


def test_each_value_names_its_line() -> None:
    text = """\
node: 24

runtime:
  env: { A: b, "true": "no" }
  files: [a,
    b]
patches:
  - { files: x, append: z }
  - files: z
    replace: 'a "b"'
"""
    lines = shown(text, {"node": ("22", ".nvmrc"), "runtime.files": (["c"], "?")}).splitlines()
    for line in (
        'node: "24"  # app.yaml:1',
        "  env:  # app.yaml:4",
        "    A: b  # app.yaml:4",
        '    "true": "no"  # app.yaml:4',
        "  files: [a, b]  # app.yaml:5",
        "  port: 3000  # default",
        "patches:  # app.yaml:7",
        "  - files: x  # app.yaml:8",
        "    append: z  # app.yaml:8",
        "  - files: z  # app.yaml:9",
        "    replace: 'a \"b\"'  # app.yaml:10",
    ):
        assert lines.count(line) == 1, line


def test_what_an_item_of_a_list_leaves_empty_is_left_out() -> None:
    text = shown("smoke: { scenarios: [{ env: {}, requests: [{ path: / }] }] }")
    assert (
        text.partition("  scenarios:")[2].partition("load:")[0]
        == """\
  # app.yaml:1
    - name: default  # default
      env: {}  # app.yaml:1
      requests:  # app.yaml:1
        - path: /  # app.yaml:1
          method: GET  # default
          status: 200  # default
          cookies: true  # default
"""
    )


def test_nothing_is_detected_in_a_health_check_that_the_file_gives() -> None:
    detected = {"runtime.health.path": ("/api/health", "a route")}
    text = shown("runtime: { health: { retries: 5 } }", detected)
    assert "    path: /  # default\n    status: 200" in text
    assert parse(text, FILE).runtime.health == Health(retries=5)


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.name)
def test_what_is_shown_of_a_shipped_file_reads_back(path: Path) -> None:
    pipeline, places = parse_with_places(path.read_text("utf-8"), path.name)
    text = show(pipeline, places, path.name, {"node": ("20", ".nvmrc")})
    assert parse(text, path.name) == replace(pipeline, node=pipeline.node or "20")


TEXTS = [
    *(
        "",
        " ",
        "a",
        "a b",
        "a?b",
        "a?",
        ":a",
        "a:b",
        "true",
        "null",
        "~",
        "no",
        "Yes",
        "22",
        "-1",
        "1.10",
        "1e3",
        "12:30",
        ".",
        "..",
        "<<",
        "=",
        "*a",
        "&a",
    ),
    *(
        "- a",
        "? a",
        "a: b",
        "a #b",
        "#a",
        "a:",
        ":a",
        "@a",
        "`a`",
        "%a",
        "!a",
        "[a",
        "{a}",
        "a,b",
        "a]",
        "'",
        '"',
        "''\"",
        "\\",
        "\\n",
    ),
    *(
        "a\nb",
        "\n",
        "\t",
        "a\r\n",
        "\x7f",
        "\x85",
        "\xa0",
        "\u2028",
        "\ufeff",
        "é",
        "日本",
        "😀",
        "\u200b",
        "a" * 500,
        "x " * 200,
    ),
]


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_any_text_reads_back(text: str) -> None:
    pipeline = Pipeline(
        patches=(Patch(files=text, append=text or "x"),),
        image=Image(title=text, labels={text: text}),
        build=Build(scripts=(text, text), env={"A": text}),
        smoke=Smoke(
            scenarios=(Scenario(name=text, requests=(Request(path="/", contains=(text,), header={text: text}),)),)
        ),
    )
    assert parse(show(pipeline, {}, "", {}), FILE) == pipeline
    assert yaml.safe_load(f"[{scalar(text)}]") == [text], "an editor, which reads YAML 1.1, takes it for the same"


def test_names_and_reasons_stay_in_their_comment() -> None:
    assert comment("a\nb: c\x00\u2028d\x85") == "a b: c d"
    text = show(Pipeline(node="22"), {"node": 1}, "a\nport: 1\n", {"app": ("x", "why\nnode: 20")})
    assert parse(text, FILE) == Pipeline(node="22", app="x")


@pytest.mark.parametrize(
    "word", ["true", "False", "NULL", "yes", "no", "On", "off", "y", "N", "-", ".", "1", "", "a b"]
)
def test_words_that_some_editor_takes_for_something_else_are_quoted(word: str) -> None:
    assert scalar(word) == f'"{word}"'
