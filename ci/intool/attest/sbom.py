"""Which image an SBOM describes. Pure."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from ci.intool.attest.predicates import SPDX
from ci.intool.common.json_reader import inside, objects_inside

_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def problem(kind: str, predicate: Mapping[str, Any], digests: Iterable[str]) -> str:
    """Why an SBOM does not belong to an image; empty if it does.

    Args:
        kind: type of the predicate.
        predicate: the SBOM.
        digests: of the image's manifest and of its configuration, of which the SBOM has to describe one.
    """
    described = spdx(predicate) if kind == SPDX else cyclonedx(predicate)
    named = set(_DIGEST.findall(unquote(json.dumps(described))))
    if not named:
        return "does not name the image that it describes by digest"
    if named.isdisjoint(digest.partition(":")[2] for digest in digests):
        return f"describes another image, sha256:{min(named)}"
    return ""


def spdx(document: Mapping[str, Any]) -> list[Any]:
    """The packages that an SPDX document describes (SPDX 2.3, 7 "Package", 11 "Relationship", DESCRIBES)."""
    relations = objects_inside(document, "relationships")
    named = document.get("documentDescribes")
    described = [
        *(named if isinstance(named, list) else []),
        *(one.get("relatedSpdxElement") for one in relations if one.get("relationshipType") == "DESCRIBES"),
    ]
    return [one for one in objects_inside(document, "packages") if one.get("SPDXID") in described]


def cyclonedx(document: Mapping[str, Any]) -> Any:
    """The component that a CycloneDX document describes (CycloneDX 1.6, ``metadata.component``)."""
    return inside(document, "metadata", "component")
