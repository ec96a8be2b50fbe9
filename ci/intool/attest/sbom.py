"""Which image an SBOM describes, by what it says itself. Pure."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from ci.intool.attest.predicates import SPDX

_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def problem(kind: str, predicate: Mapping[str, Any], digests: Iterable[str]) -> str:
    """Why an SBOM does not belong to an image; empty where it does.

    Args:
        kind: type of the predicate.
        predicate: the SBOM.
        digests: of the image's manifest and of its configuration, of which the SBOM has to describe one.
    """
    described = spdx(predicate) if kind == SPDX else cyclonedx(predicate)
    named = set(_DIGEST.findall(unquote(json.dumps(described))))
    if not named:
        return "does not say by digest which image it describes"
    if named.isdisjoint(digest.partition(":")[2] for digest in digests):
        return f"describes another image, sha256:{min(named)}"
    return ""


def spdx(document: Mapping[str, Any]) -> list[Any]:
    """The packages that an SPDX document describes (SPDX 2.3, 7 "Package", 11 "Relationship", DESCRIBES)."""
    relations = [one for one in _listed(document.get("relationships")) if isinstance(one, dict)]
    described = [
        *_listed(document.get("documentDescribes")),
        *(one.get("relatedSpdxElement") for one in relations if one.get("relationshipType") == "DESCRIBES"),
    ]
    packages = [one for one in _listed(document.get("packages")) if isinstance(one, dict)]
    return [one for one in packages if one.get("SPDXID") in described]


def cyclonedx(document: Mapping[str, Any]) -> Any:
    """The component that a CycloneDX document describes (CycloneDX 1.6, ``metadata.component``)."""
    metadata = document.get("metadata")
    return metadata.get("component") if isinstance(metadata, dict) else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
