"""Pipeline files of version 1 become version 2: what is renamed, what stays as it was written."""

import itertools
from typing import Any

import pytest
import yaml

from ci.decide.config.migrate import migrate
from ci.decide.config.model import Build, Install, Pipeline
from ci.decide.config.nodes import Loader
from ci.decide.config.parse import parse
from ci.errors import ConfigError

FILE = "app.yaml"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "version: 2\n"),
        ("# only this", "# only this\nversion: 2\n"),
        ("{}", "{version: 2}\n"),
        ("version: 1\n", "version: 2\n"),
        ("version: 1", "version: 2\n"),
        ("{ version: 1 } # flow\n", "{ version: 2 } # flow\n"),
        ("# top\n\nnode: 22\n", "# top\n\nversion: 2\nnode: 22\n"),
        ("{ node: 22 }\n", "{ version: 2, node: 22 }\n"),
        ("version: 1\nnode: v22.3.1 # why\n", 'version: 2\nnode: "22" # why\n'),
        ("version: 1\nnode: '20.9'\n", 'version: 2\nnode: "20"\n'),
        ("version: 1\r\nnode: 22\r\n", "version: 2\r\nnode: 22\r\n"),
        (
            "build:\r\n  run-scripts: [a]\r\n  script: b\r\n",
            "version: 2\r\nbuild:\r\n  scripts: [b]\r\ninstall:\r\n  allow-scripts: [a]\r\n",
        ),
        ("version: 1\nbuild: { script: ci }\n", "version: 2\nbuild: { scripts: [ci] }\n"),
        ("version: 1\nbuild:\n    script:   'a, b'   # c\n", "version: 2\nbuild:\n    scripts:   ['a, b']   # c\n"),
        ("version: 1\nbuild:\n  script: a, [b]\n", 'version: 2\nbuild:\n  scripts: ["a, [b]"]\n'),
        (
            "version: 1\nbuild:\n  script: |\n    ci\n  env: {}\n",
            'version: 2\nbuild:\n  scripts: ["ci\\n"]\n  env: {}\n',
        ),
        ("version: 1\nbuild:\n  script: next build # c\n", 'version: 2\nbuild:\n  scripts: ["next build"] # c\n'),
        ("version: 1\nbuild:\n  script: a?b\n", 'version: 2\nbuild:\n  scripts: ["a?b"]\n'),
        ("version: 1\nbuild:\n  script: >-\n  env: {}\n", 'version: 2\nbuild:\n  scripts: [""]\n  env: {}\n'),
        (
            "build: { run-scripts: [a], ? script : b }",
            "version: 2\nbuild: { ? scripts : [b] }\ninstall: { allow-scripts: [a] }\n",
        ),
        ("version: 1\nbuild: { run-scripts: [a] } # c\n", "version: 2\ninstall: { allow-scripts: [a] } # c\n"),
        (
            "version: 1\n# why\nbuild: # here\n  # those\n  run-scripts:\n    - a # first\n    - b\n# end\n",
            "version: 2\n# why\ninstall: # here\n  # those\n  allow-scripts:\n    - a # first\n    - b\n# end\n",
        ),
        (
            """\
# MoonTV
version: 1

build:
  # builds
  script: ci # all

  # compiled
  # here
  run-scripts:
    - a # first
    # the next
    - b
  env: # frozen
    A: |
      # text

# runs
runtime:
  port: 3000
""",
            """\
# MoonTV
version: 2

build:
  # builds
  scripts: [ci] # all

  env: # frozen
    A: |
      # text
install:
  # compiled
  # here
  allow-scripts:
    - a # first
    # the next
    - b

# runs
runtime:
  port: 3000
""",
        ),
        (
            "version: 1\nbuild: { run-scripts: [a, b], script: ci } # c\nnode: 22\n",
            "version: 2\nbuild: { scripts: [ci] } # c\ninstall: { allow-scripts: [a, b] }\nnode: 22\n",
        ),
        (
            "version: 1\nbuild: { env: { A: b }, run-scripts: [a] }",
            "version: 2\nbuild: { env: { A: b } }\ninstall: { allow-scripts: [a] }\n",
        ),
        (
            "{version: 1, build: {script: ci, run-scripts: [a]}, node: 22}\n",
            "{version: 2, build: {scripts: [ci]}, install: { allow-scripts: [a] }, node: 22}\n",
        ),
        (
            "version: 1\nbuild: {\n  script: ci, # all\n  run-scripts: [a], # one\n  env: { A: b } # last\n}\n",
            (
                "version: 2\nbuild: {\n  scripts: [ci], # all\n  # one\n  env: { A: b } # last\n}\n"
                "install: { allow-scripts: [a] }\n"
            ),
        ),
        (
            "version: 1\nbuild: {\n  script: ci, # all\n  run-scripts: [a] # one\n}\n",
            "version: 2\nbuild: {\n  scripts: [ci] # all\n # one\n}\ninstall: { allow-scripts: [a] }\n",
        ),
        (
            """\
version: 1
build:
  run-scripts: &l [a]
  script: &s ci
  env: &e { A: b }
runtime: { env: { <<: *e }, files: *l }
""",
            """\
version: 2
build:
  scripts: [&s ci]
  env: &e { A: b }
install:
  allow-scripts: &l [a]
runtime: { env: { <<: *e }, files: *l }
""",
        ),
        (
            "version: 1\nruntime: { command: [&s ci] }\nbuild: { script: *s, env: { X: *s } }\n",
            "version: 2\nruntime: { command: [&s ci] }\nbuild: { scripts: [*s], env: { X: *s } }\n",
        ),
    ],
)
def test_the_text_is_edited_and_nothing_else(before: str, after: str) -> None:
    assert migrate(before, FILE) == after
    assert parse(after, FILE).version == 2


