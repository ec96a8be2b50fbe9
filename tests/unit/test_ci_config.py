"""Pipeline files: what is read, what stands where nothing is said, and what a mistake is answered with."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from ci import config, schema
from ci.config import Build, Health, Image, Patch, Pipeline, Request, Runtime, Scenario, Smoke
from ci.errors import ConfigError

ROOT = Path(__file__).parents[2]
FILE = "app.yaml"


def parsed(text: str) -> Pipeline:
    return config.parse(text, FILE)


@pytest.mark.parametrize("text", ["", "\n", "# nothing but a comment\n", "---\n", "null\n", "{}\n", "version: 1\n"])
def test_an_empty_file_is_all_defaults(text: str) -> None:
    assert parsed(text) == Pipeline()


def test_the_defaults_are_those_of_the_reference() -> None:
    assert Pipeline() == Pipeline(
        version=1,
        node="",
        platforms=(),
        patches=(),
        image=Image(
            **dict.fromkeys(
                ("repository", "title", "description", "url", "source", "documentation", "vendor", "licenses"), ""
            ),
            labels={},
        ),
        build=Build(env={}, script="build", run_scripts=()),
        runtime=Runtime(
            command=("server.js",), files=(), exclude=(), writable=(), env={}, port=3000, user=65532, health=None
        ),
        smoke=Smoke(deadline=60, scenarios=()),
    )
    assert Health() == Health(path="/", status=200, interval=30, timeout=3, start_period=10, retries=3)
    assert Request(path="/") == Request(
        path="/", method="GET", json="", status=200, location="", contains=(), header={}, cookies=True
    )
    assert Scenario() == Scenario(name="default", env={}, services={}, requests=())


def test_the_shipped_pipeline_of_moontv_parses() -> None:
    pipeline = config.parse((ROOT / "pipelines/moontv.yaml").read_text("utf-8"), "moontv.yaml")
    assert pipeline.node == "22"
    assert pipeline.platforms == ("linux/amd64", "linux/arm64")
    assert pipeline.image == Image(repository="127.0.0.1:5000/moontv", title="MoonTV")
    assert pipeline.patches == (
        Patch(
            files="src/**/{route.ts,layout.tsx,not-found.tsx}",
            replace="export const runtime = 'edge'",
            with_="export const runtime = 'nodejs'",
        ),
        Patch(files="src/app/layout.tsx", append="export const dynamic = 'force-dynamic';"),
    )
    assert pipeline.runtime.health == Health(path="/login", start_period=10)
    assert pipeline.runtime.env == {"DOCKER_ENV": "true"}
    assert [scenario.name for scenario in pipeline.smoke.scenarios] == ["localstorage", "password unset", "redis"]
    assert pipeline.smoke.scenarios[2].services == {"redis": "redis"}
    assert pipeline.smoke.scenarios[0].requests[0] == Request(path="/", status=307, location="/login?redirect=%2F")


@pytest.mark.parametrize("path", sorted((ROOT / "pipelines").glob("*.yaml")), ids=lambda path: path.name)
def test_every_shipped_pipeline_parses(path: Path) -> None:
    assert config.parse(path.read_text("utf-8"), path.name).version == 1


@pytest.mark.parametrize(
    ("text", "pipeline"),
    [
        ("build: { run-scripts: [sharp, prisma] }", Pipeline(build=Build(run_scripts=("sharp", "prisma")))),
        ("build: { script: ci }", Pipeline(build=Build(script="ci"))),
        ("runtime: { health: { start-period: 5 } }", Pipeline(runtime=Runtime(health=Health(start_period=5)))),
        ("runtime: { health: }", Pipeline(runtime=Runtime(health=None))),
        ("runtime: { health: {} }", Pipeline(runtime=Runtime(health=Health()))),
        ("runtime: { port: 8080, user: 1000 }", Pipeline(runtime=Runtime(port=8080, user=1000))),
        (
            "patches: [{ files: a.ts, replace: x, with: y }]",
            Pipeline(patches=(Patch(files="a.ts", replace="x", with_="y"),)),
        ),
        ("patches: [{ files: a.ts, replace: x }]", Pipeline(patches=(Patch(files="a.ts", replace="x"),))),
        ("platforms:\n  - linux/arm64\n", Pipeline(platforms=("linux/arm64",))),
        ("image: { labels: { a.b/c: d } }", Pipeline(image=Image(labels={"a.b/c": "d"}))),
        (
            "smoke: { scenarios: [{ requests: [{ path: /, cookies: false }] }] }",
            Pipeline(smoke=Smoke(scenarios=(Scenario(requests=(Request(path="/", cookies=False),)),))),
        ),
        (
            "runtime: { files: &f [a, b], exclude: *f }",
            Pipeline(runtime=Runtime(files=("a", "b"), exclude=("a", "b"))),
        ),
        (
            "build: { env: &e { A: b } }\nruntime: { env: { <<: *e, C: d } }",
            Pipeline(build=Build(env={"A": "b"}), runtime=Runtime(env={"A": "b", "C": "d"})),
        ),
    ],
)
def test_values(text: str, pipeline: Pipeline) -> None:
    assert parsed(text) == pipeline


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("22", "22"),
        ("-1", "-1"),
        ("1.10", "1.10"),
        ("1e3", "1e3"),
        ("0755", "0755"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2026-04-30", "2026-04-30"),
        ("no", "no"),
        ("on", "on"),
        ('"true"', "true"),
        ("'~'", "~"),
        (".inf", ".inf"),
    ],
)
def test_text_is_taken_as_it_is_written(written: str, value: str) -> None:
    assert parsed(f"build: {{ env: {{ A: {written} }} }}").build.env == {"A": value}


@pytest.mark.parametrize("name", ["NO", "ON", "Y", "yes", "8080"])
def test_names_of_variables_are_taken_as_they_are_written(name: str) -> None:
    assert parsed(f"runtime: {{ env: {{ {name}: a }} }}").runtime.env == {name: "a"}


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        ("patchs: []", "app.yaml: unknown key `patchs`", "did you mean `patches`?"),
        ("build: { run_scripts: [] }", "app.yaml.build: unknown key `run_scripts`", "did you mean `run-scripts`?"),
        (
            "runtime: { health: { start_period: 1 } }",
            "app.yaml.runtime.health: unknown key `start_period`",
            "did you mean `start-period`?",
        ),
        (
            "patches: [{ files: a, replace: b }, { files: a, replase: b }]",
            "app.yaml.patches[1]: unknown key `replase`",
            "did you mean `replace`?",
        ),
        ("patches: [{ files: a, with_: b }]", "app.yaml.patches[0]: unknown key `with_`", "did you mean `with`?"),
        (
            "smoke: { scenarios: [{ requests: [{ path: / }, { pth: / }] }] }",
            "app.yaml.smoke.scenarios[0].requests[1]: unknown key `pth`",
            "did you mean `path`?",
        ),
        (
            "zzz: 1",
            "app.yaml: unknown key `zzz`",
            "known keys: build, image, node, patches, platforms, runtime, smoke, version",
        ),
        ("1: 2", "app.yaml: unknown key `1`", "known keys: build"),
        ("[]: 2", "app.yaml, line 1: not YAML: found unhashable key", "correct the file"),
        ("patches: [{ replace: a }]", "app.yaml.patches[0]: `files` is missing", "add `files:` there"),
        ("smoke: { scenarios: [{ requests: [{}] }] }", "requests[0]: `path` is missing", "add `path:` there"),
    ],
)
def test_unknown_and_missing_keys_name_their_place(text: str, what: str, fix: str) -> None:
    with pytest.raises(ConfigError) as error:
        parsed(text)
    assert what in error.value.what
    assert error.value.fix.startswith(fix)
    assert str(error.value) == f"{error.value.what}\n  fix: {error.value.fix}"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[]", "app.yaml: expected keys with values, found a list"),
        ("false", "app.yaml: expected keys with values, found `False`"),
        ("0", "app.yaml: expected keys with values, found `0`"),
        ("some words", "app.yaml: expected keys with values, found `some words`"),
        ("image: moontv", "app.yaml.image: expected keys with values, found `moontv`"),
        ("image:", "app.yaml.image: expected keys with values, found nothing"),
        ("runtime: { health: /login }", "app.yaml.runtime.health: expected keys with values, found `/login`"),
        ("patches: { files: a }", "app.yaml.patches: expected a list, found keys with values"),
        ("patches: [a]", "app.yaml.patches[0]: expected keys with values, found `a`"),
        ("platforms: linux/amd64", "app.yaml.platforms: expected a list, found `linux/amd64`"),
        ("platforms: [[linux/amd64]]", "app.yaml.platforms[0]: expected text, found a list"),
        ("platforms:", "app.yaml.platforms: expected a list, found nothing"),
        ("runtime: { port: http }", "app.yaml.runtime.port: expected a whole number, found `http`"),
        ("runtime: { port: '3000' }", "app.yaml.runtime.port: expected a whole number, found `3000`"),
        ("runtime: { port: 3000.5 }", "app.yaml.runtime.port: expected a whole number, found `3000.5`"),
        ("runtime: { port: true }", "app.yaml.runtime.port: expected a whole number, found `True`"),
        ("runtime: { env: { A: true } }", "app.yaml.runtime.env.A: expected text, found `True`"),
        ("runtime: { env: { A: } }", "app.yaml.runtime.env.A: expected text, found nothing"),
        ("runtime: { env: [A=b] }", "app.yaml.runtime.env: expected keys with values, found a list"),
        ("image: { title: { en: a } }", "app.yaml.image.title: expected text, found keys with values"),
        (
            "smoke: { scenarios: [{ requests: [{ path: /, cookies: 1 }] }] }",
            "app.yaml.smoke.scenarios[0].requests[0].cookies: expected true or false, found `1`",
        ),
        (
            "smoke: { scenarios: [{ requests: [{ path: /, cookies: no }] }] }",
            "app.yaml.smoke.scenarios[0].requests[0].cookies: expected true or false, found `no`",
        ),
    ],
)
def test_wrong_types_name_their_place(text: str, what: str) -> None:
    with pytest.raises(ConfigError) as error:
        parsed(text)
    assert error.value.what == what
    assert error.value.fix


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("node: [22", "app.yaml, line 1: not YAML: expected ',' or ']'"),
        ("image:\n  title: a\n title: b\n", "app.yaml, line 3: not YAML: "),
        ("a: 'b\n", "app.yaml, line 2: not YAML: found unexpected end of stream"),
        ("node: 22\nnode: 24\n", "app.yaml, line 2: not YAML: the key `node` is there twice"),
        ("runtime:\n  env:\n    A: b\n    A: c\n", "app.yaml, line 4: not YAML: the key `A` is there twice"),
        ("node: !!python/name:os.system ''", "app.yaml, line 1: not YAML: could not determine a constructor"),
        ("node: 22\x01", "app.yaml: not YAML: unacceptable character #x0001"),
        ("a: b\n---\nc: d\n", "app.yaml, line 2: not YAML: but found another document"),
    ],
)
def test_what_is_not_yaml_names_the_line(text: str, what: str) -> None:
    with pytest.raises(ConfigError) as error:
        parsed(text)
    assert error.value.what.startswith(what)
    assert error.value.fix == "correct the file"


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        ("version: 2", "app.yaml.version: 2 is not known", "this release reads version 1"),
        ("node: lts", "app.yaml.node: `lts` is not a version", "write a major version, such as 22"),
        (
            "platforms: [linux/amd64, windows/amd64]",
            "app.yaml.platforms: `windows/amd64` is not supported",
            "use linux/amd64 or linux/arm64",
        ),
        ("platforms: [amd64]", "app.yaml.platforms: `amd64` is not supported", "use linux/amd64 or linux/arm64"),
        (
            "patches: [{ files: a, append: b }, { files: a }]",
            "app.yaml.patches[1]: changes nothing",
            "add `replace:` and `with:`, or `append:`",
        ),
        (
            "patches: [{ files: a, with: b }]",
            "app.yaml.patches[0]: changes nothing",
            "add `replace:` and `with:`, or `append:`",
        ),
        ("runtime: { user: 0 }", "app.yaml.runtime.user: 0 is root", "use a numeric user such as 65532"),
        (
            "smoke: { scenarios: [{ name: a }, { name: b }, { name: a }] }",
            "app.yaml.smoke.scenarios[2].name: `a` is there twice",
            "give each its own name",
        ),
        (
            "smoke: { scenarios: [{}, {}] }",
            "app.yaml.smoke.scenarios[1].name: `default` is there twice",
            "give each its own name",
        ),
    ],
)
def test_values_without_a_meaning_are_refused(text: str, what: str, fix: str) -> None:
    with pytest.raises(ConfigError) as error:
        parsed(text)
    assert error.value.what == what
    assert error.value.fix == fix


@pytest.mark.parametrize(
    ("text", "key", "least", "most"),
    [
        ("runtime: { port: %d }", "runtime.port", 1, 65535),
        ("runtime: { user: %d }", "runtime.user", 1, 2147483647),
        ("runtime: { health: { status: %d } }", "runtime.health.status", 100, 599),
        ("runtime: { health: { interval: %d } }", "runtime.health.interval", 1, 86400),
        ("runtime: { health: { timeout: %d } }", "runtime.health.timeout", 1, 86400),
        ("runtime: { health: { start-period: %d } }", "runtime.health.start-period", 0, 86400),
        ("runtime: { health: { retries: %d } }", "runtime.health.retries", 1, 1000),
        ("smoke: { deadline: %d }", "smoke.deadline", 1, 86400),
        (
            "smoke: { scenarios: [{ requests: [{ path: / }, { path: /, status: %d }] }] }",
            "smoke.scenarios.requests.status",
            100,
            599,
        ),
    ],
)
def test_numbers_have_a_range(text: str, key: str, least: int, most: int) -> None:
    for fits in (least, most):
        assert parsed(text % fits) == schema.read(Pipeline, yaml.safe_load(text % fits), FILE)
    for wrong in (least - 1, most + 1):
        if (key, wrong) == ("runtime.user", 0):
            continue  # root has words of its own
        with pytest.raises(ConfigError) as error:
            parsed(text % wrong)
        assert error.value.what == f"app.yaml.{key}: {wrong} is out of range"
        assert error.value.fix == f"use {least} to {most}"


@dataclass(frozen=True, kw_only=True)
class _Inner:
    needed: int


@dataclass(frozen=True, kw_only=True)
class _Outer:
    class_: str = ""
    inner: _Inner = field(default_factory=lambda: _Inner(needed=1))
    several: tuple[_Inner, ...] = ()


def test_any_dataclass_is_a_schema() -> None:
    value = {"class": "a", "inner": {"needed": 2}, "several": [{"needed": 3}, {"needed": 4}]}
    assert schema.read(_Outer, value, "x") == _Outer(
        class_="a", inner=_Inner(needed=2), several=(_Inner(needed=3), _Inner(needed=4))
    )
    with pytest.raises(ConfigError, match=r"^x\.several\[1\]: `needed` is missing"):
        schema.read(_Outer, {"several": [{"needed": 3}, {}]}, "x")
