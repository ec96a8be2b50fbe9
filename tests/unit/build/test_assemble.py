"""Input of the assembly of an image beside files."""

from pathlib import Path

import pytest

from ci.build import assemble
from ci.build.assemble import described
from ci.decide.config.model import Health, Image, Pipeline, Release, Runtime, Side
from ci.decide.pins import ImageRef
from ci.decide.plan.start import command
from ci.intool.oci.spec import Source, parse
from tests.unit.payloads import payload
from tests.unit.plans import PINS, plan_of

BASE = PINS.image("distroless22")
TIME = "2026-01-02T03:04:05Z"
PIPELINE = Pipeline(
    image=Image(title="Shop", labels={"example.team": "front-end"}),
    runtime=Runtime(
        command=("start.js", "--fast"),
        env={"A": "b"},
        port=8080,
        user=1000,
        health=Health(path="/up", interval=31, timeout=4, start_period=0, retries=5),
    ),
    release=Release(compression="zstd"),
)


def test_all_that_an_image_is_told() -> None:
    plan = plan_of(pipeline=PIPELINE, created=TIME)
    spec = described(plan, payload(app="apps/shop", dist="apps/shop/build", writable={"apps/shop/public": "directory"}))
    standard = {
        "org.opencontainers.image.title": "Shop",
        "org.opencontainers.image.version": "1.2.3",
        "org.opencontainers.image.created": TIME,
        "org.opencontainers.image.base.name": BASE.name,
        "org.opencontainers.image.base.digest": BASE.digest,
    }
    assert spec == {
        "base": {"name": BASE.name, "digest": BASE.digest},
        "prefix": "app",
        "app": "apps/shop",
        "dist": "apps/shop/build",
        "writable": {"apps/shop/public": "directory"},
        "user": 1000,
        "config": {
            "User": "1000:1000",
            "Env": {
                "NODE_ENV": "production",
                "NEXT_TELEMETRY_DISABLED": "1",
                "HOSTNAME": "0.0.0.0",  # noqa: S104  what a container listens on
                "PORT": "8080",
                "A": "b",
            },
            "Cmd": ["start.js", "--fast"],
            "WorkingDir": "/app/apps/shop",
            "Labels": {**standard, "example.team": "front-end"},
            "ExposedPorts": ["8080/tcp"],
            "Healthcheck": {
                "Test": ["CMD", "/nodejs/bin/node", "-e", plan.image.healthcheck[2]],
                "Interval": 31_000_000_000,
                "Timeout": 4_000_000_000,
                "StartPeriod": 0,
                "StartInterval": 2_000_000_000,
                "Retries": 5,
            },
        },
        "created": TIME,
        "annotations": standard,
        "compression": "zstd",
    }


def test_an_app_that_is_no_part_of_a_workspace_starts_in_its_directory() -> None:
    assert described(plan_of(), payload())["config"]["WorkingDir"] == "/app"


def test_the_assembly_understands_it() -> None:
    platforms = {"linux/amd64": {"base": "/in/base", "payload": "/in/payload"}}
    given = described(plan_of(pipeline=PIPELINE, created=TIME), payload(writable={"config.json": "file"}))
    parsed = parse({"platforms": platforms, "level": 6, **given})
    assert parsed.platforms == {"linux/amd64": Source(base=Path("/in/base"), payload=Path("/in/payload"))}
    assert {name: getattr(parsed, name) for name in given} == given


@pytest.mark.parametrize(
    ("preload", "arguments"),
    [("", ["start.js", "--fast"]), ("config.cjs", ["--require", "./config.cjs", "start.js", "--fast"])],
)
def test_arguments_of_node(preload: str, arguments: list[str]) -> None:
    plan = plan_of(pipeline=PIPELINE)
    made = payload(preload=preload)
    assert command(plan.image, made.app, made.preload) == arguments
    assert described(plan, payload(preload=preload))["config"]["Cmd"] == arguments


@pytest.mark.parametrize(("app", "directory"), [(".", "/app"), ("apps/shop", "/app/apps/shop")])
def test_what_watches_the_app_is_loaded_first_and_its_port_is_not_exposed(app: str, directory: str) -> None:
    plan = plan_of(pipeline=Pipeline(runtime=Runtime(command=("start.js",), side=Side(port=9000))))
    config = described(plan, payload(app=app, preload="config.cjs"))["config"]
    side = f"{directory}/.next-distroless/side.cjs"
    assert config["Cmd"] == ["--require", side, "--require", "./config.cjs", "start.js"]
    assert config["ExposedPorts"] == ["3000/tcp"], "platforms that read the port from the image have to find one"


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("gcr.io/distroless/nodejs22-debian12:nonroot", "gcr.io/distroless/nodejs22-debian12@sha256:1"),
        ("127.0.0.1:5000/node:22", "127.0.0.1:5000/node@sha256:1"),
        ("127.0.0.1:5000/node", "127.0.0.1:5000/node@sha256:1"),
        ("ghcr.io/a/b", "ghcr.io/a/b@sha256:1"),
    ],
)
def test_a_base_is_fetched_by_its_digest_alone(name: str, reference: str) -> None:
    assert assemble._by_digest(ImageRef(name, "sha256:1")) == reference
