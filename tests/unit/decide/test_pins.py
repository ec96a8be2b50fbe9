"""``pins.toml``: everything that is pulled is pinned, and nothing but a stand-in replaces a pin."""

import base64
import re
from datetime import date
from pathlib import Path

import pytest

from ci.decide import pins
from ci.decide.config.model import PLATFORMS
from ci.decide.ecosystems import ECOSYSTEMS
from ci.decide.pins import STAND_INS, ImageRef, Package
from ci.decide.project.node import DEFAULT_NODE, ENDED, NODE, PREFERRED
from ci.errors import ConfigError
from ci.intool.common import semver

PINS = pins.load({})
NODE_22 = "docker.io/library/node:22-bookworm-slim"
DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.parametrize("name", PINS.images)
def test_every_image_has_registry_tag_and_digest(name: str) -> None:
    reference = PINS.images[name]
    assert re.fullmatch(r"[a-z0-9.]+\.[a-z]+(/[a-z0-9._-]+)+:[\w.-]+@sha256:[0-9a-f]{64}", reference)
    assert str(PINS.image(name)) == reference
    assert PINS.image(name).stand_in is False


def test_no_digest_is_there_twice() -> None:
    digests = [PINS.image(name).digest for name in PINS.images]
    assert len(set(digests)) == len(digests) > 0


@pytest.mark.parametrize("name", PINS.fonts)
def test_every_font_has_an_exact_version_and_a_sha512(name: str) -> None:
    package = PINS.fonts[name]
    assert re.fullmatch(r"[A-Z][A-Za-z0-9]*(_[A-Z][A-Za-z0-9]*)*", name)
    assert package.name == f"@fontsource-variable/{name.lower().replace('_', '-')}"
    assert re.fullmatch(r"\d+\.\d+\.\d+", package.version)
    assert len(sha512(package.integrity)) == 64


def sha512(integrity: str) -> bytes:
    algorithm, _, digest = integrity.partition("-")
    assert algorithm == "sha512"
    return base64.b64decode(digest, validate=True)


@pytest.mark.parametrize("major", NODE)
def test_every_supported_node_has_its_images_and_its_end(major: str) -> None:
    assert f"node:{major}-" in PINS.images[f"node{major}"]
    assert f"nodejs{major}-debian12:nonroot@" in PINS.images[f"distroless{major}"]
    assert date.fromisoformat(PINS.eol[f"node{major}"]).isoformat() == PINS.eol[f"node{major}"]


@pytest.mark.parametrize("major", NODE)
def test_every_supported_node_has_its_release(major: str) -> None:
    release = semver.parse(pins.releases()[f"node{major}"])
    assert release
    assert release.final
    assert str(release.major) == major


def test_lines_of_node_are_preferred_by_their_support() -> None:
    assert PREFERRED[0] == DEFAULT_NODE
    assert sorted(PREFERRED) == sorted(NODE)
    supported = [line for line in NODE if line not in ENDED]
    assert max(PINS.eol[f"node{line}"] for line in ENDED) < min(PINS.eol[f"node{line}"] for line in supported)
    assert [*PREFERRED[1:]] == sorted(PREFERRED[1:], key=lambda line: PINS.eol[f"node{line}"], reverse=True)


def test_ends_of_support_are_those_of_pinned_images() -> None:
    systems = {name for name in PINS.eol if re.fullmatch(r"debian\d+", name)}
    assert set(PINS.eol) - systems <= set(PINS.images)
    assert DEFAULT_NODE in NODE


@pytest.mark.parametrize(
    "lockfile", ["lockfileVersion: '6.0'\n", "lockfileVersion: '9.0'\n", "lockfileVersion: 5.4\n", ""]
)
def test_every_version_that_a_lockfile_leads_to_is_pinned(lockfile: str) -> None:
    for manager in ECOSYSTEMS:
        version = manager.version(lockfile)
        for platform in PLATFORMS:
            assert not version or PINS.manager(manager.package(version, platform), version).integrity


def test_a_manager_that_is_not_known_has_no_integrity() -> None:
    assert PINS.manager("pnpm", "9.999.0") == Package("pnpm", "9.999.0", "")
    assert PINS.manager("pnpm", "10.14.0").integrity.startswith("sha512-")


@pytest.mark.parametrize(
    "name",
    [
        "postgres",
        "docker.io/library/postgres:17",
        "docker.io/library/postgres@sha256:abc",
        "docker.io/library/postgres:17@sha512:" + "a" * 64,
        "docker.io/library/postgres:17@sha256:" + "A" * 64,
        "docker.io/library/postgres:17@sha256:" + "a" * 65,
        "@sha256:" + "a" * 64,
        "",
    ],
)
def test_an_image_without_a_digest_is_refused(name: str) -> None:
    with pytest.raises(ConfigError) as error:
        PINS.image(name)
    assert error.value.id == "arguments.no-digest"
    assert error.value.facts == {"image": name, "known": sorted(PINS.images)}


def test_a_reference_with_its_digest_is_taken_as_it_is() -> None:
    name = "docker.io/library/postgres:17"
    assert PINS.image(f"{name}@{DIGEST}") == ImageRef(name, DIGEST)


def test_stand_ins_replace_digests_by_upstream_name(tmp_path: Path) -> None:
    listed = tmp_path / "stand-ins.toml"
    listed.write_text(f'[images]\n"{NODE_22}" = "{DIGEST}"\n"docker.io/library/other:1" = "{DIGEST}"\n', "utf-8")
    found = pins.load({STAND_INS: str(listed)})
    assert found.image("node22") == ImageRef(NODE_22, DIGEST, stand_in=True)
    assert found.image(f"{NODE_22}@sha256:{'f' * 64}") == ImageRef(NODE_22, DIGEST, stand_in=True)
    assert found.image("node24") == PINS.image("node24")
    assert found.images == PINS.images


@pytest.mark.parametrize("environment", [{}, {STAND_INS: ""}, {"OTHER": "x"}])
def test_without_stand_ins_the_pins_hold(environment: dict[str, str]) -> None:
    assert pins.load(environment).stand_ins == {}
