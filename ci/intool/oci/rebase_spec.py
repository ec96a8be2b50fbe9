"""The specification of a rebase, read from a JSON file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ci.intool.common.json_reader import Json
from ci.intool.common.media import platform_name
from ci.intool.oci.spec import FIX, TIME, base_image, platform_in


@dataclass(frozen=True, kw_only=True)
class Rebase:
    """A new base for an image.

    Attributes:
        image: layout of the image, a directory; referrers may be beside it.
        bases: platform to layout of the new base image, a tar file or a directory; others than the image's are unused.
        base: name and digest of that base image, ``name`` and ``digest``.
        old: platform to layout of the base that the image is on, where that is known.
        created: RFC 3339 time of image and history; empty keeps the image's.
        force: whether another major version of Node.js may come below the app.
    """

    image: Path
    bases: Mapping[str, Path]
    base: Mapping[str, str]
    old: Mapping[str, Path]
    created: str
    force: bool


def parse(value: object) -> Rebase:
    """Read a spec; ``old``, ``created`` and ``force`` may be absent.

    Raises:
        Failure: it is not one; names the key.
    """
    spec = Json("the spec of the rebase", value, FIX).object()
    spec.only(*Rebase.__dataclass_fields__)
    spec.required("image", "bases", "base")
    return Rebase(
        image=Path(spec.text("image", needed=True)),
        bases=_layouts(spec, "bases"),
        base=base_image(spec),
        old=_layouts(spec, "old"),
        created=spec.text("created") and spec.matching("created", TIME, "an RFC 3339 time"),
        force=spec.flag("force"),
    )


def _layouts(spec: Json, key: str) -> dict[str, Path]:
    layouts = spec.object(key)
    return {
        platform_name(*platform_in(layouts, name).split("/")): Path(path) for name, path in spec.mapping(key).items()
    }
