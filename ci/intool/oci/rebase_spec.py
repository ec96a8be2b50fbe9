"""What an image is rebased with, as the JSON file says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ci.intool.common.fields import matching, of, texts, wrong
from ci.intool.common.media import platform_name
from ci.intool.oci.spec import PLATFORM, TIME, base_image


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
    spec = of("the spec", value, dict)
    for name in spec:
        if name not in Rebase.__dataclass_fields__:
            raise wrong(name, "is not a key")
    for name in ("image", "bases", "base"):
        if name not in spec:
            raise wrong(name, "is missing")
    created, force = spec.get("created", ""), spec.get("force", False)
    if not isinstance(force, bool):
        raise wrong("force", "is neither true nor false")
    return Rebase(
        image=Path(of("image", spec["image"], str)),
        bases=_layouts("bases", spec["bases"]),
        base=base_image(spec["base"]),
        old=_layouts("old", spec.get("old", {})),
        created="" if created == "" else matching("created", created, TIME, "an RFC 3339 time"),
        force=force,
    )


def _layouts(where: str, value: object) -> dict[str, Path]:
    return {
        platform_name(*matching(where, name, PLATFORM, "named os/architecture[/variant]").split("/")): Path(path)
        for name, path in texts(where, value).items()
    }
