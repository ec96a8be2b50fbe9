"""Shipped pipeline files: by name only, and proposed by what a source has."""

from pathlib import Path

import pytest

from ci.decide.config.model import Pipeline
from ci.decide.config.parse import parse
from ci.decide.plan.cache_inputs import digest, of_build, of_payload, of_release
from ci.decide.plan.decide import decide
from ci.decide.plan.request import RunRequest
from ci.decide.shipped import OWN_PIPELINE, PipelineFile, file_of, is_path, markers, names, proposals
from ci.errors import ConfigError
from ci.messages import message
from tests.unit.plans import PINS, app, plan_of

ROOT = Path(__file__).parents[3]
PIPELINES = {path.name: path.read_text("utf-8") for path in (ROOT / "pipelines").glob("*.yaml")}
SHIPPED = ("shop.yaml", "blog.yaml", "examples", "pipeline.schema.json")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        *((name, False) for name in ("moontv", "my-shop", "v1.2", "")),
        *((path, True) for path in ("./x", "a/b", "x.yaml", "x.yml", "/x", "..\\x.yaml", "./x.yaml")),
    ],
)
def test_a_path_is_no_name(given: str, expected: bool) -> None:  # noqa: FBT001  a case of the table
    assert is_path(given) is expected


def test_names_are_those_of_yaml_files() -> None:
    assert names(SHIPPED) == ["blog", "shop"]
    assert file_of("shop", SHIPPED) == "shop.yaml"


@pytest.mark.parametrize(
    ("given", "hint"), [("shopp", "did you mean `shop`? "), ("examples", ""), ("pipeline.schema", "")]
)
def test_an_unknown_name_lists_what_ships(given: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        file_of(given, SHIPPED)
    assert caught.value.fix == message("arguments.pipeline", given=given, hint=hint, known="blog, shop").fix


def test_where_nothing_ships_the_error_says_so() -> None:
    with pytest.raises(ConfigError) as caught:
        file_of("shop", [])
    assert "known: none" in caught.value.fix


def test_markers_are_the_files_own() -> None:
    shipped = {
        "one.yaml": "version: 2\nfor: [a.js, 'src/**/b.ts']\n",
        "none.yaml": "version: 2\n",
        "wrong.yaml": "version: 2\nfour: [a.js]\n",
    }
    assert markers(shipped) == {"one": ("a.js", "src/**/b.ts")}


WANTED = {"old": ("start.js", "config.json"), "new": ("start.js", "!config.json"), "shop": ("cart.ts",)}


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (set(), ()),
        ({"config.json"}, ()),
        ({"start.js"}, ("new",)),
        ({"start.js", "config.json"}, ("old",)),
        ({"start.js", "cart.ts"}, ("new", "shop")),
    ],
)
def test_a_proposal_needs_all_that_is_wanted_and_nothing_that_is_not(
    there: set[str], expected: tuple[str, ...]
) -> None:
    assert proposals(WANTED, there) == expected


def test_every_shipped_file_says_what_it_is_for_and_names_no_registry() -> None:
    assert PIPELINES
    assert set(markers(PIPELINES)) == set(names(PIPELINES))
    assert {parse(text, name).image.repository for name, text in PIPELINES.items()} == {""}


def test_a_proposal_is_a_note_of_the_plan() -> None:
    file = PipelineFile(name="", origin="none, all by detection", text="", proposals=("shop",))
    plan = decide(app(), Pipeline(), PINS, RunRequest(), file)
    assert f"advice: {message('advice.pipeline', name='shop').line}" in plan.notes
    assert not [note for note in plan_of().notes if note.startswith("advice: ")]


def test_the_pipeline_file_changes_no_image_but_what_is_checked() -> None:
    plan = decide(app(), Pipeline(), PINS, RunRequest(), PipelineFile(name="w", origin="", text="", path="ops/w.yaml"))
    assert plan.build.unseen == (OWN_PIPELINE, "ops/w.yaml")
    for path in plan.build.unseen:
        before, after = ({"package.json": "1", path: text} for text in ("2", "3"))
        for of in (of_build, of_payload):
            assert digest(of(plan, before)) == digest(of(plan, after)) == digest(of(plan, {"package.json": "1"}))
        assert digest(of_release(plan, before)) != digest(of_release(plan, after))
    assert digest(of_build(plan, {"other.yaml": "1"})) != digest(of_build(plan, {"other.yaml": "2"}))


def test_a_file_of_elsewhere_hides_no_file_of_its_name() -> None:
    plan = decide(app(), Pipeline(), PINS, RunRequest(), PipelineFile(name="data.yaml", origin="", text=""))
    assert plan.build.unseen == (OWN_PIPELINE,)
