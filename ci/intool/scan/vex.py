"""OpenVEX documents (OpenVEX 0.2.0): checked, and made to fit a scan before the image is published."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import Json, loaded

CONTEXT = "https://openvex.dev/ns"
JUSTIFICATIONS = (
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
)
REASONS = {
    "not_affected": ("justification", "impact_statement"),
    "affected": ("action_statement",),
    "fixed": (),
    "under_investigation": (),
}
"""Status to the fields of which it needs one; the others do not belong to it."""

_FIX = "correct the VEX document after the OpenVEX specification 0.2.0"
_DOCUMENT = ("@context", "@id", "author", "role", "timestamp", "last_updated", "version", "tooling", "supplier")
_STATEMENT = ("@id", "version", "vulnerability", "timestamp", "last_updated", "products", "status", "supplier")
_REASONS = ("status_notes", "justification", "impact_statement", "action_statement", "action_statement_timestamp")
_IMAGE = "pkg:oci/"


def prepare(documents: Sequence[str], image: str, out: str) -> dict[str, Any]:
    """Check documents, and write them the way that Trivy applies them to a layout.

    In a published document the product is the image (``pkg:oci/NAME``) and the package is its subcomponent. A layout
    has no name yet, so Trivy would match none of it: there the packages themselves become the products.

    Args:
        documents: files.
        image: last part of the image's name; statements on other images are left out.
        out: directory to write.

    Returns:
        ``files``, what Trivy is given as ``--vex``; ``statements``: how many apply to this image.

    Raises:
        Failure: a document breaks a rule of the specification, and the message names the place; or a statement on this
            image names no package of it.
    """
    place = Path(out)
    place.mkdir(parents=True, exist_ok=True)
    files, count = [], 0
    for number, path in enumerate(documents):
        document = checked(loaded(path, f"VEX document {Path(path).name}", _FIX))
        lifted = fitted(document, image)
        if lifted["statements"]:
            files.append(str(place / f"{number}.openvex.json"))
            Path(files[-1]).write_text(json.dumps(lifted, indent=2) + "\n", "utf-8")
        count += len(lifted["statements"])
    return {"files": files, "statements": count}


def checked(document: Json) -> dict[str, Any]:
    """The document, which follows the rules of "Document", "Statement" and "Status Labels".

    Raises:
        Failure: it does not.
    """
    document.only(*_DOCUMENT, "statements")
    if not document.text("@context", needed=True).startswith(CONTEXT):
        raise document.wrong(f"does not begin with {CONTEXT}", "@context")
    for key in ("@id", "author"):
        document.text(key, needed=True)
    _time(document, "timestamp", needed=True)
    if document.number("version") < 1:
        raise document.wrong("is missing, or less than 1", "version")
    statements = document.objects("statements")
    if not statements:
        raise document.wrong("has no statement", "statements")
    for statement in statements:
        _statement(statement)
    return dict(document.value)


def fitted(document: dict[str, Any], image: str) -> dict[str, Any]:
    """A checked document for the scan of an image that has no name yet; see ``prepare``."""
    statements = [
        {**one, "products": products}
        for one in document["statements"]
        if (products := [product for given in one["products"] for product in _products(given, image)])
    ]
    return {**document, "statements": statements}


def _products(product: dict[str, Any], image: str) -> Iterator[dict[str, Any]]:
    purl = _purl(product)
    if not purl.startswith(_IMAGE):
        yield product
    elif purl.removeprefix(_IMAGE).partition("?")[0].partition("@")[0] == image.lower():
        if not product.get("subcomponents"):
            raise Failure(f"a VEX statement on {purl} names no package of it", "name the packages as its subcomponents")
        yield from product["subcomponents"]


def _purl(product: dict[str, Any]) -> str:
    return str(product.get("@id") or (product.get("identifiers") or {}).get("purl") or "")


def _statement(statement: Json) -> None:
    statement.only(*_STATEMENT, *_REASONS)
    statement.object("vulnerability").text("name", needed=True)
    for key in ("timestamp", "last_updated", "action_statement_timestamp"):
        _time(statement, key)
    status = statement.text("status", needed=True)
    if status not in REASONS:
        raise statement.wrong(f"is `{status}`, and may be {', '.join(REASONS)}", "status")
    _reasons(statement, status)
    products = statement.objects("products")
    if not products:
        raise statement.wrong("names no product", "products")
    for product in products:
        _component(product)
        for part in product.objects("subcomponents"):
            _component(part)


def _reasons(statement: Json, status: str) -> None:
    given = {key: statement.text(key) for key in _REASONS[1:4]}
    if given["justification"] and given["justification"] not in JUSTIFICATIONS:
        raise statement.wrong(f"is not one of {', '.join(JUSTIFICATIONS)}", "justification")
    for key, value in given.items():
        if value and key not in REASONS[status]:
            raise statement.wrong(f"does not belong to the status {status}", key)
    if REASONS[status] and not any(given[key] for key in REASONS[status]):
        raise statement.wrong(f"is {status}, without {' or '.join(REASONS[status])}", "status")


def _component(component: Json) -> None:
    if not component.text("@id") and not component.object("identifiers").text("purl"):
        raise component.wrong("has neither @id nor identifiers.purl")


def _time(node: Json, key: str, *, needed: bool = False) -> None:
    text = node.text(key, needed=needed)
    try:
        valid = not text or datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        valid = False
    if not valid:
        raise node.wrong(f"is `{text[:40]}`, which is not a time with a time zone", key)
