"""Labels of the pipeline file with expressions."""

import json
from pathlib import Path
from typing import Any

import pytest

from ci.decide.config.model import Image, Pipeline
from ci.decide.tags.labels import parse, render
from ci.errors import ConfigError
from ci.intool.tags import GitFacts
from tests.unit.plans import plan_of

DATA: dict[str, Any] = json.loads(Path(__file__).parents[1].joinpath("vectors/metadata-action.json").read_text("utf-8"))
GIT = GitFacts(ref="refs/tags/v1.2.3", sha="860c1904a1ce", committed="2020-01-09T01:02:03+01:00")
OCI = "org.opencontainers.image."


@pytest.mark.parametrize("vector", [one for one in DATA["vectors"] if one["labels"]], ids=lambda one: one["name"])
def test_the_labels_of_metadata_action(vector: dict[str, Any]) -> None:
    given = {name: value for name, equals, value in (line.partition("=") for line in vector["labels"]) if equals}
    git = GitFacts(ref=vector["ref"], sha=vector["sha"], committed=DATA["now"])
    assert render(given, git) == {name: vector["described"][name] for name in given}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("plain } text {", "plain } text {"),
        ('{{tag}} "and" {{sha}}', 'v1.2.3 "and" 860c190'),
        ("{{commit_date 'YYYY-MM-DDTHH:mm:ss.SSS[Z]'}}", "2020-01-09T00:02:03.000Z"),
        ("{{is_default_branch}}-{{environment}}-{{arch}}", "false-staging-arm64"),
    ],
)
def test_a_label(text: str, expected: str) -> None:
    assert render({"a": text}, GIT, environment="staging", arch="arm64") == {"a": expected}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{shaa}}", "`a`: unknown expression `shaa`; did you mean `sha`?"),
        ("{{version}}", "`a`: {{version}} is known in the pattern of type=semver and type=pep440 only"),
        ("{{date 'YYYY'}}", "`a`: {{date}} would give the image other bytes with each run; use {{commit_date}}"),
        ("{{commit_date 'YYYY'}}", "`a`: the time of the commit is not known; pass --created"),
        ("{{environment}}", "`a`: {{environment}} is not known here; pass --deploy-environment"),
        ("${{ github.sha }}", "`a`: `${{ github.sha }}` has an expression of GitHub Actions"),
        ("{{sha", "`a`: `{{sha` begins or ends no expression"),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011
        render({"a": text}, GitFacts())
    assert str(error.value).startswith(message)


def test_a_text_without_expressions_is_not_looked_into() -> None:
    assert parse("}} $ \\").parts == ("}} $ \\",)


def test_they_are_in_the_image_and_its_annotations() -> None:
    labels = {f"{OCI}ref.name": "{{branch}}", "example.commit": "{{sha}}", f"{OCI}title": "{{arch}}"}
    plan = plan_of(pipeline=Pipeline(image=Image(labels=labels)), ref="refs/heads/main", revision="860c190" + "4" * 33)
    assert {name: plan.image.labels[name] for name in labels} == {
        f"{OCI}ref.name": "main",
        "example.commit": "860c190",
        f"{OCI}title": "amd64",
    }
    assert plan.release.annotations[f"{OCI}ref.name"] == "main"
    with pytest.raises(ConfigError) as error:
        plan_of(pipeline=Pipeline(image=Image(labels={"a": "{{x}}"})))
    assert error.value.id == "arguments.label"
    assert str(error.value.facts["problem"]).startswith("`a`: unknown expression")
