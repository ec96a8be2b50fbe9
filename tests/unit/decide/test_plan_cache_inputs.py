"""What the result of an install, of a build and of packing follows from, and what makes no difference."""

from dataclasses import replace
from typing import Any

import pytest

from ci.decide.config.model import Build, Image, Install, Patch, Pipeline, Release, Runtime, Side, Smoke
from ci.decide.ecosystems import ECOSYSTEMS, by_id
from ci.decide.ecosystems.locked import Locked
from ci.decide.ecosystems.protocol import Ecosystem
from ci.decide.pins import ImageRef
from ci.decide.plan.cache_inputs import digest, of_build, of_install, of_payload
from ci.decide.plan.model import Plan
from ci.decide.project.facts import Project
from tests.unit.plans import PINS, app, plan_of

FILES = {
    "package.json": "file 1",
    "packages/ui/package.json": "file 2",
    "package-lock.json": "file 3",
    "vendor/a.tgz": "file 4",
    "src/index.ts": "file 5",
    "public/package-lock.json": "file 6",
}
MANIFESTS = ("package.json", "packages/ui/package.json", "package-lock.json", "vendor/a.tgz")
PNPM: dict[str, Any] = {"manager": by_id("pnpm"), "lockfile": "package-lock.json"}
STAGES = ("install", "build", "payload")


def found(plan: Plan, **files: str) -> dict[str, str]:
    """Stage to the digest of what it depends on."""
    every = {**FILES, **files}
    return {
        stage: digest(of(plan, every)) for stage, of in zip(STAGES, (of_install, of_build, of_payload), strict=True)
    }


def differ(one: dict[str, str], other: dict[str, str]) -> list[str]:
    return [stage for stage in STAGES if one[stage] != other[stage]]


def test_facts_have_names_for_people() -> None:
    plan = plan_of()
    facts = of_payload(plan, FILES)
    assert list(facts) == ["node image", "install", "manifests and lockfile", "build", "source", "packing"]
    assert facts["node image"] == str(PINS.image("node22"))
    assert facts["manifests and lockfile"] == {path: FILES[path] for path in MANIFESTS}
    assert facts["source"] == FILES
    assert facts["packing"]["base"] == str(PINS.image("distroless22"))
    assert list(of_install(plan, FILES)) == list(facts)[:3]
    assert list(of_build(plan, FILES)) == list(facts)[:5]


@pytest.mark.parametrize("manager", ECOSYSTEMS, ids=lambda manager: manager.id)
@pytest.mark.parametrize(
    "registry", ["https://npm.example.com/", "http://127.0.0.1:4873", "https://npm.example.com/a/b"]
)
def test_from_which_mirror_packages_come_makes_no_difference(manager: Ecosystem, registry: str) -> None:
    facts = app(manager=manager, manager_version="4.1.0")
    mirrored = plan_of(facts, npm_registry=registry)
    assert mirrored.install != plan_of(facts).install
    assert found(mirrored) == found(plan_of(facts))


ALL = list(STAGES)


