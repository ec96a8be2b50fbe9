"""Checks the SBOMs of an image against the image, a scanner and the lockfile."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout, LayoutImage
from ci.intool.common.media import decoded
from ci.intool.policy import Artifact, Finding, Package, Place, gate_result, judging, merged, not_judged, waivers_from
from ci.intool.rootfs.index import layers as indexed
from ci.intool.rootfs.packages import owner
from ci.intool.sbom.component import Component, Listed
from ci.intool.sbom.files import files
from ci.intool.sbom.formats import FORMATS
from ci.intool.sbom.inventory import of_files
from ci.intool.sbom.locked import Lock
from ci.intool.sbom.scanner import REASONS, Difference, differences
from ci.intool.scan.trivy import report as read_report
from ci.intool.scan.trivy import scan

NAMED, EXACT = "SC-01", "SC-02"
_LIMIT = 64 << 20
_AGAIN = "make the documents again from this image"
_DEFECT = "report it as a defect of this project, with this line; until it is fixed, a waiver of SC-02 accepts it"
_INSTALL = "install from the lockfile alone, and commit it with the manifest that it belongs to"


def check(
    layout: str,
    documents: Sequence[Mapping[str, str]],
    locked: Sequence[Sequence[str]],
    waivers: Sequence[Mapping[str, str]],
    today: str,
    *,
    reports: Mapping[str, str],
    own: Sequence[str] = (),
    needs: Sequence[str] = ("next",),
    by: Mapping[str, Any] | None = None,
    index: str = "",
) -> dict[str, Any]:
    """Check that each platform has both documents, and that they describe it and list exactly its components.

    Args:
        layout: path of the image layout.
        documents: each with ``platform``, ``format`` (``cyclonedx`` or ``spdx``) and ``path``.
        locked: name and version of each package of the lockfile; empty if it cannot be read as text.
        waivers: as ``ci.intool.policy`` takes them.
        today: ISO 8601, the waivers' clock.
        reports: platform to the file of Trivy's report on its image, which is independent of the inventory.
        own: names of the workspace's packages, which no lockfile has.
        needs: names of packages without which the image cannot run.
        by: how findings are judged (``ci.intool.policy.Judging``); default: the strictest.
        index: of the layout (``ci.intool.rootfs.index``); empty to read its layers.

    Returns:
        ``result``, the gate's (``ci.intool.policy.GateResult``), with SC-01 and SC-02; ``explained``, the differences
        from the scanner's list that are expected, a line each with the reason.

    Raises:
        Failure: the layout is broken, or a platform has no report.
    """
    opened, lock = Layout(Path(layout)), Lock(locked)
    layers = indexed(opened, index)
    documented: list[Finding] = []
    versions: dict[str, list[Finding]] = {}
    explained: list[str] = []
    count = 0
    for image in opened.images():
        if image.platform not in reports:
            raise Failure(f"no report of a scanner is given for {image.platform}", "scan every platform of the image")
        seen = files(image, layers)
        components = of_files(seen)
        count += len(components)
        found = scan(image.platform, read_report(reports[image.platform], image.platform))
        for kind, path in _paths(image, documents).items():
            subject, listed = _read(kind, path)
            if listed is None:
                where, title = _place(image, kind), f"{path} is not a document in this format"
                documented.append(_finding(NAMED, where, title, _AGAIN))
                continue
            documented += _document(image, kind, subject, listed, components)
            known = differences(listed, found, components, seen)
            documented += _by_scanner(image, kind, listed ^ {one.listed for one in components}, known)
            explained += [f"{image.platform}: {one}: {REASONS[one.reason]}" for one in known if one.reason]
        documented += _absent(image, documents)
        versions[image.platform] = list(_versions(components, lock, own, needs)) if lock else []
    unknown = not_judged(NAMED, "the lockfile lists no package that versions could be compared with")
    result = gate_result(
        "sbom",
        [*documented, *merged(versions), *([] if lock else [unknown])],
        waivers_from(waivers),
        today,
        by=judging(by),
        checks=[NAMED, EXACT],
        figures={"components": count, "documents": len(documents), "explained differences": len({*explained})},
    )
    return {"result": result.to_json(), "explained": sorted({*explained})}


def _place(image: LayoutImage, kind: str) -> Artifact:
    return Artifact(name=f"{image.platform}: {kind}")


def _finding(check: str, where: Place, title: str, fix: str) -> Finding:
    return Finding(id=check, severity="high", where=where, title=title, fix=fix)


def _paths(image: LayoutImage, documents: Iterable[Mapping[str, str]]) -> dict[str, Path]:
    return {one["format"]: Path(one["path"]) for one in documents if one["platform"] == image.platform}


def _absent(image: LayoutImage, documents: Iterable[Mapping[str, str]]) -> Iterator[Finding]:
    for kind in FORMATS.keys() - _paths(image, documents).keys():
        yield _finding(NAMED, _place(image, kind), f"has no document in the format {kind}", _AGAIN)


def _document(
    image: LayoutImage, kind: str, subject: str, listed: set[Listed], components: Sequence[Component]
) -> Iterator[Finding]:
    """Faults of a document: it describes another image, or differs from the inventory."""
    there = {one.listed for one in components}
    where = _place(image, kind)
    if subject != image.digest:
        yield _finding(NAMED, where, f"is about {subject[:100]}, not about {image.digest}", _AGAIN)
    for one in sorted(there - listed):
        yield _finding(EXACT, where, f"{one} is in the image and not in the document", _AGAIN)
    for one in sorted(listed - there):
        yield _finding(EXACT, where, f"{one} is in the document and not in the image", _AGAIN)


def _by_scanner(
    image: LayoutImage, kind: str, reported: Iterable[Listed], known: Iterable[Difference]
) -> Iterator[Finding]:
    """Unexpected differences from the scanner's list, without those that are reported already."""
    titles = {one.title for one in reported}
    for one in known:
        if not one.reason and one.title not in titles:
            yield _finding(EXACT, _place(image, kind), str(one), _DEFECT)


def _read(kind: str, path: Path) -> tuple[str, set[Listed] | None]:
    try:
        document = decoded(path.read_bytes()) if path.stat().st_size <= _LIMIT else None
        listed: set[Listed] = set(FORMATS[kind].listed(document))
        texts = all(isinstance(field, str) for one in listed for field in (one.name, one.version, one.purl, one.parent))
        return FORMATS[kind].subject(document), listed if texts else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "", None


def _versions(
    components: Sequence[Component], lock: Lock, own: Sequence[str], needs: Sequence[str]
) -> Iterator[Finding]:
    installed = [one for one in components if one.kind == "npm" and not one.parent]
    for name in sorted({*needs} - {one.name for one in installed}):
        yield _finding(NAMED, Package(name=name), "is not in the image", "build with `output: standalone`")
    for one in installed:
        names = {one.name, *(found.name for path in one.paths if (found := owner(f"{path}/")))}
        if (own and names & set(own)) or lock.allows(names, one.version):
            continue
        there = ", ".join(lock.versions(one.name)) or "no version of it"
        where = Package(name=one.name, version=one.version, paths=tuple(one.paths))
        yield _finding(NAMED, where, f"the lockfile has {there}", _INSTALL)
