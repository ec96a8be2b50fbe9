"""Which texts with the form of a secret are in packages that everyone can fetch, and so are no secrets."""

import json
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from ci.intool.common.compress import kind_of
from ci.intool.common.layout import Layout
from ci.intool.common.tarball import reading
from ci.intool.scan.masked import texts_of
from ci.intool.scan.results import Secret
from ci.intool.scan.trivy import report, scan

LARGEST = 64 << 20
"""Bytes of the largest file that is read."""

MODULES = "node_modules"
_PACKAGE = re.compile(rf"(?P<home>(?:.*/)?{MODULES}/(?P<name>@[^@/]+/[^@/]+|[^@./][^/]*))/")
"""A file's path up to the innermost package that it is in."""

_NOT_SOURCE = {MODULES, ".git"}

_NONE = "", ""


def published(
    reports: Mapping[str, str],
    layout: str,
    source: str,
    installed: str,
    packages: Sequence[Sequence[str]],
) -> dict[str, Any]:
    """Search the installed packages for what Trivy takes for secrets.

    A text is published if a file of a public package has it, and no file of the source. That a secret of the run is in
    a package too makes no difference to the gate ``leaks``, which searches for those by their values.

    Args:
        reports: platform to the file of Trivy's report on it.
        layout: directory of the image layout.
        source: directory of the app's source.
        installed: directory in which the packages are installed, anywhere below.
        packages: name and version of each package of the lockfile that everyone can fetch.

    Returns:
        ``published``: ``rule``, ``path`` and ``layer`` of each file in which all texts that this rule matched are
        published, and ``packages``, those that have them. No text is in it.

    Raises:
        Failure: a report or the layout is malformed.
    """
    scans = [scan(name, report(path, name)) for name, path in reports.items()]
    secrets = list(dict.fromkeys(one for each in scans for one in each.secrets if one.layer))
    texts = texts_of(secrets, contents(Layout(Path(layout)), secrets))
    wanted = {text for some in texts.values() for text in some}
    wanted -= _in_source(wanted, Path(source))
    owners = _owners(wanted, Path(installed), {(name, version) for name, version in packages})
    return {
        "published": [
            {"rule": rule, "path": path, "layer": layer, "packages": sorted({owners[text] for text in some})}
            for (rule, path, layer), some in texts.items()
            if some and some <= owners.keys()
        ]
    }


def contents(layout: Layout, secrets: Collection[Secret]) -> dict[tuple[str, str], bytes]:
    """The files that have secrets, by layer and path.

    Args:
        layout: of the image.
        secrets: of files in layers.

    Raises:
        Failure: the layout is damaged.
    """
    wanted: dict[str, set[str]] = {}
    for one in secrets:
        wanted.setdefault(one.layer, set()).add(one.path)
    found: dict[tuple[str, str], bytes] = {}
    for image in layout.images():
        layers = zip(image.config["rootfs"]["diff_ids"], image.manifest["layers"], strict=True)
        for diff_id, descriptor in layers:
            paths = wanted.pop(diff_id, None)
            if paths:
                found |= {(diff_id, path): data for path, data in _files(layout.blob(descriptor), paths)}
    return found


def _files(layer: Path, paths: Collection[str]) -> Iterator[tuple[str, bytes]]:
    with reading(layer, kind_of(layer)) as archive:
        for member in archive:
            path = member.name.removeprefix("./").removeprefix("/")
            file = archive.extractfile(member) if path in paths and member.isfile() else None
            if file:
                yield path, file.read(LARGEST)


def _in_source(texts: set[bytes], source: Path) -> set[bytes]:
    """Those that a file of the source has, installed packages excepted."""
    found: set[bytes] = set()
    for path in _walked(source, leaving=_NOT_SOURCE) if texts else ():
        found |= _within(texts - found, path)
    return found


def _owners(texts: set[bytes], installed: Path, public: Collection[tuple[str, str]]) -> dict[bytes, str]:
    """Each text that a public package has, with the first that does."""
    found, waiting = dict[bytes, str](), set(texts)
    for path in _walked(installed) if texts else ():
        if not waiting:
            break
        package = _package(path, installed)
        if package in public:
            for text in _within(waiting, path):
                found[text] = "@".join(package)
            waiting -= found.keys()
    return found


def _within(texts: set[bytes], path: Path) -> set[bytes]:
    with suppress(OSError):
        if path.stat().st_size <= LARGEST:
            data = path.read_bytes()
            return {text for text in texts if text in data}
    return set()


def _walked(top: Path, leaving: Collection[str] = ()) -> Iterator[Path]:
    """All files below a directory, by their names; links are not followed."""
    for place, directories, files in os.walk(top):
        directories[:] = sorted(name for name in directories if name not in leaving)
        for name in sorted(files):
            path = Path(place, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _package(path: Path, top: Path) -> tuple[str, str]:
    """Name and version of the package that a file is in, as it says itself; empty for a file of none."""
    found = _PACKAGE.match(path.relative_to(top).as_posix())
    return _identity(top / found["home"] / "package.json") if found else _NONE


@cache
def _identity(manifest: Path) -> tuple[str, str]:
    try:
        value = json.loads(manifest.read_bytes())
    except (OSError, ValueError, RecursionError):
        return _NONE
    if not isinstance(value, dict):
        return _NONE
    return str(value.get("name", "")), str(value.get("version", ""))