@pytest.mark.parametrize(
    ("facts", "pipeline", "stages"),
    [
        (app(node="20"), Pipeline(), ALL),
        (app(**PNPM, manager_version="10.14.0"), Pipeline(), ALL),
        (app(fonts=("Inter",)), Pipeline(), ALL),
        (app(), Pipeline(install=Install(allow_scripts=("sharp",))), ALL),
        (app(app="apps/web"), Pipeline(), ["build", "payload"]),
        (app(scripts={"build": "next build", "gen:runtime": "x"}), Pipeline(), ["build", "payload"]),
        (app(), Pipeline(patches=(Patch(files="a", append="b"),)), ["build", "payload"]),
        (app(), Pipeline(build=Build(env={"A": "b"})), ["build", "payload"]),
        (app(), Pipeline(build=Build(dummies={"A": "b"})), ["build", "payload"]),
        (app(), Pipeline(build=Build(env={"NODE_OPTIONS": "-r x"})), ["build", "payload"]),
        (app(), Pipeline(runtime=Runtime(files=("a",))), ["payload"]),
        (app(), Pipeline(runtime=Runtime(exclude=("a",))), ["payload"]),
        (app(), Pipeline(runtime=Runtime(slim=False)), ["payload"]),
        (app(), Pipeline(runtime=Runtime(source_maps=True)), ["payload"]),
        (app(), Pipeline(runtime=Runtime(writable=("a",))), ["payload"]),
        (app(), Pipeline(runtime=Runtime(command=("a.js",))), ["payload"]),
        (app(), Pipeline(runtime=Runtime(serve="static")), ["payload"]),
        (app(), Pipeline(runtime=Runtime(side=Side())), ["payload"]),
        (app(), Pipeline(platforms=("linux/amd64", "linux/arm64")), ["payload"]),
        (app(), Pipeline(runtime=Runtime(port=8080, env={"A": "b"}, user=1000)), []),
        (app(version="9", description="another"), Pipeline(image=Image(repository="a/b", labels={"a": "b"})), []),
        (app(), Pipeline(smoke=Smoke(deadline=5), release=Release(tags=("a",), compression="zstd")), []),
        (app(env=("A",), env_example=("B",)), Pipeline(build=Build(allow_frozen=("C",))), []),
    ],
)
def test_what_each_stage_depends_on(facts: Project, pipeline: Pipeline, stages: list[str]) -> None:
    assert differ(found(plan_of(facts, pipeline)), found(plan_of())) == stages


def test_packages_of_another_platform_make_a_difference_to_the_payload() -> None:
    pipeline = Pipeline(platforms=("linux/amd64", "linux/arm64"))
    locked = {
        version: tuple(Locked(name=f"a-linux-{cpu}", version="1.0.0", integrity=version) for cpu in ("x64", "arm64"))
        for version in ("sha512-a", "sha512-b")
    }
    one, other = (found(plan_of(app(locked=packages), pipeline)) for packages in locked.values())
    assert differ(one, other) == ["payload"]


def test_the_native_platform_makes_a_difference_to_the_payload() -> None:
    both = Pipeline(platforms=("linux/amd64", "linux/arm64"))
    assert "payload" in differ(found(plan_of(pipeline=both)), found(plan_of(pipeline=both, native="linux/arm64")))


@pytest.mark.parametrize(
    ("part", "changed", "stages"),
    [
        ("install", {"image": ImageRef("docker.io/library/node:22", "sha256:" + "2" * 64)}, ALL),
        ("image", {"base": ImageRef("gcr.io/distroless/nodejs22", "sha256:" + "2" * 64)}, ["payload"]),
        ("install", {"store": "other"}, []),
        ("build", {"next_cache": "other"}, []),
    ],
)
def test_images_count_by_their_digest_and_caches_never(part: str, changed: dict[str, Any], stages: list[str]) -> None:
    plan = plan_of()
    other = replace(plan, **{part: replace(getattr(plan, part), **changed)})
    assert differ(found(other), found(plan)) == stages


@pytest.mark.parametrize("path", MANIFESTS)
def test_a_manifest_makes_a_difference_to_all(path: str) -> None:
    assert differ(found(plan_of(), **{path: "another"}), found(plan_of())) == ALL


@pytest.mark.parametrize("path", ["src/index.ts", "public/package-lock.json", "a new file"])
def test_another_source_makes_no_difference_to_the_install(path: str) -> None:
    assert differ(found(plan_of(), **{path: "another"}), found(plan_of())) == ["build", "payload"]


def test_the_order_of_files_makes_no_difference() -> None:
    reverse = dict(reversed(FILES.items()))
    assert digest(of_payload(plan_of(), reverse)) == digest(of_payload(plan_of(), FILES))


def test_where_one_fact_ends_and_the_next_begins_makes_a_difference() -> None:
    assert len({digest("ab"), digest("a", "b"), digest(["a", "b"]), digest("a", "b", ""), digest()}) == 5
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest() == digest()
    assert len(digest()) == 64
