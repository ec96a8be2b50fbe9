"""SPDX 2.3 in JSON. Pure."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ci.intool.sbom.component import Component, Listed, purl
from ci.intool.sbom.license import is_expression, reference
from ci.intool.sbom.subject import TOOL, Subject

FORMAT = "spdx"
SUFFIX = "spdx.json"
PREDICATE = "https://spdx.dev/Document"
_IMAGE = "SPDXRef-Image"
_PURPOSES = {"os": "OPERATING-SYSTEM", "app": "APPLICATION", "runtime": "FRAMEWORK"}
_NOTE = "Packages of the app that its build has put into files of its own are not listed."


def write(subject: Subject, components: Sequence[Component]) -> dict[str, Any]:
    """A document of an image, which contains what is installed, which contains what was bundled into it."""
    unlisted = sorted({one.license for one in components if one.license and not is_expression(one.license)})
    ids = {one.ref: _id(one) for one in components}
    document: dict[str, Any] = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"{subject.name} for {subject.platform}",
        "documentNamespace": f"urn:uuid:{subject.uuid(FORMAT)}",
        "creationInfo": {"created": subject.created, "creators": [f"Tool: {TOOL}"], "comment": _NOTE},
        "packages": [_image(subject), *(_package(one) for one in components)],
        "relationships": [
            _related("SPDXRef-DOCUMENT", "DESCRIBES", _IMAGE),
            *(_related(ids[one.parent] if one.parent else _IMAGE, "CONTAINS", ids[one.ref]) for one in components),
        ],
    }
    if unlisted:
        document["hasExtractedLicensingInfos"] = [
            {"licenseId": reference(text), "extractedText": text, "name": text} for text in unlisted
        ]
    return document


def _image(subject: Subject) -> dict[str, Any]:
    repository = subject.name.rpartition("/")[2]
    identity = purl("oci", repository, subject.digest, arch=subject.architecture, repository_url=subject.name)
    return {
        "SPDXID": _IMAGE,
        "name": subject.name,
        "versionInfo": subject.digest,
        "primaryPackagePurpose": "CONTAINER",
        **_unsaid(),
        "externalRefs": [_reference("PACKAGE-MANAGER", "purl", identity)],
    }


def _package(one: Component) -> dict[str, Any]:
    declared = one.license and (one.license if is_expression(one.license) else reference(one.license))
    references = [_reference("PACKAGE-MANAGER", "purl", one.purl)] if one.purl else []
    if one.cpe:
        references.append(_reference("SECURITY", "cpe23Type", one.cpe))
    full: dict[str, Any] = {
        "SPDXID": _id(one),
        "name": one.name,
        "versionInfo": one.version,
        "primaryPackagePurpose": _PURPOSES.get(one.kind, "LIBRARY"),
        **_unsaid(),
        "licenseDeclared": declared or "NOASSERTION",
        "checksums": [{"algorithm": name.replace("-", ""), "checksumValue": value} for name, value in one.hashes],
        "sourceInfo": f"built package from: {one.source}" if one.source else "",
        "comment": f"found in the image at {', '.join(one.paths)}" if one.paths else "",
        "externalRefs": references,
    }
    return {key: value for key, value in full.items() if value not in ("", [])}


def _unsaid() -> dict[str, Any]:
    return {
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "copyrightText": "NOASSERTION",
        "supplier": "NOASSERTION",
    }


def _id(one: Component) -> str:
    """An identifier of the allowed characters (SPDX 2.3, 7.2), different for any two components."""
    kind = {"os": "OperatingSystem"}.get(one.kind, "Package")  # by which Trivy knows it
    readable = re.sub(r"[^A-Za-z0-9.]+", "-", f"{kind}-{one.name}-{one.version}").strip("-")
    return f"SPDXRef-{readable}-{hashlib.sha256(one.ref.encode()).hexdigest()[:12]}"


def _related(one: str, kind: str, other: str) -> dict[str, str]:
    return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}


def _reference(category: str, kind: str, locator: str) -> dict[str, str]:
    return {"referenceCategory": category, "referenceType": kind, "referenceLocator": locator}


def subject(document: Mapping[str, Any]) -> str:
    """Digest of the image that a document describes."""
    described = {
        one["relatedSpdxElement"] for one in document["relationships"] if one["relationshipType"] == "DESCRIBES"
    }
    return " ".join(one["versionInfo"] for one in document["packages"] if one["SPDXID"] in described)


def listed(document: Mapping[str, Any]) -> Iterator[Listed]:
    """The components that a document lists.

    Raises:
        KeyError: it is of another form; also AttributeError, TypeError.
    """
    inside = {
        one["relatedSpdxElement"]: one["spdxElementId"]
        for one in document["relationships"]
        if one["relationshipType"] == "CONTAINS"
    }
    refs = {one["SPDXID"]: _ref(one) for one in document["packages"]} | {_IMAGE: ""}
    for one in document["packages"]:
        if one["primaryPackagePurpose"] != "CONTAINER":
            yield Listed(one["name"], one.get("versionInfo", ""), _purl(one), refs[inside[one["SPDXID"]]])


def _ref(one: Mapping[str, Any]) -> str:
    """The ``Component.ref`` of what is installed."""
    kind = next((kind for kind, purpose in _PURPOSES.items() if purpose == one["primaryPackagePurpose"]), "")
    return _purl(one) or f"{kind}:{one['name']}@{one.get('versionInfo', '')}"


def _purl(one: Mapping[str, Any]) -> str:
    return next((two["referenceLocator"] for two in one.get("externalRefs", ()) if two["referenceType"] == "purl"), "")
