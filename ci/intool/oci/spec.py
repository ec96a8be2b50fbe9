"""What an image is assembled from, as the JSON file says it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci.intool.common.compress import LEVELS
from ci.intool.common.fields import matching, of, one_of, relative, texts, wrong
from ci.intool.common.media import is_digest

CONFIG = {
    "User": str,
    "Env": dict,
    "Cmd": list,
    "WorkingDir": str,
    "Labels": dict,
    "ExposedPorts": list,
    "Healthcheck": dict,
    "StopSignal": str,
}
"""Keys of ``config`` to what they hold; a key that is absent or empty leaves the base's value."""

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
PLATFORM = re.compile(r"[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?")
BASE = {key: f"org.opencontainers.image.base.{key}" for key in ("name", "digest")}
"""What is known of a base image to the annotation that tells it (OCI image specification 1.1, "annotations")."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """What one platform's image is made of.

    Attributes:
        base: layout of the base image, a tar file or a directory.
        payload: directory with the app's files.
    """

    base: Path
    payload: Path


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A whole image.

    Attributes:
        platforms: what each is made of, in the order of the index.
        base: name and digest of the base image, ``name`` and ``digest``.
        prefix: directory of the image that payloads go to.
        app: directory of the Next.js app below a payload; ``.`` unless it is part of a workspace.
        dist: directory of the build below a payload.
        writable: paths below a payload that belong to the user, ``file`` or ``directory`` each.
        user: number of that user and its group.
        config: what is put over the base's configuration; the keys are those of ``CONFIG``.
        created: RFC 3339 time of image and history.
        annotations: of the index and every manifest.
        compression: of own layers, ``gzip`` or ``zstd``.
        level: of the compression.
    """

    platforms: Mapping[str, Source]
    base: Mapping[str, str]
    prefix: str
    app: str
    dist: str
    writable: Mapping[str, str]
    user: int
    config: Mapping[str, Any]
    created: str
    annotations: Mapping[str, str]
    compression: str
    level: int


def parse(value: object) -> Spec:
    """Read a spec.

    Raises:
        Failure: it is not one; names the key.
    """
    spec = of("the spec", value, dict)
    keys = Spec.__dataclass_fields__
    for name in spec:
        if name not in keys:
            raise wrong(name, "is not a key")
    for name in keys:
        if name not in spec:
            raise wrong(name, "is missing")
    platforms = {name: _source(name, source) for name, source in of("platforms", spec["platforms"], dict).items()}
    if not platforms:
        raise wrong("platforms", "is empty")
    return Spec(
        platforms=platforms,
        base=base_image(spec["base"]),
        prefix=relative("prefix", spec["prefix"]),
        app=relative("app", spec["app"], top=True),
        dist=relative("dist", spec["dist"]),
        writable=_writable(spec["writable"]),
        user=_user(spec["user"]),
        config=_config(spec["config"]),
        created=matching("created", spec["created"], TIME, "an RFC 3339 time"),
        annotations=texts("annotations", spec["annotations"]),
        compression=one_of("compression", spec["compression"], LEVELS),
        level=one_of("level", spec["level"], LEVELS[spec["compression"]]),
    )


def base_annotations(base: Mapping[str, str]) -> dict[str, str]:
    """The annotations that tell of the base image, from a spec's ``base``."""
    return {name: base[key] for key, name in BASE.items()}


def _source(name: str, value: object) -> Source:
    where = f"platforms.{name}"
    matching(where, name, PLATFORM, "named os/architecture[/variant]")
    source = of(where, value, dict)
    return Source(**{key: Path(of(f"{where}.{key}", source.get(key), str)) for key in ("base", "payload")})


def base_image(value: object) -> dict[str, str]:
    """Read the field ``base`` of a spec: name and digest of the base image."""
    base = texts("base", value)
    if base.keys() != BASE.keys() or not is_digest(base["digest"]):
        raise wrong("base", "is not `name` and `digest` (sha256:…) of an image")
    return base


def _user(value: object) -> int:
    user = int(of("user", value, int))
    if user < 0:
        raise wrong("user", f"is {user}, below 0")
    return user


def _writable(value: object) -> dict[str, str]:
    kinds = texts("writable", value)
    return {
        relative("writable", path): one_of(f"writable.{path}", kind, ("file", "directory"))
        for path, kind in kinds.items()
    }


def _config(value: object) -> dict[str, Any]:
    config: dict[str, Any] = of("config", value, dict)
    for key, content in config.items():
        where = f"config.{key}"
        if key not in CONFIG:
            raise wrong(where, f"is not one of {', '.join(CONFIG)}")
        of(where, content, CONFIG[key])
        if isinstance(content, list):
            texts(where, dict(enumerate(content)))
        elif isinstance(content, dict) and key != "Healthcheck":
            texts(where, content)
    return config
