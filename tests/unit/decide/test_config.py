"""Pipeline files: what is read, what stands where nothing is said, and what a mistake is answered with."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
import yaml

from ci.decide.config.model import (
    Build,
    Health,
    Image,
    Install,
    Mirrors,
    Patch,
    Pipeline,
    Request,
    Runtime,
    Scenario,
    Side,
    Smoke,
)
from ci.decide.config.parse import parse, parse_with_places, warnings
from ci.decide.config.reader import Reader
from ci.decide.config.validation import RULES, Matches
from ci.errors import ConfigError
from tests.fuzz.checks import bounded

FILE = "app.yaml"


def parsed(text: str) -> Pipeline:
    return parse(text, FILE)


def refused(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as error:
        parsed(text)
    assert str(error.value) == f"{error.value.what}\n  fix: {error.value.fix}"
    return error.value


@pytest.mark.parametrize("text", ["", "\n", "# nothing but a comment\n", "---\n", "null\n", "{}\n", "version: 2\n"])
def test_an_empty_file_is_all_defaults(text: str) -> None:
    assert parsed(text) == Pipeline()


def test_the_defaults_are_those_of_the_reference() -> None:
    assert Pipeline() == Pipeline(
        version=2,
        app="",
        node="",
        platforms=(),
        mirrors=Mirrors(npm=""),
        patches=(),
        image=Image(
            **dict.fromkeys(
                ("repository", "title", "description", "url", "source", "documentation", "vendor", "licenses"), ""
            ),
            labels={},
        ),
        install=Install(allow_scripts=(), hosts=(), unverified=()),
        build=Build(env={}, scripts=(), allow_frozen=()),
        runtime=Runtime(
            serve="",
            command=(),
            files=(),
            exclude=(),
            slim=True,
            source_maps=False,
            base="",
            writable=(),
            env={},
            port=3000,
            user=65532,
            health=None,
            side=None,
        ),
        smoke=Smoke(deadline=60, scenarios=()),
    )
    assert Health() == Health(path="/", status=200, interval=30, timeout=3, start_period=10, retries=3)
    assert Side() == Side(port=9464, metrics=False, delay=0, deadline=8)
    assert Request(path="/") == Request(
        path="/", method="GET", json="", status=200, location="", contains=(), header={}, cookies=True
    )
    assert Scenario() == Scenario(name="default", env={}, services={}, requests=())


@pytest.mark.parametrize(
    ("text", "pipeline"),
    [
        ("app: apps/web", Pipeline(app="apps/web")),
        ("app: a..b/..c", Pipeline(app="a..b/..c")),
        ("app: .", Pipeline(app=".")),
        ("node: 22", Pipeline(node="22")),
        ("node: '24'", Pipeline(node="24")),
        (
            "mirrors: { npm: https://npm.example.com:8443/a/b/ }",
            Pipeline(mirrors=Mirrors(npm="https://npm.example.com:8443/a/b/")),
        ),
        ("mirrors: { npm: http://127.0.0.1 }", Pipeline(mirrors=Mirrors(npm="http://127.0.0.1"))),
        (
            "install: { allow-scripts: [sharp, '@prisma/client'], hosts: ['a.b:80'], unverified: [x] }",
            Pipeline(install=Install(allow_scripts=("sharp", "@prisma/client"), hosts=("a.b:80",), unverified=("x",))),
        ),
        (
            "build: { scripts: [gen, ci], allow-frozen: [A] }",
            Pipeline(build=Build(scripts=("gen", "ci"), allow_frozen=("A",))),
        ),
        (
            "runtime: { serve: static, slim: false, source-maps: true }",
            Pipeline(runtime=Runtime(serve="static", slim=False, source_maps=True)),
        ),
        ("runtime: { health: { start-period: 5 } }", Pipeline(runtime=Runtime(health=Health(start_period=5)))),
        ("runtime: { health: }", Pipeline(runtime=Runtime(health=None))),
        ("runtime: { health: {} }", Pipeline(runtime=Runtime(health=Health()))),
        ("runtime: { side: {} }", Pipeline(runtime=Runtime(side=Side()))),
        (
            "runtime: { side: { port: 9000, metrics: true, delay: 3, deadline: 25 } }",
            Pipeline(runtime=Runtime(side=Side(port=9000, metrics=True, delay=3, deadline=25))),
        ),
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
            "build: { env: &a { A: 1, B: 1 } }\nruntime: { env: { <<: [*a, { B: 2, C: 2 }], A: 3 } }",
            Pipeline(build=Build(env={"A": "1", "B": "1"}), runtime=Runtime(env={"A": "3", "B": "1", "C": "2"})),
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
    ("text", "place", "hint"),
    [
        ("patchs: []", "app.yaml:1: patchs: ", "`patches`"),
        ("node: 22\n\nruntime:\n  heath: {}", "app.yaml:4: runtime.heath: ", "`health`"),
        (
            "install: { allow_scripts: [] }",
            "app.yaml:1: install.allow_scripts: ",
            "`allow-scripts`",
        ),
        (
            "runtime:\n  health:\n    path: /\n    start_period: 1",
            "app.yaml:4: runtime.health.start_period: ",
            "`start-period`",
        ),
        (
            "patches:\n  - { files: a, replace: b }\n  - files: a\n    replase: b",
            "app.yaml:4: patches[1].replase: ",
            "`replace`",
        ),
        ("patches: [{ files: a, with_: b }]", "app.yaml:1: patches[0].with_: ", "`with`"),
        (
            "smoke: { scenarios: [{ requests: [{ path: / },\n { pth: / }] }] }",
            "app.yaml:2: smoke.scenarios[0].requests[1].pth: ",
            "`path`",
        ),
        (
            "zzz: 1",
            "app.yaml:1: zzz: ",
            (
                "app, baseline, build, for, harden, image, install, load, mirrors, node, patches, platforms, policy, "
                "release, runtime, scan, smoke, version"
            ),
        ),
        ("1: 2", "app.yaml:1: 1: ", "app, baseline, build"),
        (
            "build:\n  script: ci",
            "app.yaml:2: build.script: ",
            "write `build.scripts`, a list",
        ),
        (
            "version: 2\nbuild: { run-scripts: [a] }",
            "app.yaml:2: build.run-scripts: ",
            "write `install.allow-scripts`, a list",
        ),
        (
            "scan:\n  new-only: true",
            "app.yaml:2: scan.new-only: ",
            "leave it out: `policy: standard` fails for what the last release did not have",
        ),
    ],
)
def test_unknown_keys_name_their_place(text: str, place: str, hint: str) -> None:
    error = refused(text)
    assert (error.id, error.facts["place"]) == ("config.unknown-key", place)
    assert hint in str(error.facts["hint"])


@pytest.mark.parametrize(
    ("text", "place", "key"),
    [
        ("patches:\n\n  - replace: a", "app.yaml:3: patches[0]: ", "files"),
        (
            "smoke: { scenarios: [{ requests: [{}] }] }",
            "app.yaml:1: smoke.scenarios[0].requests[0]: ",
            "path",
        ),
    ],
)
def test_missing_keys_name_their_place(text: str, place: str, key: str) -> None:
    error = refused(text)
    assert (error.id, error.facts) == ("config.missing-key", {"place": place, "key": key})


@pytest.mark.parametrize(
    ("text", "place", "expected", "found"),
    [
        ("[]", "app.yaml:1: ", "keys with values", "a list"),
        ("# top\nfalse", "app.yaml:2: ", "keys with values", "`false`"),
        ("0", "app.yaml:1: ", "keys with values", "`0`"),
        ("some words", "app.yaml:1: ", "keys with values", "`some words`"),
        ("x" * 200, "app.yaml:1: ", "keys with values", f"`{'x' * 60}`"),
        ("image: moontv", "app.yaml:1: image: ", "keys with values", "`moontv`"),
        ("node: 22\nimage:\nbuild: {}", "app.yaml:2: image: ", "keys with values", "nothing"),
        ("runtime: { health: /login }", "app.yaml:1: runtime.health: ", "keys with values", "`/login`"),
        ("patches:\n  files: a", "app.yaml:1: patches: ", "a list", "keys with values"),
        ("patches: [a]", "app.yaml:1: patches[0]: ", "keys with values", "`a`"),
        ("platforms: linux/amd64", "app.yaml:1: platforms: ", "a list", "`linux/amd64`"),
        ("platforms:\n  - linux/amd64\n  - [linux/arm64]", "app.yaml:3: platforms[1]: ", "text", "a list"),
        ("platforms:", "app.yaml:1: platforms: ", "a list", "nothing"),
        ("build: { scripts: ci }", "app.yaml:1: build.scripts: ", "a list", "`ci`"),
        (
            "install: { allow-scripts: { sharp: true } }",
            "app.yaml:1: install.allow-scripts: ",
            "a list",
            "keys with values",
        ),
        ("runtime: { port: http }", "app.yaml:1: runtime.port: ", "a whole number", "`http`"),
        ("runtime: { port: '3000' }", "app.yaml:1: runtime.port: ", "a whole number", "`3000`"),
        ("runtime: { port: 3000.5 }", "app.yaml:1: runtime.port: ", "a whole number", "`3000.5`"),
        ("runtime: { port: true }", "app.yaml:1: runtime.port: ", "a whole number", "`true`"),
        (
            f"runtime: {{ port: {'9' * 5000} }}",
            "app.yaml:1: runtime.port: ",
            "a whole number",
            f"`{'9' * 60}`",
        ),
        ("runtime: { slim: no }", "app.yaml:1: runtime.slim: ", "true or false", "`no`"),
        ("runtime: { env: { A: true } }", "app.yaml:1: runtime.env.A: ", "text", "`true`"),
        ("runtime:\n  env:\n    A: a\n    B:", "app.yaml:4: runtime.env.B: ", "text", "nothing"),
        ("runtime: { env: [A=b] }", "app.yaml:1: runtime.env: ", "keys with values", "a list"),
        ("image: { title: { en: a } }", "app.yaml:1: image.title: ", "text", "keys with values"),
        ("version: '2'", "app.yaml:1: version: ", "a whole number", "`2`"),
        (
            "smoke: { scenarios: [{ requests: [{ path: /, cookies: 1 }] }] }",
            "app.yaml:1: smoke.scenarios[0].requests[0].cookies: ",
            "true or false",
            "`1`",
        ),
        (
            "smoke: { scenarios: [{ requests: [{ path: /, cookies: 'true' }] }] }",
            "app.yaml:1: smoke.scenarios[0].requests[0].cookies: ",
            "true or false",
            "`true`",
        ),
    ],
)
def test_wrong_types_name_their_place(text: str, place: str, expected: str, found: str) -> None:
    error = refused(text)
    assert error.id == "config.wrong-type"
    assert {"place": place, "expected": expected, "found": found}.items() <= error.facts.items()
    assert error.facts["hint"]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("node: [22", 1, "expected ',' or ']'"),
        ("image:\n  title: a\n title: b\n", 3, ""),
        ("a: 'b\n", 2, "found unexpected end of stream"),
        ("node: 22\nnode: 24\n", 2, "the key `node` is used twice"),
        ("runtime:\n  env:\n    A: b\n    A: c\n", 4, "the key `A` is used twice"),
        ("runtime: { env: { 1: a,\n '1': b } }", 2, "the key `1` is used twice"),
        ("a: 1\n[]: 2", 2, "a key is not text"),
        ("? { a: b }\n: c", 1, "a key is not text"),
        ("node: !!python/name:os.system ''", 1, "the tag `tag:yaml.org,2002:python/name:os.system`"),
        ("\nnode: !!int twenty", 2, "the tag `tag:yaml.org,2002:int` is not supported"),
        ("image: !!str {}", 1, "the tag `tag:yaml.org,2002:str` is not supported"),
        ("build: &b { env: { <<: 1 } }", 1, "`<<` needs keys with values, or a list of them"),
        ("build: { env: *e }", 1, "found undefined alias 'e'"),
        ("a: b\nnode: 22\x01", 2, "the character U+0001 is not allowed"),
        ("a: b\n---\nc: d\n", 2, "but found another document"),
    ],
)
def test_what_is_not_yaml_names_the_line(text: str, line: int, problem: str) -> None:
    error = refused(text)
    assert error.id == "config.not-yaml"
    assert (error.facts["file"], error.facts["line"]) == (FILE, line)
    assert str(error.facts["problem"]).startswith(problem)


@pytest.mark.parametrize(
    ("text", "message", "place", "facts"),
    [
        (
            "# c\nversion: 1\nbuild: { script: ci }",
            *("config.wrong-version", "app.yaml:2: version: "),
            {
                "version": "1",
                "hint": "write `version: 2`; for `build.script` write `build.scripts`, a list; for `build.run-scripts` "
                "write `install.allow-scripts`, a list; for `node` a major version such as 22",
            },
        ),
        (
            "new-key: 1\nversion: 3",
            *("config.wrong-version", "app.yaml:2: version: "),
            {"version": "3", "hint": "write `version: 2`"},
        ),
        (
            "node: lts",
            *("config.wrong-value", "app.yaml:1: node: "),
            {"problem": "`lts` is not supported", "hint": "use 20, 22 or 24"},
        ),
        (
            "node: 18",
            *("config.wrong-value", "app.yaml:1: node: "),
            {"problem": "`18` is not supported", "hint": "use 20, 22 or 24"},
        ),
        (
            "platforms:\n  - linux/amd64\n  - windows/amd64",
            *("config.wrong-value", "app.yaml:3: platforms[1]: "),
            {"problem": "`windows/amd64` is not supported", "hint": "use linux/amd64 or linux/arm64"},
        ),
        (
            "runtime: { serve: files }",
            *("config.wrong-value", "app.yaml:1: runtime.serve: "),
            {"problem": "`files` is not supported", "hint": "use server or static"},
        ),
        (
            "patches: [{ files: a, append: b },\n { files: a }]",
            *("config.empty-patch", "app.yaml:2: patches[1]: "),
            {},
        ),
        ("patches: [{ files: a, with: b }]", "config.empty-patch", "app.yaml:1: patches[0]: ", {}),
        (
            "smoke:\n  scenarios:\n    - name: a\n    - name: b\n    - name: a",
            *("config.same-name", "app.yaml:5: smoke.scenarios[2]: "),
            {"name": "a"},
        ),
        (
            "smoke: { scenarios: [{}, {}] }",
            *("config.same-name", "app.yaml:1: smoke.scenarios[1]: "),
            {"name": "default"},
        ),
        (
            "release:\n  tags:\n    - type=sha\n    - type=semvr,pattern=x",
            *("config.wrong-value", "app.yaml:4: release.tags[1]: "),
            {
                "problem": "`type=semvr,pattern=x`: unknown type `semvr`; did you mean `semver`?",
                "hint": "see docs/reference/tags.md",
            },
        ),
        (
            "release:\n  tags: ['a,enable=${{ b }}']",
            *("config.wrong-value", "app.yaml:2: release.tags[0]: "),
            {
                "problem": (
                    "`a,enable=${{ b }}`: `${{ b }}` has an expression of GitHub Actions, which only a workflow "
                    "expands; write {{name}} without $"
                ),
                "hint": "see docs/reference/tags.md",
            },
        ),
        (
            "release:\n  flavor:\n    - latst=true",
            *("config.wrong-value", "app.yaml:3: release.flavor[0]: "),
            {
                "problem": "flavor `latst=true`: unknown entry `latst`; did you mean `latest`?",
                "hint": "see docs/reference/tags.md",
            },
        ),
        (
            "image:\n  labels:\n    a: b\n    example.commit: '{{shaa}}'",
            *("config.wrong-value", "app.yaml:4: image.labels.example.commit: "),
            {
                "problem": "unknown expression `shaa`; did you mean `sha`?",
                "hint": "see docs/reference/tags.md",
            },
        ),
    ],
)
def test_values_without_a_meaning_are_refused(text: str, message: str, place: str, facts: Mapping[str, object]) -> None:
    error = refused(text)
    assert (error.id, error.facts) == (message, {"place": place, **facts})


@pytest.mark.parametrize(
    ("text", "path"),
    [
        *((f"app: {app}", "app") for app in ("/srv", "..", "a/..", "../a", "a/../b", r"a\b", '"a\\n"')),
        *(
            (f"mirrors: {{ npm: '{url}' }}", "mirrors.npm")
            for url in (
                "npm.example.com",
                "ftp://npm.example.com",
                "https://",
                "https:///path",
                "https://me:hunter2@npm.example.com/",
                "https://npm.example.com/?token=hunter2",
                "https://npm.example.com/ hunter2",
            )
        ),
        *(
            (f"install: {{ allow-scripts: ['{name}'] }}", "install.allow-scripts[0]")
            for name in ("", "sharp@0.33", "--all", "a b", "@a/b/c", "../a", "@/a")
        ),
        *((f"install: {{ hosts: ['{host}'] }}", "install.hosts[0]") for host in ("", "https://a.b", "a.b/c", "u@a.b")),
        *((f"runtime: {{ health: {{ path: '{path}' }} }}", "runtime.health.path") for path in ("", "login", "/a b")),
        (
            "smoke: { scenarios: [{ requests: [{ path: / }, { path: api }] }] }",
            "smoke.scenarios[0].requests[1].path",
        ),
    ],
)
def test_text_of_another_form_is_refused_and_not_repeated(text: str, path: str) -> None:
    error = refused(text)
    rule = RULES[re.sub(r"\[\d+\]", "[]", path)]
    assert isinstance(rule, Matches)
    assert (error.id, error.facts["place"]) == ("config.wrong-value", f"app.yaml:1: {path}: ")
    assert rule.form in str(error.facts["problem"])
    assert error.facts["hint"] == rule.fix
    assert "hunter2" not in str(error)


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        ("2026-02-28", ""),
        ("2028-02-29", ""),
        ("2026-02-29", "2026-02-29 is not a day of the calendar"),
        ("2026-02-31", "2026-02-31 is not a day of the calendar"),
        ("2026-04-31", "2026-04-31 is not a day of the calendar"),
        ("2100-02-29", "2100-02-29 is not a day of the calendar"),
        ("0000-01-01", "0000-01-01 is not a day of the calendar"),
        ("2026-13-01", "expected a day"),
        ("2026-00-10", "expected a day"),
        ("2026-1-1", "expected a day"),
        ("20260101", "expected a day"),
        ("2026-W01-1", "expected a day"),
        ("soon", "expected a day"),
    ],
)
def test_a_waiver_ends_on_a_day_of_the_calendar(day: str, problem: str) -> None:
    text = f"waivers:\n- id: CVE-1\n  reason: never called\n  owner: ann\n  expires: {day}\n"
    if not problem:
        assert parsed(text).waivers[0].expires == day
        return
    error = refused(text)
    assert (error.id, error.facts["place"]) == ("config.wrong-value", "app.yaml:5: waivers[0].expires: ")
    assert error.facts["problem"] == problem
    assert error.facts["hint"] == RULES["waivers[].expires"].fix


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("runtime: { port: 8080, side: { port: 8080 } }", "runtime.side.port"),
        ("runtime: { side: { port: 3000 } }", "runtime.side.port"),
        ("runtime: { port: 9464, side: {} }", "runtime.port"),
    ],
)
def test_the_port_beside_the_app_is_another_one(text: str, key: str) -> None:
    error = refused(text)
    assert (error.id, error.facts["place"]) == ("config.side-port", f"app.yaml:1: {key}: ")


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
        ("runtime: { side: { port: %d } }", "runtime.side.port", 1024, 65535),
        ("runtime: { side: { delay: %d } }", "runtime.side.delay", 0, 3600),
        ("runtime: { side: { deadline: %d } }", "runtime.side.deadline", 1, 3600),
        ("smoke: { deadline: %d }", "smoke.deadline", 1, 86400),
        (
            "smoke: { scenarios: [{ requests: [{ path: / }, { path: /, status: %d }] }] }",
            "smoke.scenarios[0].requests[1].status",
            100,
            599,
        ),
    ],
)
def test_numbers_have_a_range(text: str, key: str, least: int, most: int) -> None:
    for fits in (least, most):
        assert parsed(text % fits) != Pipeline()
    for wrong in (least - 1, most + 1):
        error = refused(text % wrong)
        assert (error.id, error.facts["place"]) == ("config.wrong-value", f"app.yaml:1: {key}: ")
        assert (error.facts["problem"], error.facts["hint"]) == (f"{wrong} is out of range", f"use {least} to {most}")


def test_every_rule_is_about_a_key_of_the_model() -> None:
    known = {
        *(
            "version",
            "policy",
            "app",
            "node",
            "platforms[]",
            "mirrors.npm",
            "install.allow-scripts[]",
            "install.hosts[]",
        ),
        *("build.generate[]", "build.google-fonts", "build.fonts.*"),
        *("runtime.serve", "runtime.port", "runtime.user", "smoke.deadline"),
        *("harden.budget", "harden.memory", "harden.base-age", "scan.severity", "scan.database-age"),
        *("baseline.owner", "baseline.findings[].id", "baseline.findings[].until"),
        *(f"waivers[].{key}" for key in ("id", "reason", "owner", "expires", "where")),
        *("release.cache-size", "release.compression", "release.signature"),
        *(f"runtime.health.{key}" for key in ("path", "status", "interval", "timeout", "start-period", "retries")),
        *(f"runtime.side.{key}" for key in ("port", "delay", "deadline")),
        *(f"smoke.scenarios[].requests[].{key}" for key in ("path", "status")),
        *(f"load.{key}" for key in ("rate", "connections", "warmup", "duration", "timeout")),
        *(f"load.routes[].{key}" for key in ("path", "weight", "method", "status")),
        *(f"load.thresholds.{key}" for key in ("p95", "errors", "growth", "ratio")),
    }
    assert set(RULES) == known


BOMB = "&a0 [a, b, c, d, e, f, g, h, i, j]"
LISTS = "\n".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]" for n in range(9))
MAPPINGS = "".join(f", l{n + 1}: &e{n + 1} {{ <<: [{', '.join([f'*e{n}'] * 10)}] }}" for n in range(28))
CONTAINS = ", ".join(["x"] * 400)
REQUESTS = ", ".join(["*q"] * 400)


@pytest.mark.parametrize(
    ("text", "message", "facts"),
    [
        *(
            (text, "config.not-yaml", {"line": line, "problem": "nested more than 32 levels deep"})
            for text, line in (
                ("[" * 10_000, 1),
                ("{a: " * 10_000, 1),
                ("- " * 10_000, 1),
                ("\n".join(" " * n + "a:" for n in range(1000)), 32),
            )
        ),
        (f"a0: {BOMB}\n{LISTS}", "config.unknown-key", {"place": "app.yaml:1: a0: "}),
        (
            f"build: {{ env: {{ l0: &e0 {{ A: b }}{MAPPINGS} }} }}",
            "config.wrong-type",
            {"place": "app.yaml:1: build.env.l0: ", "found": "keys with values"},
        ),
        (
            f"smoke: {{ scenarios: [&s {{ requests: [&q {{ path: /, contains: [{CONTAINS}] }}, {REQUESTS}] }}, *s] }}",
            "config.too-large",
            {"place": "app.yaml:1: smoke.scenarios[0].requests[24].contains[320]: ", "most": 10_000},
        ),
        (
            "build: { env: &e { <<: *e, A: b }, scripts: &s [*s] }",
            "config.wrong-type",
            {"place": "app.yaml:1: build.scripts[0]: ", "found": "a list"},
        ),
        (
            "smoke: &s { scenarios: [*s] }",
            "config.unknown-key",
            {"place": "app.yaml:1: smoke.scenarios[0].scenarios: "},
        ),
    ],
)
def test_input_that_would_grow_without_end_is_refused_at_once(
    text: str, message: str, facts: Mapping[str, object]
) -> None:
    with bounded():
        error = refused(text)
    assert error.id == message
    assert facts.items() <= error.facts.items()


def test_the_line_of_each_value_is_known() -> None:
    text = """\
