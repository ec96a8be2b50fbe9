"""The planned properties of the image, read from a JSON object."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from ci.intool.common.json_reader import Json

Texts = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """The planned properties of an image. Paths have no slash at either end.

    Attributes:
        user: number of the user and of its group.
        env: variables that it must have.
        root: directory that the payload is in.
        app: directory of the app in the image; empty for the one that the server is started in.
        dist: directory of the build, below ``root``
        writable: paths below ``root`` that belong to the user.
        serve: ``server`` or ``static``.
        public: whether the app has files in ``public``.
        source_maps: whether source maps are allowed.
        created: time of the commit, RFC 3339; empty if not known.
        revision: commit; empty if not known.
        labels: names of labels that must be there, in full, beside those that are always known.
        base: ``name`` and ``digest`` of the base image; empty if not known.
        base_layers: platform to the diff ids of its base's layers.
        dev_packages: packages that only development needs, as ``name@version``; or as ``name``, which leaves out those
            that another package of the image depends on.
        loaded_packages: names of packages that the server's programs load, whatever package.json says of them.
        budget_mb: MB (10^6 bytes) of files before compression; 0 for any number.
        platforms: for which there must be an image, and no others; empty for any.
        memory_mb: MB (2^20 bytes) that a container is given; 0 if not known.
        files: paths below ``app`` that the pipeline file includes by name.
        seeded: whether Next.js' keys are derived from a secret; otherwise from the source alone.
    """

    user: int = 65532
    env: Mapping[str, str] = field(default_factory=dict)
    root: str = "app"
    app: str = "app"
    dist: str = ".next"
    writable: Texts = ()
    serve: str = "server"
    public: bool = False
    source_maps: bool = False
    created: str = ""
    revision: str = ""
    labels: Texts = ()
    base: Mapping[str, str] = field(default_factory=dict)
    base_layers: Mapping[str, Texts] = field(default_factory=dict)
    dev_packages: Texts = ()
    loaded_packages: Texts = ()
    budget_mb: int = 0
    platforms: Texts = ()
    memory_mb: int = 0
    files: Texts = ()
    seeded: bool = True


def parse(value: object) -> Expected:
    """Read what is expected; every key may be left out.

    Raises:
        Failure: it is not an object of these keys; the message names the key.
    """
    given = Json("what is expected of the image", value, "correct what the pipeline expects of the image").object()
    hints = get_type_hints(Expected)
    given.only(*hints)
    given.required(*given.value)
    expected = Expected(**{name: _READERS[hints[name]](given, name) for name in given.value})
    if expected.serve not in ("server", "static"):
        raise given.wrong(f"is `{expected.serve}`, neither server nor static", "serve")
    return expected


def _mapping_of_texts(given: Json, key: str) -> dict[str, Texts]:
    found = given.object(key)
    return {name: found.texts(name) for name in found.value}


_READERS: Mapping[Any, Callable[[Json, str], Any]] = {
    str: Json.text,
    int: Json.number,
    bool: Json.flag,
    Texts: Json.texts,
    Mapping[str, str]: Json.mapping,
    Mapping[str, Texts]: _mapping_of_texts,
}
"""Type of an attribute to what reads it."""
