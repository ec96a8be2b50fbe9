"""What regctl and a registry make of an assembled layout."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.layout import Layout
from ci.intool.oci.assemble import assemble
from ci.intool.oci.spec import parse
from tests.conftest import command
from tests.registry.conftest import Registry
from tests.unit.layouts import FILES, base_layout, payload, spec

MACHINES = ("amd64", "arm64")


def regctl(*arguments: str) -> str:
    done = command("regctl", *arguments, deadline=60)
    assert done.code == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def report(tmp_path: Path) -> dict[str, Any]:
    """The report of an image for two platforms, whose layout is `out`."""
    given = spec(Path(), Path())
    given["platforms"] = {
        f"linux/{machine}": {
            "base": str(base_layout(tmp_path / f"base-{machine}", machine)),
            "payload": str(payload(tmp_path / machine, {**FILES, "node_modules/native.node": machine})),
        }
        for machine in MACHINES
    }
    return assemble(parse(given), tmp_path / "out")


def test_regctl_reads_the_layout(tmp_path: Path, report: dict[str, Any]) -> None:
    reference = f"ocidir://{tmp_path / 'out'}@{report['digest']}"
    body = regctl("manifest", "get", "--format", "raw-body", reference)
    assert f"sha256:{hashlib.sha256(body.encode()).hexdigest()}" == report["digest"]
    for machine in MACHINES:
        reported = report["platforms"][f"linux/{machine}"]
        assert regctl("image", "digest", "--platform", f"linux/{machine}", reference) == reported["digest"]
        config = json.loads(regctl("image", "inspect", "--platform", f"linux/{machine}", reference))
        assert config["architecture"] == machine
        assert config["rootfs"]["diff_ids"] == [layer["diff_id"] for layer in reported["layers"]]


def test_a_copy_to_a_registry_keeps_the_digest_and_every_byte(
    tmp_path: Path, report: dict[str, Any], registry: Registry, reach: Callable[..., None]
) -> None:
    reach(registry.address)
    name = f"{registry.address}/helper-layout"
    regctl("image", "copy", f"ocidir://{tmp_path / 'out'}@{report['digest']}", f"{name}:1")
    assert regctl("image", "digest", f"{name}:1") == report["digest"]
    regctl("image", "copy", f"{name}:1", f"ocidir://{tmp_path / 'back'}:1")
    back, out = Layout(tmp_path / "back"), Layout(tmp_path / "out")
    assert back.index() == out.index()
    assert back.images() == out.images()
    for image in back.images():
        for layer in image.manifest["layers"]:
            assert back.blob(layer).read_bytes() == out.blob(layer).read_bytes()


def test_node_gets_the_options_to_run_the_app(tmp_path: Path, report: dict[str, Any]) -> None:
    reference = f"ocidir://{tmp_path / 'out'}@{report['digest']}"
    started = json.loads(regctl("image", "inspect", "--platform", "linux/arm64", reference))["config"]
    assert started == {
        "Env": ["PATH=/bin", "A=app", "PORT=3000"],
        "Entrypoint": ["/nodejs/bin/node"],
        "Cmd": ["server.js"],
        "User": "65532:65532",
    }