# top
node: 22

patches:
  - files: a
    append: b
runtime:
  env: &e
    A: b
  health: { path: /x,
    retries: 2 }
build:
  env:
    <<: *e
    C: d
platforms: [linux/amd64,
  linux/arm64]
"""
    pipeline, places = parse_with_places(text, FILE)
    assert pipeline == parsed(text)
    assert places == {
        "node": 2,
        "patches": 4,
        "patches[0]": 5,
        "patches[0].files": 5,
        "patches[0].append": 6,
        "runtime": 7,
        "runtime.env": 8,
        "runtime.env.A": 9,
        "runtime.health": 10,
        "runtime.health.path": 10,
        "runtime.health.retries": 11,
        "build": 12,
        "build.env": 13,
        "build.env.A": 9,
        "build.env.C": 15,
        "platforms": 16,
        "platforms[0]": 16,
        "platforms[1]": 17,
    }
    assert parse_with_places("", FILE) == (Pipeline(), {})


DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("image", "warning", "facts"),
    [
        ("redis", "", {}),
        (f"redis:7@{DIGEST}", "", {}),
        (f"127.0.0.1:5000/db/redis:7@{DIGEST}", "", {}),
        ("postgres:17", "advice.no-digest", {"image": "postgres:17", "pinned": "postgres:17@sha256:…"}),
        (
            "docker.io/library/redis",
            "advice.no-digest",
            {"image": "docker.io/library/redis", "pinned": "docker.io/library/redis:TAG@sha256:…"},
        ),
        (
            "127.0.0.1:5000/redis",
            "advice.no-digest",
            {"image": "127.0.0.1:5000/redis", "pinned": "127.0.0.1:5000/redis:TAG@sha256:…"},
        ),
        *(
            (f"{name}@{DIGEST}", "advice.no-version", {"image": name})
            for name in ("redis", "redis:latest", "127.0.0.1:5000/redis", "127.0.0.1:5000/redis:latest")
        ),
    ],
)
def test_images_of_services_that_float_are_warned_about(image: str, warning: str, facts: Mapping[str, object]) -> None:
    text = f"smoke:\n  scenarios:\n    - name: a\n    - services:\n        db: '{image}'\n"
    found = [(one.id, one.facts) for one in warnings(*parse_with_places(text, FILE))]
    place = "5: smoke.scenarios[1].services.db: "
    assert found == ([(warning, {"place": place, **facts})] if warning else [])


@pytest.mark.parametrize(
    ("repository", "warned"),
    [
        ("a.b/c", False),
        ("a.b:5000/c", False),
        ("a.b/c:1", False),
        ("a.b/c:latest", True),
        ("a.b:5000/c:latest", True),
        ("", False),
    ],
)
def test_a_repository_with_the_tag_latest_is_warned_about(repository: str, warned: bool) -> None:  # noqa: FBT001
    found = warnings(*parse_with_places(f"image:\n  repository: '{repository}'", FILE))
    assert [one.id for one in found] == (["advice.latest"] if warned else [])
    assert all(one.facts == {"place": "2: image.repository: "} for one in found)


@dataclass(frozen=True, kw_only=True)
class _Inner:
    needed: int


@dataclass(frozen=True, kw_only=True)
class _Outer:
    class_: str = ""
    inner: _Inner = field(default_factory=lambda: _Inner(needed=1))
    several: tuple[_Inner, ...] = ()


def test_any_dataclass_is_a_schema() -> None:
    text = "{ class: a, inner: { needed: 2 }, several: [{ needed: 3 }, { needed: 4 }] }"
    assert Reader("x", {}, {}).read(_Outer, yaml.compose(text, yaml.SafeLoader)) == _Outer(
        class_="a", inner=_Inner(needed=2), several=(_Inner(needed=3), _Inner(needed=4))
    )
    with pytest.raises(ConfigError) as error:
        Reader("x", {}, {}).read(_Outer, yaml.compose("{ several: [{ needed: 3 }, {}] }", yaml.SafeLoader))
    assert (error.value.id, error.value.facts["place"]) == ("config.missing-key", "x:1: several[1]: ")


@pytest.mark.parametrize("place", ["build", "runtime"])
def test_a_dummy_is_no_other_value_too(place: str) -> None:
    sections = {"build": {"dummies": {"A": "x"}}}
    sections.setdefault(place, {})["env"] = {"A": "y"}
    with pytest.raises(ConfigError) as error:
        parse(yaml.safe_dump({"version": 2, **sections}), "x.yaml")
    assert (error.value.id, error.value.facts["key"]) == ("config.not-a-dummy", f"{place}.env.A")
