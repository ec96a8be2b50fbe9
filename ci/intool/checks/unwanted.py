"""FS-09 to FS-12 and FS-16: files that do not belong in an image."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ci.intool.checks.definition import Fault, check
from ci.intool.checks.image import CheckedImage
from ci.intool.common.json_reader import inside
from ci.intool.rootfs.entry import Entry, within

_CREDENTIALS = re.compile(
    r"\.env(\..*|rc)?|\.npmrc|\.netrc|_netrc|\.yarnrc(\.yml)?|\.pypirc|\.git|\.git-credentials|\.dockercfg|\.htpasswd|\.pgpass"
    r"|id_(rsa|dsa|ecdsa|ed25519)(_sk)?|.*\.tfstate(\.backup)?|.*\.(p12|pfx|jks|keystore|ppk)"
)
_PRIVATE_KEY = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY")
_SOURCE_MAP = re.compile(r".*\.([cm]?[jt]sx?|css)\.map")
_SOURCE = re.compile(r".*\.([cm]?ts|tsx)")
_TEST = re.compile(r"(.*/)?__tests__/.*|.*\.(test|spec)\.[^/]+")
_DOCUMENT = re.compile(r".*\.(md|markdown)")
_LICENSE = re.compile(r"(.*/)?(licen[cs]e|notice|copying)[^/]*", re.IGNORECASE)
_NEEDS = ("dependencies", "optionalDependencies")
_CACHE = re.compile(
    r"(.*/)?(\.cache|\.npm/_cacache|\.pnpm-store|\.yarn/cache|\.parcel-cache|\.turbo)/.*"
    r"|(tmp|var/tmp|var/cache|var/lib/apt/lists)/.*"
)


@check("FS-09")
def credentials(image: CheckedImage) -> Iterator[Fault]:
    """No file is one of credentials by name, or holds a private key."""
    for node in image.files:
        if _CREDENTIALS.fullmatch(node.name):
            yield node.path, "is a file of credentials by its name"
        elif _PRIVATE_KEY.search(node.text):
            yield node.path, "holds a private key"


@check("FS-10")
def source_maps(image: CheckedImage) -> Iterator[Fault]:
    """There are no source maps, unless the pipeline file allows or includes them."""
    for node in image.own:
        allowed = image.expected.source_maps or _included(image, node)
        if node.kind != "directory" and _SOURCE_MAP.fullmatch(node.path) and not allowed:
            yield node.path, "is a source map"


@check("FS-11")
def sources(image: CheckedImage) -> Iterator[Fault]:
    """There are no source files, except served ones, included ones, and those that the trace of a route lists."""
    kinds = {"a source file": _SOURCE, "a test": _TEST, "a document": _DOCUMENT}
    found = [
        (node, what)
        for node in image.own
        if node.kind == "file" and not any(within(node.path, place) for place in image.served)
        for what, names in kinds.items()
        if names.fullmatch(node.path) and not (what == "a document" and _LICENSE.fullmatch(node.path))
    ]
    traced = set(_traced(image)) if found else set()
    for node, what in found:
        if node.path not in traced and not _included(image, node):
            yield node.path, f"is {what}"


@check("FS-12")
def development(image: CheckedImage) -> Iterator[Fault]:
    """There is no package that only development needs: one that a program of the server loads is none."""
    unwanted = {*image.expected.dev_packages} - {*image.expected.loaded_packages}
    packages = list(image.packages()) if unwanted else []
    needed = {name for _, facts in packages for key in _NEEDS for name in _names(facts, key)}
    for directory, facts in packages:
        name, title = str(facts.get("name")), f"{facts.get('name')}@{facts.get('version')}"
        if title in unwanted or (name in unwanted and name not in needed):
            yield directory, f"is {title}, which only development needs"


@check("FS-16")
def caches(image: CheckedImage) -> Iterator[Fault]:
    """There are no caches of tools or the build, and no temporary files."""
    for node in image.files:
        built = node.path.startswith(f"{image.dist}/cache/")
        if node.kind != "directory" and (built or _CACHE.fullmatch(node.path)):
            yield node.path, "is in a cache or a directory of temporary files"


def _names(facts: Mapping[str, Any], key: str) -> Iterator[str]:
    """Names of the packages in a table of a package.json."""
    found = facts.get(key)
    yield from found if isinstance(found, dict) else ()


def _included(image: CheckedImage, node: Entry) -> bool:
    return any(within(node.path, posixpath.normpath(f"{image.app}/{path}")) for path in image.expected.files)


def _traced(image: CheckedImage) -> Iterator[str]:
    """The files that the traces of routes list; ``files`` is relative to the trace's directory."""
    for node in image.files.below(image.dist):
        files = inside(image.object(node.path), "files") if node.path.endswith(".nft.json") else None
        for file in files if isinstance(files, list) else ():
            yield posixpath.normpath(f"{posixpath.dirname(node.path)}/{file}")
