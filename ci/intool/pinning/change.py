"""Differences between the pinned image and the one that its tag names now. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ci.intool.common import semver
from ci.intool.common.semver import Version
from ci.intool.oci.config import variables
from ci.intool.pinning.days import count
from ci.intool.pinning.made import made
from ci.intool.registry.image import RegistryImage, ResolvedReference, is_index


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The facts of an image that are compared.

    Attributes:
        index: whether it is an index, and not one platform's image.
        platforms: of its images.
        created: when it was made, ISO 8601; empty if not known.
        release: of Node.js, by the variable ``NODE_VERSION`` of Node.js' own images; empty for others.
    """

    index: bool
    platforms: tuple[str, ...]
    created: str
    release: str = ""


def facts(found: ResolvedReference, today: date) -> Facts:
    """The facts of an image that are compared."""
    dated = made(found, today)
    return Facts(
        index=is_index(found.manifest),
        platforms=tuple(image.platform for image in found.images),
        created=dated.day.isoformat() if dated else "",
        release=next((str(one) for image in found.images if (one := _release(image))), ""),
    )


def difference(old: Facts | None, new: Facts, today: date) -> Iterator[str]:
    """The differences that matter for an update, a line each.

    Args:
        old: the pinned one; None if it cannot be read any more.
        new: the one that the tag names.
        today: the day from which the age counts.
    """
    yield _created(old.created if old else "", new.created, today)
    if new.release and (old is None or old.release != new.release):
        yield f"Node.js: {old.release if old and old.release else 'not known'} → {new.release}"
    if not new.index and (old is None or old.index):
        yield "warning: it is one platform's image, not an index"
    if old is None:
        yield f"platforms: {_list(new.platforms)}; the pinned one cannot be read any more to compare"
        return
    if lost := [platform for platform in old.platforms if platform not in new.platforms]:
        yield f"warning: no longer available for {_list(lost)}"
    if gained := [platform for platform in new.platforms if platform not in old.platforms]:
        yield f"now also for {_list(gained)}"


def _release(image: RegistryImage) -> Version | None:
    return semver.parse(variables(image.run).get("NODE_VERSION", ""))


def _created(old: str, new: str, today: date) -> str:
    age = f", {count(max(0, (today - date.fromisoformat(new)).days))} old" if new else ""
    if old == new:
        return f"created: {new or 'unknown'}{age}"
    return f"created: {old or 'unknown'} → {new or 'unknown'}{age}"


def _list(platforms: Sequence[str]) -> str:
    return ", ".join(platforms) or "nothing"
