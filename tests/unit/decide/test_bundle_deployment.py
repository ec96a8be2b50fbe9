"""What a bundle takes from the plan, and what from the published image."""

import pytest

from ci.commands.bundle import bundle, tagged
from ci.decide.bundle.deployment import Writable, deployment, path_of, slug
from ci.decide.bundle.published import published
from ci.decide.bundle.text import document, template
from ci.decide.config.model import Health, Image, Pipeline, Release, Runtime
from ci.decide.config.security import Harden
from ci.decide.pins import Pins
from ci.decide.plan.health import healthcheck
from ci.errors import ConfigError
from tests.unit.bundles import DIGEST, REDIS, deployed, image
from tests.unit.plans import PINS, plan_of

INFO = {
    "digest": DIGEST,
    "version": "1.2.3",
    "platforms": [
        {
            "platform": "linux/amd64",
            "user": "65532:65532",
            "entrypoint": ["/nodejs/bin/node"],
            "cmd": ["server.js"],
            "working_directory": "/app",
            "ports": ["3000/tcp"],
            "env": {"PORT": "3000"},
            "health_check": {"Test": ["CMD", *healthcheck(Health())]},
        }
    ],
}
"""What the image manager reports of an image, as far as a bundle reads it."""


@pytest.mark.parametrize(
    ("name", "expected"),
    [("app", "app"), ("@me/My_App", "my-app"), ("2048", "app-2048"), ("--", "app"), ("é", "app"), ("a" * 60, "a" * 40)],
)
def test_a_name_is_a_dns_label(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize("path", ["/", "/api/health?a=1", '/a"b'])
def test_the_path_of_a_health_check_is_read_back(path: str) -> None:
    assert path_of(healthcheck(Health(path=path))) == path


def test_a_health_check_of_another_form_has_no_path() -> None:
    assert path_of(()) == ""
    assert path_of(("/bin/check",)) == ""


def test_the_health_check_is_that_of_the_image_since_the_build_may_have_decided_its_path() -> None:
    what = deployed(healthcheck=healthcheck(Health(path="/favicon.ico")))
    assert what.health.path == "/favicon.ico"
    assert "/favicon.ico" in what.health.command[-1]


def test_an_image_without_a_health_check_gets_that_of_the_plan() -> None:
    assert deployed(healthcheck=()).health.command == healthcheck(Health())


@pytest.mark.parametrize(("status", "plain"), [(200, True), (307, True), (399, True), (400, False), (401, False)])
def test_only_an_answer_from_200_to_399_is_well_by_itself(status: int, *, plain: bool) -> None:
    assert deployed(Pipeline(runtime=Runtime(health=Health(status=status)))).health.plain is plain


def test_writable_paths_are_below_the_image_s_directory() -> None:
    assert deployed(REDIS, directory="/app/apps/web").writable == (
        Writable(path="/app/apps/web/public/manifest.json", throwaway=False),
        Writable(path="/app/apps/web/.next/cache", throwaway=True),
    )


@pytest.mark.parametrize(("given", "memory"), [(0, 512), (300, 300)])
def test_the_memory_is_that_of_the_pipeline_file(given: int, memory: int) -> None:
    assert deployed(Pipeline(harden=Harden(memory=given))).memory == memory


def test_images_of_others_are_those_of_upstream_also_where_the_engine_has_stand_ins() -> None:
    stood = Pins(**{**vars(PINS), "stand_ins": {name.partition("@")[0]: DIGEST for name in PINS.images.values()}})
    assert stood.image("redis").digest == DIGEST
    assert deployment(plan_of(), image(), stood).images["redis"] == PINS.images["redis"]


def test_an_image_is_read_from_the_report_of_the_image_manager() -> None:
    assert published(INFO, f"ghcr.io/me/app:1.2.3@{DIGEST}") == image(
        cmd=("server.js",), platforms=("linux/amd64",), env={"PORT": "3000"}
    )


@pytest.mark.parametrize(
    ("reference", "repository"),
    [
        ("me/app:1", "docker.io/me/app"),
        ("127.0.0.1:5000/app", "127.0.0.1:5000/app"),
        ("ghcr.io/me/app@x", "ghcr.io/me/app"),
    ],
)
def test_a_repository_has_its_host(reference: str, repository: str) -> None:
    assert published(INFO, reference).repository == repository


def test_user_and_port_are_those_of_the_image() -> None:
    first = {**INFO["platforms"][0], "user": "1000", "ports": ["8080/tcp"]}  # type: ignore[index,dict-item]
    read = published({**INFO, "platforms": [first]}, "ghcr.io/me/app:1")
    what = deployment(plan_of(), read, PINS)
    assert (what.user, what.port) == (1000, 8080)


@pytest.mark.parametrize(("user", "ports"), [("", []), ("node", ["1/tcp", "2/tcp"]), ("0:0", [])])
def test_without_them_those_of_the_plan_are_taken(user: str, ports: list[str]) -> None:
    first = {**INFO["platforms"][0], "user": user, "ports": ports}  # type: ignore[index,dict-item]
    what = deployment(plan_of(), published({**INFO, "platforms": [first]}, "ghcr.io/me/app:1"), PINS)
    assert (what.user, what.port) == (65532, 3000)


def test_a_reference_to_something_else_is_refused() -> None:
    with pytest.raises(ConfigError) as refused:
        published({**INFO, "platforms": []}, "ghcr.io/me/app:sbom")
    assert refused.value.id == "arguments.bundle-no-image"


def test_without_a_reference_the_first_tag_is_looked_up() -> None:
    pipeline = Pipeline(image=Image(repository="ghcr.io/me/app"))
    assert tagged(plan_of(pipeline=pipeline, version="1.2.3")) == "ghcr.io/me/app:1.2.3"


@pytest.mark.parametrize(
    ("repository", "reason"), [("", "arguments.no-address"), ("ghcr.io/me/app", "arguments.bundle-ref")]
)
def test_without_reference_and_tag_there_is_no_bundle(repository: str, reason: str) -> None:
    only_releases = Release(tags=("type=semver,pattern={{version}}",), flavor=("latest=false",))
    with pytest.raises(ConfigError) as refused:
        tagged(plan_of(pipeline=Pipeline(image=Image(repository=repository), release=only_releases)))
    assert refused.value.id == reason


async def test_another_kind_is_refused_before_the_registry_is_asked() -> None:
    with pytest.raises(ConfigError) as refused:
        await bundle(None, "swarm", "ghcr.io/me/app:1", None, ("", ""))  # type: ignore[arg-type]
    assert refused.value.id == "arguments.bundle-kind"


def test_yaml_has_no_anchors_and_keeps_lines() -> None:
    shared = ["ALL"]
    assert document({"a": shared, "b": shared}, about="x\ny") == "# x\n# y\na:\n- ALL\nb:\n- ALL\n"
    assert document({"a": "one\ntwo\n"}) == "a: |\n  one\n  two\n"


def test_a_template_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        template("compose/proxy/Caddyfile", port=1)
