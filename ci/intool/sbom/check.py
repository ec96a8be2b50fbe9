"""Checks documents of an image against the image and the lockfile."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ci.intool.common.layout import Image, Layout
from ci.intool.common.media import decoded
from ci.intool.policy import Finding, verdict, waivers_from
from ci.intool.rootfs.packages import owner
from ci.intool.sbom.component import Component, Listed
from ci.intool.sbom.formats import FORMATS
from ci.intool.sbom.inventory import inventory
from ci.intool.sbom.locked import Lock

NAMED, EXACT = "SC-01", "SC-02"
_LIMIT = 64 << 20
_AGAIN = "make the documents again from this image"
_INSTALL = "install from the lockfile alone, and commit it with the manifest that it belongs to"


def check(
    layout: str,
    documents: Sequence[Mapping[str, str]],
    locked: Sequence[Sequence[str]],
    waivers: Sequence[Mapping[str, str]],
    today: str,
    *,
    own: Sequence[str] = (),
    needs: Sequence[str] = ("next",),
) -> dict[str, Any]:
    """Check that each platform has both documents, that they are about it, and list what is in it and nothing else.

    Args:
        layout: path of the image layout.
        documents: each with ``platform``, ``format`` (``cyclonedx`` or ``spdx``) and ``path``.
        locked: name and version of each package of the lockfile; empty where it cannot be read as text.
        waivers: as ``ci.intool.policy`` takes them.
        today: ISO 8601, the waivers' clock.
        own: names of the workspace's packages, which no lockfile has.
        needs: names of packages without which the image cannot run.

    Returns:
        ``ci.intool.policy.verdict`` on SC-01 and SC-02.

    Raises:
        Failure: the layout is broken.
    """
    opened, lock = Layout(Path(layout)), Lock(locked)
    findings: list[Finding] = []
    count = 0
    for image in opened.images():
        components = inventory(opened, image)
        count += len(components)
        findings += _documents(image, components, documents)
        findings += _versions(image, components, lock, own, needs) if lock else ()
    return verdict(
        findings,
        waivers_from(waivers),
        today,
        lambda _: True,
        checks=[NAMED, EXACT],
        figures={"components": count, "documents": len(documents)},
        skipped={} if lock else {NAMED: "the lockfile lists no package that versions could be compared with"},
    )


def _finding(check: str, image: Image, where: str, what: str, fix: str) -> Finding:
    return Finding(id=check, severity="high", where=f"{image.platform}: {where}", what=what, fix=fix)


def _documents(
    image: Image, components: Sequence[Component], documents: Iterable[Mapping[str, str]]
) -> Iterator[Finding]:
    there = {one.listed for one in components}
    paths = {one["format"]: one["path"] for one in documents if one["platform"] == image.platform}
    for kind in FORMATS:
        if kind not in paths:
            yield _finding(NAMED, image, kind, f"has no document in the format {kind}", _AGAIN)
            continue
        subject, told = _read(kind, Path(paths[kind]))
        if told is None:
            yield _finding(NAMED, image, kind, f"{paths[kind]} is no document in this format", _AGAIN)
            continue
        if subject != image.digest:
            yield _finding(NAMED, image, kind, f"is about {subject[:100]}, not about {image.digest}", _AGAIN)
        for one in sorted(there - told):
            yield _finding(EXACT, image, kind, f"{one} is in the image and not in the document", _AGAIN)
        for one in sorted(told - there):
            yield _finding(EXACT, image, kind, f"{one} is in the document and not in the image", _AGAIN)


def _read(kind: str, path: Path) -> tuple[str, set[Listed] | None]:
    try:
        document = decoded(path.read_bytes()) if path.stat().st_size <= _LIMIT else None
        return FORMATS[kind].subject(document), set(FORMATS[kind].listed(document))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return "", None


def _versions(
    image: Image, components: Sequence[Component], lock: Lock, own: Sequence[str], needs: Sequence[str]
) -> Iterator[Finding]:
    installed = [one for one in components if one.kind == "npm" and not one.parent]
    for name in sorted({*needs} - {one.name for one in installed}):
        yield _finding(NAMED, image, name, "is not in the image", "build with `output: standalone`")
    for one in installed:
        names = {one.name, *(found.name for path in one.paths if (found := owner(f"{path}/")))}
        if (own and names & set(own)) or lock.allows(names, one.version):
            continue
        there = ", ".join(lock.versions(one.name)) or "no version of it"
        yield _finding(NAMED, image, one.listed.title, f"is in {one.paths[0]}; the lockfile has {there}", _INSTALL)
