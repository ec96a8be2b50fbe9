"""Labels of an image, by the OCI image specification's annotations."""

from typing import Any

import pytest

from ci.decide.config.model import Image, Pipeline
from ci.decide.ecosystems import ECOSYSTEMS
from ci.decide.pins import ImageRef
from ci.decide.plan.labels import labels
from ci.decide.plan.request import RunRequest
from ci.decide.project.facts import Project

OCI = "org.opencontainers.image."
BASE = ImageRef("gcr.io/distroless/nodejs22-debian12:nonroot", "sha256:" + "a" * 64)
PROJECT = Project(
    name="moontv",
    version="0.1.0",
    description="Watch the moon",
    license="MIT",
    app=".",
    next="15.5.0",
    router="app",
    output="",
    unoptimized=False,
    manager=ECOSYSTEMS[0],
    manager_version="",
    manager_integrity="",
    lockfile="pnpm-lock.yaml",
    locked=(),
    node="22",
    scripts={},
)


def labels_of(image: Image, version: str = "0.1.0", **asked: str) -> dict[str, str]:
    return dict(labels(PROJECT, BASE, Pipeline(image=image), RunRequest(**asked), version=version, arch="amd64"))


def test_all_labels_of_an_image_that_says_nothing() -> None:
    assert labels_of(Image()) == {
        f"{OCI}title": "moontv",
        f"{OCI}description": "Watch the moon",
        f"{OCI}licenses": "MIT",
        f"{OCI}version": "0.1.0",
        f"{OCI}created": "1970-01-01T00:00:00Z",
        f"{OCI}base.name": "gcr.io/distroless/nodejs22-debian12:nonroot",
        f"{OCI}base.digest": "sha256:" + "a" * 64,
    }


@pytest.mark.parametrize(
    ("image", "release", "label", "value"),
    [
        ({}, {"created": "2026-01-02T03:04:05Z"}, "created", "2026-01-02T03:04:05Z"),
        ({}, {"revision": "c0ffee" * 6 + "abcd"}, "revision", "c0ffee" * 6 + "abcd"),
        ({}, {"version": "9.9.9"}, "version", "9.9.9"),
        ({"title": "MoonTV"}, {}, "title", "MoonTV"),
        ({"description": "Better"}, {}, "description", "Better"),
        ({"licenses": "Apache-2.0"}, {}, "licenses", "Apache-2.0"),
        ({"url": "https://a.example"}, {}, "url", "https://a.example"),
        ({"source": "https://git.example/a"}, {}, "source", "https://git.example/a"),
        ({"documentation": "https://docs.example"}, {}, "documentation", "https://docs.example"),
        ({"vendor": "Someone"}, {}, "vendor", "Someone"),
        ({"labels": {f"{OCI}title": "Last word"}, "title": "MoonTV"}, {}, "title", "Last word"),
    ],
)
def test_each_label(image: dict[str, Any], release: dict[str, str], label: str, value: str) -> None:
    assert labels_of(Image(**image), **release)[OCI + label] == value


@pytest.mark.parametrize("label", ["revision", "url", "source", "documentation", "vendor"])
def test_a_label_without_value_is_left_out(label: str) -> None:
    assert OCI + label not in labels_of(Image())


def test_further_labels_are_added() -> None:
    assert labels_of(Image(labels={"com.example.team": "moon"}))["com.example.team"] == "moon"