@pytest.mark.parametrize(
    "text",
    [
        "version: 2\n",
        "version: 2\nbuild: { scripts: [a] }",
        "node: 22\r\nversion: 2 # no newline",
        "version: 3\nbuild: { script: a }\n",
        "[a list]\n",
    ],
)
def test_a_file_of_another_version_comes_back_unchanged(text: str) -> None:
    assert migrate(text, FILE) == text


def test_what_was_migrated_stays() -> None:
    once = migrate("build: { script: ci, run-scripts: [a] }", FILE)
    assert migrate(once, FILE) == once
    assert parse(once, FILE) == Pipeline(build=Build(scripts=("ci",)), install=Install(allow_scripts=("a",)))


def test_what_is_not_yaml_is_an_error_with_its_line() -> None:
    with pytest.raises(ConfigError) as error:
        migrate("a: 1\na: 2\n", FILE)
    assert (error.value.id, error.value.facts["line"]) == ("config.not-yaml", 2)


SECTIONS = {
    "top": ["", "# top\n", "---\n", "# a\n\n# b\nversion: 1\n", "version: 1 # one\n\n"],
    "before": ["", "node: 22\n", "runtime:\n  # port\n  port: 1\n\n"],
    "build": [
        "build: {}\n",
        *(
            f"build:{comment}\n" + "".join(order)
            for comment in ("", " # build")
            for length in (1, 2, 3)
            for order in itertools.permutations(
                (
                    "  script: ci # s\n",
                    "  # r\n  run-scripts:\n  - x\n  - 'y' # y\n",
                    "  env:\n    A: b\n    # in\n    C: 1\n\n",
                ),
                length,
            )
        ),
        *(
            f"build: {{{space}{f',{space}'.join(order)}{space}}}{comment}\n"
            for space in ("", " ", "\n   ", " # c\n  ")
            for comment in ("", " # build")
            for length in (1, 2, 3)
            for order in itertools.permutations(("script: ci", "run-scripts: [x, 'y']", "env: {A: b, C: 1}"), length)
        ),
    ],
    "after": ["", "# end", "smoke: { deadline: 9 }\n"],
}
AROUND = list(itertools.product(SECTIONS["top"], SECTIONS["before"], SECTIONS["after"]))
FILES = {
    f"{top}{before}{build}{after}"
    for n, build in enumerate(SECTIONS["build"])
    for top, before, after in (AROUND[n % len(AROUND)], AROUND[(7 * n + 3) % len(AROUND)])
}


def meaning(text: str) -> dict[str, Any]:
    return yaml.load(text, Loader) or {}  # noqa: S506  a SafeLoader


def test_every_layout_keeps_its_meaning() -> None:
    assert len(FILES) > 250
    for text in FILES:
        expected = meaning(text)
        build = expected.pop("build")
        if "script" in build:
            build["scripts"] = [build.pop("script")]
        if "run-scripts" in build:
            expected["install"] = {"allow-scripts": build.pop("run-scripts")}
        found = migrate(text, FILE)
        parse(found, FILE)
        assert {"build": {}, **meaning(found)} == {**expected, "build": build, "version": 2}, text
        assert sorted(comments(found)) == sorted(comments(text)), text


def comments(text: str) -> list[str]:
    return [line.partition("#")[2].strip() for line in text.splitlines() if "#" in line]
