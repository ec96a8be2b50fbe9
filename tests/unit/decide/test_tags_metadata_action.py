"""Tags of docker/metadata-action's own tests: inputs and expected results in vectors/metadata-action.json.

`scripts/metadata-action-vectors.mjs` reads them from a checkout of it; what has no meaning here stands there with the
reason.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ci.decide.tags import METADATA_ACTION, decide, flavor, parse
from ci.intool.tags import GitFacts, Tags

DATA: dict[str, Any] = json.loads(Path(__file__).parents[1].joinpath("vectors/metadata-action.json").read_text("utf-8"))
VECTORS: list[dict[str, Any]] = DATA["vectors"]
NAMED = {"prefix_latest": "prefixLatest", "suffix_latest": "suffixLatest"}


def facts(vector: dict[str, Any]) -> GitFacts:
    return GitFacts(
        **{name: vector[name] for name in ("event", "ref", "sha", "base_ref")},
        default_branch=vector["default_branch"] or "master",
        committed=DATA["now"],
        now=datetime.fromisoformat(DATA["now"]),
    )


def tags_of(vector: dict[str, Any]) -> Tags:
    return decide(parse(vector["tags"] or METADATA_ACTION), flavor(vector["flavor"]), facts(vector))


@pytest.mark.parametrize("vector", [one for one in VECTORS if "refused" not in one], ids=lambda one: one["name"])
def test_the_same_tags_in_the_same_order(vector: dict[str, Any]) -> None:
    assert [tag.name for tag in tags_of(vector).tags] == vector["names"]


@pytest.mark.parametrize("vector", [one for one in VECTORS if "refused" in one], ids=lambda one: one["tags"][0])
def test_what_is_a_mistake_there_is_refused(vector: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=vector["refused"]):
        tags_of(vector)


@pytest.mark.parametrize("one", DATA["rules"], ids=lambda one: " ".join(one["given"]))
def test_the_same_rules_are_read(one: dict[str, Any]) -> None:
    if one["expected"] is None:
        with pytest.raises(ValueError, match=r"unknown|needs|is not a whole number"):
            parse(one["given"])
        return
    rules = sorted(parse(one["given"]), key=lambda rule: -rule.priority)
    attributes = [{name: value for name, value in rule.options.items() if name != "type"} for rule in rules]
    assert [rule.type for rule in rules] == [rule["type"] for rule in one["expected"]]
    assert attributes == [rule["attrs"] for rule in one["expected"]]


@pytest.mark.parametrize("one", DATA["flavors"], ids=lambda one: " ".join(one["given"]))
def test_the_same_flavors_are_read(one: dict[str, Any]) -> None:
    if one["expected"] is None:
        with pytest.raises(ValueError, match="flavor `"):
            flavor(one["given"])
        return
    read = flavor(one["given"])
    names = ("latest", "prefix", "prefix_latest", "suffix", "suffix_latest")
    assert {NAMED.get(name, name): getattr(read, name) for name in names} == one["expected"]


def test_all_of_them_are_here_or_left_out_for_a_reason() -> None:
    counts = {name: len(DATA[name]) for name in ("vectors", "rules", "flavors", "left_out")}
    assert counts == {"vectors": 121, "rules": 32, "flavors": 14, "left_out": 25}
    assert all(one["reason"] for one in DATA["left_out"])
