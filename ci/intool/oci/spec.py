"""The specification of an assembly, read from a JSON file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci.intool.common.compress import LEVELS
from ci.intool.common.json_reader import Json
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

FIX = "correct the spec that was given"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
PLATFORM = re.compile(r"[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?")
BASE = {key: f"org.opencontainers.image.base.{key}" for key in ("name", "digest")}
"""Field of a base image to its annotation (OCI image specification 1.1, "annotations")."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """The parts of one platform's image.

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
    spec = Json("the spec of the assembly", value, FIX).object()
    spec.only(*Spec.__dataclass_fields__)
    spec.required(*Spec.__dataclass_fields__)
    sources = spec.object("platforms")
    if not sources.value:
        raise spec.wrong("is empty", "platforms")
    compression = spec.one_of("compression", LEVELS)
    return Spec(
        platforms={platform_in(sources, name): _source(sources.object(name)) for name in sources.value},
        base=base_image(spec),
        prefix=_relative(spec, "prefix", spec.text("prefix")),
        app="." if spec.text("app") == "." else _relative(spec, "app", spec.text("app")),
        dist=_relative(spec, "dist", spec.text("dist")),
        writable=_writable(spec.object("writable")),
        user=_user(spec),
        config=_config(spec.object("config")),
        created=spec.matching("created", TIME, "an RFC 3339 time"),
        annotations=spec.mapping("annotations"),
        compression=compression,
        level=spec.one_of("level", LEVELS[compression]),
    )


def base_annotations(base: Mapping[str, str]) -> dict[str, str]:
    """The annotations that name the base image, from a spec's ``base``."""
    return {name: base[key] for key, name in BASE.items()}


def platform_in(platforms: Json, name: str) -> str:
    """A key of an object of platforms.

    Raises:
        Failure: it does not name one.
    """
    if not PLATFORM.fullmatch(name):
        raise platforms.wrong(f"is `{name}`, which is not named os/architecture[/variant]", name)
    return name


def _source(source: Json) -> Source:
    return Source(**{key: Path(source.text(key, needed=True)) for key in ("base", "payload")})


def base_image(spec: Json) -> dict[str, str]:
    """The field ``base`` of a spec: name and digest of the base image.

    Raises:
        Failure: it is something else.
    """
    base = spec.mapping("base")
    if base.keys() != BASE.keys() or not is_digest(base["digest"]):
        raise spec.wrong("is not `name` and `digest` (sha256:…) of an image", "base")
    return base


def _relative(spec: Json, key: str, path: str) -> str:
    """A path below a directory, without ``.`` and ``..``."""
    if any(part in ("", ".", "..") for part in path.split("/")):
        raise spec.wrong(f"is `{path}`, which is not a plain relative path", key)
    return path


def _user(spec: Json) -> int:
    user = spec.number("user")
    if user < 0:
        raise spec.wrong(f"is {user}, below 0", "user")
    return user


def _writable(kinds: Json) -> dict[str, str]:
    return {_relative(kinds, path, path): kinds.one_of(path, ("file", "directory")) for path in kinds.value}


def _config(config: Json) -> dict[str, Any]:
    config.only(*CONFIG)
    for key in config.value:
        if CONFIG[key] is str:
            config.text(key)
        elif CONFIG[key] is list:
            config.texts(key)
        elif key == "Healthcheck":
            config.object(key)
        else:
            config.mapping(key)
    return dict(config.value)
