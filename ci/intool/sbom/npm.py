"""npm packages of an image. Pure.

Installed is what has a directory in ``node_modules``: by the name and version of its ``package.json``, else by the
directory's name. Below that, a ``package.json`` with another name is a package that was bundled into it, as Next.js
does in ``next/dist/compiled``, mostly without a version; one that is private, or whose name begins with the package's,
only describes how to load a part of it. Outside ``node_modules``, it is the app's own.
"""

import posixpath
from collections.abc import Mapping
from typing import Any

from ci.intool.common.json_reader import object_in
from ci.intool.rootfs.packages import Owner, owner
from ci.intool.sbom.component import Component, purl

_FILE = "package.json"


def npm(files: Mapping[str, object]) -> list[Component]:
    """Packages, one for each directory.

    Args:
        files: path of each file of the image to its content; other values are not read.
    """
    installed: dict[str, Component] = {}
    for path in files:
        if (package := owner(path)) and package.root not in installed:
            installed[package.root] = _installed(package, manifest(files.get(f"{package.root}/{_FILE}")))
    others = (posixpath.split(path)[0] for path in files if posixpath.basename(path) == _FILE)
    found = (_other(path, manifest(files[posixpath.join(path, _FILE)]), installed) for path in others)
    return [*installed.values(), *filter(None, found)]


def _installed(package: Owner, facts: Mapping[str, Any]) -> Component:
    name, version = field(facts, "name") or package.name, field(facts, "version") or package.version
    return Component(
        kind="npm",
        name=name,
        version=version,
        purl=purl("npm", name, version),
        license=_license(facts),
        paths=(package.root,),
    )


def _other(path: str, facts: Mapping[str, Any], installed: Mapping[str, Component]) -> Component | None:
    """The component of a package.json below or outside a package's directory, if it is a package of its own."""
    name, version = field(facts, "name"), field(facts, "version")
    package = owner(f"{path}/")
    above = installed[package.root] if package else None
    if not name or (above and (facts.get("private") is True or f"{name}/".startswith(f"{above.name}/"))):
        return None
    return Component(
        kind="npm" if above else "app",
        name=name,
        version=version,
        purl=purl("npm", name, version) if above else "",
        parent=above.purl if above else "",
        license=_license(facts),
        paths=(path or ".",),
    )


def manifest(text: object) -> Mapping[str, Any]:
    """The fields of a package.json; none where it is not there or not readable.

    Args:
        text: its content; a value that is not bytes counts as missing.
    """
    return (object_in(text) if isinstance(text, bytes) else None) or {}


def field(facts: Mapping[str, Any], key: str) -> str:
    """A field of it that is a text, without white space around; empty if it is something else."""
    value = facts.get(key)
    return value.strip() if isinstance(value, str) else ""


def _license(facts: Mapping[str, Any]) -> str:
    """As a text, as an object with ``type``, or as a list of such objects (package.json of npm, "license")."""
    given = facts.get("license") or facts.get("licenses")
    names = [
        one.get("type") if isinstance(one, dict) else one for one in (given if isinstance(given, list) else [given])
    ]
    return " OR ".join(name.strip() for name in names if isinstance(name, str))
