"""The inventory of an image, and its SBOMs."""

from pathlib import Path

import pytest

from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from ci.intool.rootfs.index import layers
from ci.intool.sbom.component import Component, purl
from ci.intool.sbom.inventory import inventory
from ci.intool.sbom.license import is_expression
from ci.intool.sbom.make import make
from tests.unit.sbom_images import APP, BASE, NEXT, STORE, documents, image, manifest, parsed
from tests.unit.small_images import Layer, layout

NPM = {
    "@acme/ui@1.0.0",
    "broken",
    "next@15.5.29",
    "odd@2.0.0-rc.1+x",
    "preact@10.1.0",
    "react@19.3.1",
}
BUNDLED = {"@babel/core", "@edge-runtime/cookies@6.0.0", "tar"}


def components(home: Path) -> list[Component]:
    opened = Layout(home)
    return inventory(opened.images()[0], layers(opened))


def titles(found: list[Component], kind: str = "npm", parent: str = "") -> set[str]:
    return {one.listed.title for one in found if one.kind == kind and one.parent == parent}


def test_what_an_image_is_made_of(tmp_path: Path) -> None:
    found = components(image(tmp_path / "image"))
    assert titles(found) == NPM
    assert titles(found, parent="pkg:npm/next@15.5.29") == BUNDLED
    assert titles(found, "app") == {"shop@0.1.0"}
    assert titles(found, "os") == {"debian@12"}
    assert titles(found, "deb", "os:debian@12") == {"libc6@2.36-9+deb12u14", "gcc-12-base@1:12.2.0-14"}
    assert titles(found, "runtime") == {"node@22.23.3"}
    assert len(found) == len(NPM) + len(BUNDLED) + 5


def test_its_fields(tmp_path: Path) -> None:
    found = {one.name: one for one in components(image(tmp_path / "image"))}
    assert found["react"].paths == (f"{STORE}/react@19.3.1/node_modules/react", "app/node_modules/a")
    assert found["react"].license == "MIT OR Apache-2.0"
    assert found["preact"].license == "MIT"
    assert found["libc6"].purl == "pkg:deb/debian/libc6@2.36-9%2Bdeb12u14?arch=amd64&distro=debian-12&upstream=glibc"
    assert found["gcc-12-base"].purl == (
        "pkg:deb/debian/gcc-12-base@1:12.2.0-14?distro=debian-12&upstream=gcc-12%4012.2.0-14"
    )
    assert found["node"].cpe == "cpe:2.3:a:nodejs:node.js:22.23.3:*:*:*:*:*:*:*"
    assert found["node"].paths == ("nodejs/bin/node",)


REACT = f"{STORE}/react@19.3.1/node_modules/react"


@pytest.mark.parametrize(
    ("above", "gone", "new"),
    [
        ({f"{STORE}/preact@10.1.0/.wh.node_modules": ""}, {"preact@10.1.0"}, set()),
        ({f"{NEXT}/.wh.package.json": ""}, set(), set()),
        ({"app/node_modules/odd/.wh..wh..opq": ""}, {"odd@2.0.0-rc.1+x"}, set()),
        (
            {"app/node_modules/.wh.odd": "", "app/node_modules/odd/package.json": manifest("odd", "3.0.0")},
            {"odd@2.0.0-rc.1+x"},
            {"odd@3.0.0"},
        ),
        ({"app/node_modules/odd": "->../elsewhere"}, {"odd@2.0.0-rc.1+x"}, set()),
        ({"app/node_modules/b/package.json": manifest("b", "1.0.0")}, set(), {"b@1.0.0"}),
        ({"x": manifest("h", "1.0.0"), "app/node_modules/h/package.json": "=>x"}, set(), {"h"}),
        ({"./app/node_modules/c/package.json": manifest("c", "1.0.0")}, set(), {"c@1.0.0"}),
        ({"app/node_modules/d/\udcff.js": "d"}, set(), {"d"}),
        ({"app/node_modules/e/package.json": '{"name": "\\ud800"}'}, set(), {"e"}),
        ({"app/node_modules/f/package.json": "[" * 100000}, set(), {"f"}),
    ],
)
def test_layers_above(tmp_path: Path, above: Layer, gone: set[str], new: set[str]) -> None:
    found = components(image(tmp_path / "image", above))
    assert titles(found) == NPM - gone | new
    documents(tmp_path / "image", tmp_path / "made")


