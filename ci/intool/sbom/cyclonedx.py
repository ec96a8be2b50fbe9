"""CycloneDX 1.6 in JSON. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ci.intool.sbom.component import Component, Listed, purl
from ci.intool.sbom.license import KNOWN, is_expression
from ci.intool.sbom.subject import TOOL, Subject

FORMAT = "cyclonedx"
SUFFIX = "cdx.json"
PREDICATE = "https://cyclonedx.org/bom"
_TYPES = {"os": "operating-system", "app": "application", "runtime": "platform"}


def write(subject: Subject, components: Sequence[Component]) -> dict[str, Any]:
    """A document of an image; parts are written as dependencies, which more tools read than nesting."""
    repository = subject.name.rpartition("/")[2]
    identity = purl("oci", repository, subject.digest, arch=subject.architecture, repository_url=subject.name)
    holders = ("", *dict.fromkeys(one.parent for one in components if one.parent))
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{subject.uuid(FORMAT)}",
        "version": 1,
        "metadata": {
            "timestamp": subject.created,
            "tools": {"components": [{"type": "application", "name": TOOL}]},
            "component": {
                "type": "container",
                "bom-ref": identity,
                "name": subject.name,
                "version": subject.digest,
                "purl": identity,
                "properties": [{"name": f"{TOOL}:platform", "value": subject.platform}],
            },
        },
        "components": [_component(one) for one in components],
        "dependencies": [
            {"ref": holder or identity, "dependsOn": [one.ref for one in components if one.parent == holder]}
            for holder in holders
        ],
        "compositions": [
            {"aggregate": "incomplete", "assemblies": [one.ref for one in components if one.kind == "app"]}
        ],
    }


def _component(one: Component) -> dict[str, Any]:
    group, _, name = one.name.rpartition("/")
    full: dict[str, Any] = {
        "type": _TYPES.get(one.kind, "library"),
        "bom-ref": one.ref,
        "group": group,
        "name": name,
        "version": one.version,
        "hashes": [{"alg": algorithm, "content": digest} for algorithm, digest in one.hashes],
        "licenses": _licenses(one.license),
        "cpe": one.cpe,
        "purl": one.purl,
        "properties": _source(one),
        "evidence": {"occurrences": [{"location": path} for path in one.paths]} if one.paths else {},
    }
    return {key: value for key, value in full.items() if value}


def _source(one: Component) -> list[dict[str, str]]:
    """The source package in Trivy's properties: advisories of Debian are about source packages."""
    name, _, full = one.source.partition(" ")
    epoch, _, rest = full.rpartition(":")
    version, _, release = rest.rpartition("-") if "-" in rest else (rest, "", "")
    fields = {"SrcName": name, "SrcEpoch": epoch, "SrcVersion": version, "SrcRelease": release}
    return [{"name": f"aquasecurity:trivy:{key}", "value": value} for key, value in fields.items() if value]


def _licenses(text: str) -> list[dict[str, Any]]:
    if not text:
        return []
    if text in KNOWN:
        return [{"license": {"id": text}}]
    return [{"expression": text} if is_expression(text) else {"license": {"name": text}}]


def subject(document: Mapping[str, Any]) -> str:
    """Digest of the image that a document describes."""
    return str(document["metadata"]["component"]["version"])


def listed(document: Mapping[str, Any]) -> Iterator[Listed]:
    """The components that a document lists.

    Raises:
        KeyError: it is of another form; also AttributeError, TypeError.
    """
    image = document["metadata"]["component"]["bom-ref"]
    parents = {below: one["ref"] for one in document["dependencies"] for below in one["dependsOn"]}
    for one in document["components"]:
        name = f"{one['group']}/{one['name']}" if one.get("group") else one["name"]
        parent = parents[one["bom-ref"]]
        yield Listed(name, one.get("version", ""), one.get("purl", ""), "" if parent == image else parent)
