"""Pipeline files: any text is one, or is refused with a line."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given

from ci.decide.config.migrate import migrate
from ci.decide.config.parse import parse, parse_with_places, warnings
from ci.errors import ConfigError
from tests.fuzz.checks import bounded, survives
from tests.fuzz.strategies import mutants, texts

PIPELINES = Path(__file__).parents[2] / "pipelines"
VALID = """\
version: 2
app: apps/web
image: &image
  repository: registry.example/shop:1
  labels: {a: b}
runtime:
  env: {<<: {A: b}, C: "d"}
  health: {path: /healthz, status: 204}
smoke:
  scenarios:
    - name: one
      services: {redis: redis}
      requests: [{path: /, contains: [x]}]
release: {tags: ["type=raw,value=x"]}
"""
OLD = """\
# an app
node: v22.3
build:
  script: build:prod   # this one
  run-scripts: [sharp]
  env: {A: b}
"""
ERROR = re.compile(r"x\.yaml:\d+: .+", re.DOTALL)


def read(text: str) -> Any:
    try:
        found = parse_with_places(text, "x.yaml")
    except ConfigError as error:
        refused = error
    else:
        warnings(*found)
        return found
    assert ERROR.fullmatch(refused.what), refused.what
    refused.what.encode()
    return None


@given(texts(VALID))
@example("!!python/object/apply:os.system [x]")
@example("app: !!python/name:os.system x")
@example("app: !<tag:%FF> x")
@example("%YAML 1." + "1" * 5000 + "\n---\nversion: 2\n")
@example("%YAML " + "1" * 5000 + ".1\n---\nversion: 2\n")
@example('app: "\\UFFFFFFFF"')
@example('app: "\\U00110000"')
@example('app: "\\ud800"')
@example('"\\ud800": x')
@example("version: " + "1" * 5000)
@example("a: &a [*a]")
@example("<<: &a {<<: *a}")
@example("<<: [*a]")
@example("? [a]\n: b")
@example("app: x\napp: y")
@example("a: 1\n---\nb: 2")
@example("\ufeffversion: 2")
@example("\x00")
@example("a: \x85\u2028b")
@example("- " * 300)
@example("[" * 5000)
def test_a_pipeline_file(text: str) -> None:
    read(text)


@given(mutants(yaml.safe_load(VALID)))
def test_a_document_with_changes(document: Any) -> None:
    text = yaml.safe_dump(document, allow_unicode=True)
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    read(text)


@given(texts(OLD))
@example("%YAML 1." + "1" * 5000 + "\n---\nbuild: {script: x}\n")
@example("build: {script: x, run-scripts: &a [*a]}")
@example("{build: {script: x, run-scripts: y}, version: 1}")
def test_migration(text: str) -> None:
    new = survives(lambda: migrate(text, "x.yaml"), ConfigError)
    if new:
        again = survives(lambda: migrate(new, "x.yaml"), ConfigError)
        assert again in (new, None)


def test_the_files_themselves_are_good() -> None:
    assert read(VALID)
    assert read(migrate(OLD, "x.yaml"))
    for file in PIPELINES.glob("*.yaml"):
        assert read(file.read_text("utf-8"))


def laughs(kind: str) -> str:
    """Aliases of aliases: each line has ten times the values of the line before."""
    lines = ["a0: &a0 [x, x]"] if kind == "list" else ["a0: &a0 {k: x}"]
    lines += [f"a{n + 1}: &a{n + 1} [" + ", ".join([f"*a{n}"] * 10) + "]" for n in range(9)]
    return "\n".join(lines)


BOMBS = {
    "aliases of lists": laughs("list"),
    "aliases of keys": laughs("keys"),
    "aliases in a place for texts": "install: {hosts: &a [x, x, x]}\nbuild: {scripts: *a, env: {"
    + ", ".join(f"k{n}: *a" for n in range(5000))
    + "}}",
    "many aliases": "smoke: {scenarios: [&s {requests: &r ["
    + ", ".join(["{path: /}"] * 100)
    + "]}, "
    + ", ".join(["{requests: *r}"] * 10_000)
    + "]}",
    "merged many times": "build: {env: &e {"
    + ", ".join(f"k{n}: v" for n in range(8000))
    + "}}\nruntime: {env: {<<: ["
    + ", ".join(["*e"] * 30_000)
    + "]}}",
    "merged over merged": "\n".join(
        ["runtime:", "  env: &e0 {a: b}", *(f"x{n}: &e{n + 1} {{<<: *e{n}, k{n}: v}}" for n in range(6000))]
    ),
    "merged within merged": "\n".join(
        ["x: &e0 {a: b}", *(f"x{n}: &e{n + 1} {{<<: [*e{n}, *e{n}]}}" for n in range(3000))]
    ),
    "anchors": "\n".join(f"k{n}: &a{n} x" for n in range(12_000)),
    "flow without an end": "image: {labels: {" + "a: {" * 30_000,
    "quotes without an end": 'app: "' + "\\\n" * 60_000,
    "a folded text": "app: >\n" + "  a\n\n" * 30_000,
    "keys": "\n".join(f"k{n}: x" for n in range(20_000)),
    "questions": "? " * 60_000,
    "tags": "!a " * 60_000,
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_a_small_file_does_not_become_a_large_one(text: str) -> None:
    with bounded():
        assert survives(lambda: parse(text, "x.yaml"), ConfigError) is None
