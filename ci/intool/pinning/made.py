"""When an image was made, by its own metadata. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ci.intool.pinning.days import day
from ci.intool.registry.image import ANNOTATION, ResolvedReference

CREATED = ANNOTATION + "created"
CONTAINERS = date(2013, 3, 20)
"""Docker's first release: an earlier time is one that a reproducible build writes, such as 1970, 1980 or 0001."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A day.

    Attributes:
        day: the day in UTC.
        source: the field that it comes from.
    """

    day: date
    source: str


def made(found: ResolvedReference, today: date) -> Made | None:
    """The day on which an image was made; of several platforms, the earliest. None if no field has it.

    The time in the configuration counts before the annotations, and labels do not: an image has those of its base too
    (OCI image specification 1.1, "Annotations" and "Properties" of the configuration).

    Args:
        found: the image.
        today: nothing that is made later than tomorrow, some zone's today, is believed.
    """
    latest = today + timedelta(days=1)
    dated = [(source, day(text)) for source, text in _dates(found)]
    believed = [(source, when) for source, when in dated if when and CONTAINERS <= when <= latest]
    if not believed:
        return None
    source = believed[0][0]
    return Made(day=min(when for name, when in believed if name == source), source=source)


def _dates(found: ResolvedReference) -> Iterator[tuple[str, object]]:
    for image in found.images:
        yield "`created` of its configuration", image.config.get("created")
    manifests = [found.manifest, *(image.manifest for image in found.images)]
    for manifest in manifests:
        annotations: Mapping[str, Any] = manifest.content.get("annotations") or {}
        yield f"its annotation {CREATED}", annotations.get(CREATED)