def test_packages_that_are_not_installed_are_left_out(tmp_path: Path) -> None:
    packages = ("a\nStatus: deinstall ok config-files\nVersion: 1", "b\nStatus: install ok installed\nVersion: 2")
    status = "\n\n".join(f"Package: {one}" for one in packages)
    found = components(layout(tmp_path / "image", {"var/lib/dpkg/status": status}))
    assert titles(found, "deb", "os:linux@") == {"b@2"}


def test_the_same_image_gives_the_same_bytes(tmp_path: Path) -> None:
    home = image(tmp_path / "image")
    one, two = documents(home, tmp_path / "one"), documents(home, tmp_path / "two")
    assert [Path(document["path"]).name for document in one] == ["linux-amd64.cdx.json", "linux-amd64.spdx.json"]
    for first, second in zip(one, two, strict=True):
        assert Path(first["path"]).read_bytes() == Path(second["path"]).read_bytes()


def test_what_identifies_a_document_depends_on_the_image(tmp_path: Path) -> None:
    one = parsed(documents(image(tmp_path / "image"), tmp_path / "one"))
    two = parsed(documents(image(tmp_path / "other", {"x": "y"}), tmp_path / "two"))
    assert one["cyclonedx"]["serialNumber"] != two["cyclonedx"]["serialNumber"]
    assert one["spdx"]["documentNamespace"] != two["spdx"]["documentNamespace"]


def test_integrity_of_the_lockfile_is_reported(tmp_path: Path) -> None:
    made = parsed(documents(image(tmp_path / "image"), tmp_path / "made"))
    digest = bytes(range(64)).hex()
    hashes = {one["name"]: one.get("hashes") for one in made["cyclonedx"]["components"]}
    assert hashes["next"] == [{"alg": "SHA-512", "content": digest}]
    assert hashes["react"] is None
    checksums = {one["name"]: one.get("checksums") for one in made["spdx"]["packages"]}
    assert checksums["next"] == [{"algorithm": "SHA512", "checksumValue": digest}]


def test_a_license_that_spdx_does_not_list(tmp_path: Path) -> None:
    made = parsed(documents(image(tmp_path / "image"), tmp_path / "made"))
    [odd] = [one for one in made["spdx"]["packages"] if one["name"] == "odd"]
    [info] = made["spdx"]["hasExtractedLicensingInfos"]
    assert info["extractedText"] == "SEE LICENSE IN odd.txt"
    assert odd["licenseDeclared"] == info["licenseId"]
    [odd] = [one for one in made["cyclonedx"]["components"] if one["name"] == "odd"]
    assert odd["licenses"] == [{"license": {"name": "SEE LICENSE IN odd.txt"}}]


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("MIT", True),
        ("(MIT OR Apache-2.0)", True),
        ("MIT AND (ISC OR BSD-3-Clause)", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("", False),
        ("MIT OR", False),
        ("MIT ISC", False),
        ("(MIT", False),
        ("MIT)", False),
        ("MIT WITH ISC", False),
        ("mit", False),
        ("Apache 2.0", False),
        ("MIT/X11", False),
        ("UNLICENSED", False),
    ],
)
def test_license_expressions(text: str, *, expression: bool) -> None:
    assert is_expression(text) is expression


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (("npm", "next", "15.5.29"), "pkg:npm/next@15.5.29"),
        (("npm", "@next/env", "1.0.0+a"), "pkg:npm/%40next/env@1.0.0%2Ba"),
        (("npm", "tar"), "pkg:npm/tar"),
        (("deb", "debian/a", "1:2~3"), "pkg:deb/debian/a@1:2~3"),
    ],
)
def test_package_urls(given: tuple[str, ...], expected: str) -> None:
    assert purl(*given) == expected


@pytest.mark.parametrize("created", ["2026-01-31", "2026-01-31T12:00:00+01:00", "now"])
def test_a_time_of_another_form_is_refused(tmp_path: Path, created: str) -> None:
    with pytest.raises(Failure, match="not a time such as"):
        make(str(image(tmp_path / "image")), str(tmp_path / "made"), "x", created, [])


def test_a_layer_of_unknown_kind_is_refused(tmp_path: Path) -> None:
    home = layout(tmp_path / "image", BASE, APP, media_type="application/x-layer")
    with pytest.raises(Failure, match="unknown media type application/x-layer"):
        components(home)
