"""The image of the SBOM tests."""

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ci.intool.sbom.make import make
from tests.unit.small_images import Layer, layout

CREATED = "2026-01-31T12:00:00Z"
NAME = "registry.example.com:5000/team/shop"
STORE = "app/node_modules/.pnpm"

STATUS = """Package: libc6
Source: glibc
Version: 2.36-9+deb12u14
Architecture: amd64
Description: GNU C Library
 Version: of nothing
"""
BASE: Layer = {
    "usr/lib/os-release": 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\nVERSION_ID="12"\n',
    "etc/os-release": "->../usr/lib/os-release",
    "etc/debian_version": "12.15\n",
    "var/lib/dpkg/status.d/libc6": STATUS,
    "var/lib/dpkg/status.d/libc6.md5sums": "Package: none",
    "var/lib/dpkg/status.d/gcc-12-base": "Package: gcc-12-base\nSource: gcc-12 (12.2.0-14)\nVersion: 1:12.2.0-14\n",
    "nodejs/bin/node": b"\x7fELF" + b"\0" * ((1 << 20) - 30) + b"release/v22.23.3/node-v22.23.3.tar.gz\0v10.12.0",
}


def manifest(name: str, version: str = "", **more: Any) -> str:
    return json.dumps({"name": name, **({"version": version} if version else {}), **more})


NEXT = f"{STORE}/next@15.5.29_react@19.3.1/node_modules/next"
APP: Layer = {
    "app/package.json": manifest("shop", "0.1.0", private=True),
    "app/.next/package.json": '{"type": "commonjs"}',
    "app/node_modules/next": f"->.pnpm/{NEXT.removeprefix(STORE + '/')}",
    f"{NEXT}/package.json": manifest("next", "15.5.29", license="MIT"),
    f"{NEXT}/dist/compiled/tar/package.json": manifest("tar", license="ISC"),
    f"{NEXT}/dist/compiled/babel/package.json": manifest("@babel/core", license="MIT"),
    f"{NEXT}/dist/compiled/cookies/package.json": manifest("@edge-runtime/cookies", "6.0.0", license="MIT"),
    f"{NEXT}/dist/esm/package.json": '{"type": "module"}',
    f"{NEXT}/headers/package.json": manifest("next/headers"),
    f"{STORE}/preact@10.1.0/node_modules/preact/package.json": manifest("preact", "10.1.0", licenses=[{"type": "MIT"}]),
    f"{STORE}/preact@10.1.0/node_modules/preact/hooks/package.json": manifest("preact-hooks", "0.1.0", private=True),
    f"{STORE}/react@19.3.1/node_modules/react/package.json": manifest("react", "19.3.1", license="MIT OR Apache-2.0"),
    f"{STORE}/@acme+ui@1.0.0/node_modules/@acme/ui/index.js": "no package.json",
    "app/node_modules/a/package.json": manifest("react", "19.3.1"),
    "app/node_modules/odd/package.json": manifest("odd", "2.0.0-rc.1+x", license="SEE LICENSE IN odd.txt"),
    "app/node_modules/broken/package.json": "{",
    "app/node_modules/.package-lock.json": "{}",
}
LOCKED = [
    [
        "next",
        "15.5.29",
        f"sha512-{base64.b64encode(bytes(range(64))).decode()}",
    ],
    ["next", "14.0.0", ""],
    ["preact", "10.1.0"],
    ["react", "19.3.1", "10c0/abcdef"],
    ["@acme/ui", "1.0.0"],
    ["odd", "https://git.example.com/odd.git#0123"],
    ["broken", "1.0.0"],
]


FOUND = (
    ("shop", "0.1.0", "app"),
    ("next", "15.5.29", NEXT),
    ("@edge-runtime/cookies", "6.0.0", f"{NEXT}/dist/compiled/cookies"),
    ("preact", "10.1.0", f"{STORE}/preact@10.1.0/node_modules/preact"),
    ("preact-hooks", "0.1.0", f"{STORE}/preact@10.1.0/node_modules/preact/hooks"),
    ("react", "19.3.1", f"{STORE}/react@19.3.1/node_modules/react"),
    ("react", "19.3.1", "app/node_modules/a"),
    ("odd", "2.0.0-rc.1+x", "app/node_modules/odd"),
)
"""What Trivy 0.74 finds in the image (``tests/tools/test_sbom.py`` holds it to that): name, version, directory."""

DEBIAN = (
    {"Name": "libc6", "Version": "2.36", "Release": "9+deb12u14"},
    {"Name": "gcc-12-base", "Version": "12.2.0", "Release": "14", "Epoch": 1},
)


def scanned(to: Path, *more: tuple[str, str, str], without: Sequence[str] = (), **over: Any) -> dict[str, str]:
    """Trivy's report on the image.

    Args:
        to: the file.
        more: packages that are found too.
        without: names of packages that are not.
        over: further packages of the distribution (``debian``), further results, or another ``system``.

    Returns:
        The report by its platform.
    """
    npm = [one for one in (*FOUND, *more) if one[0] not in without]
    packages = [{"Name": name, "Version": version, "FilePath": f"{path}/package.json"} for name, version, path in npm]
    debian = [one for one in (*DEBIAN, *over.get("debian", ())) if one["Name"] not in without]
    report = {
        "SchemaVersion": 2,
        "ArtifactType": "container_image",
        "Metadata": {"OS": over.get("system", {"Family": "debian", "Name": "12.15"})},
        "Results": [
            {"Class": "os-pkgs", "Type": "debian", "Packages": debian},
            {"Class": "lang-pkgs", "Type": "node-pkg", "Packages": packages},
            *over.get("results", ()),
        ],
    }
    to.write_text(json.dumps(report))
    return {"linux/amd64": str(to)}


def image(home: Path, *more: Layer, app: Layer = APP) -> Path:
    """The image; ``more`` are layers above."""
    return layout(home, BASE, app, *more)


def documents(home: Path, to: Path, **over: Any) -> list[dict[str, Any]]:
    """Both documents of an image."""
    made = make(str(home), str(to), **{"name": NAME, "created": CREATED, "locked": LOCKED, **over})
    found: list[dict[str, Any]] = made["documents"]
    return found


def parsed(listed: list[dict[str, Any]]) -> Mapping[str, dict[str, Any]]:
    """Format to its document."""
    return {one["format"]: json.loads(Path(one["path"]).read_text()) for one in listed}
