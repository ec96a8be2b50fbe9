"""docs/reference/pipeline.md: its tables are those of the model, and its example uses every key."""

import dataclasses
import re
from typing import Any, get_args

from ci.decide.config.keys import keys
from ci.decide.config.model import Pipeline
from ci.decide.config.parse import RENAMED, parse_with_places
from ci.decide.config.reference import PAGE, sections, updated

TEXT = PAGE.read_text("utf-8")


def paths(model: Any = Pipeline, path: str = "") -> set[str]:
    found = set()
    for key in keys(model):
        inner = next((hint for hint in (key.hint, *get_args(key.hint)) if dataclasses.is_dataclass(hint)), None)
        found |= {f"{path}{key.name}"} | (paths(inner, f"{path}{key.name}.") if inner else set())
    return found


def test_the_tables_are_current() -> None:
    assert updated(TEXT) == TEXT, "run `python -m ci.decide.config.reference`"


def test_every_section_has_its_heading_and_its_table() -> None:
    assert re.findall(r"^<!-- keys: (\S+) -->$", TEXT, re.MULTILINE) == [
        *("pipeline", "mirrors", "patches", "image", "install", "build", "runtime", "runtime.health", "runtime.side"),
        *("smoke", "smoke.scenarios", "smoke.scenarios.requests"),
        *("load", "load.routes", "load.thresholds", "harden", "scan", "waivers"),
        *("baseline", "baseline.findings", "release"),
    ]
    assert {name for name, _ in sections(Pipeline)} == set(re.findall(r"<!-- keys: (\S+) -->", TEXT))
    headings = {re.sub(r"[^a-z-]", "", heading) for heading in re.findall(r"^## (.*)$", TEXT, re.MULTILINE)}
    assert set(re.findall(r"\[keys\]\(#([a-z-]+)\)", TEXT)) <= headings


def test_a_table_tells_type_range_default_and_meaning() -> None:
    tables = dict(sections(Pipeline))
    for section, row in (
        (
            "pipeline",
            "| `app` | text | the only one with `next` | directory of the app, where the source is a workspace |",
        ),
        (
            "pipeline",
            "| `platforms` | list of `linux/amd64` or `linux/arm64` | that of the engine | platforms of the image |",
        ),
        ("runtime", "| `port` | whole number, 1 to 65535 | `3000` | port that the app listens on |"),
        ("runtime", "| `source-maps` | true or false | `false` | whether source maps stay |"),
        ("patches", "| `with` | text | none | the replacement |"),
        ("patches", "| `files` | text | required | glob of files below the source, such as `src/app/**/route.ts` |"),
    ):
        assert row in tables[section].splitlines()


def test_the_example_has_every_key() -> None:
    example = TEXT.partition("## An example with every key")[2].partition("```yaml\n")[2].partition("```")[0]
    _, places = parse_with_places(example, PAGE.name)
    given = {re.sub(r"\[\d+\]", "", path) for path in places}
    assert paths() - given == set()


def test_what_was_renamed_is_told() -> None:
    section = TEXT.partition("## From version 1")[2].partition("## ")[0]
    for old, new in RENAMED.items():
        assert re.search(rf"^\| `{re.escape(old)}\b.*\| `{re.escape(new.split('`')[1])}\b", section, re.MULTILINE)
