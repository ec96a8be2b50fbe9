"""What the pipeline planned the image to be, as the JSON object says it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from ci.intool.common.failure import Failure

Texts = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What an image should be. Paths have no slash at either end.

    Attributes:
        user: number of the user and of its group.
        env: variables that it must have.
        root: directory that the payload is in.
        app: directory of the app in the image; empty for the one that the server is started in.
        dist: directory of the build, below ``root``
        writable: paths below ``root`` that belong to the user.
        serve: ``server`` or ``static``.
        public: whether the app has files in ``public``.
        source_maps: whether they may be there.
        created: time of the commit, RFC 3339; empty where nobody says.
        revision: commit; empty where nobody says.
        labels: names of labels that must be there, in full, beside those that are always known.
        base: ``name`` and ``digest`` of the base image; empty where nobody says.
        base_layers: platform to the diff ids of its base's layers.
        dev_packages: packages that only development needs, as ``name@version``; or as ``name``, which leaves out those
            that another package of the image depends on.
        budget_mb: MB (10^6 bytes) of files before compression; 0 for any number.
        platforms: for which there must be an image, and no others; empty for any.
        memory_mb: MB (2^20 bytes) that a container is given; 0 where nobody says.
        files: paths below ``app`` that the user asked for by name.
        seeded: whether Next.js' keys follow from a secret; otherwise from the source alone.
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
    budget_mb: int = 0
    platforms: Texts = ()
    memory_mb: int = 0
    files: Texts = ()
    seeded: bool = True


def parse(value: object) -> Expected:
    """Read what is expected; every key may be left out.

    Raises:
        Failure: it is no object of these keys; names the key.
    """
    hints = get_type_hints(Expected)
    given = _object("the object", value)
    for name in given:
        if name not in hints:
            raise _wrong(name, f"is not one of {', '.join(hints)}")
    expected = Expected(**{name: _READERS[hints[name]](name, one) for name, one in given.items()})
    if expected.serve not in ("server", "static"):
        raise _wrong("serve", f"is `{expected.serve}`, neither server nor static")
    return expected


def _wrong(where: str, what: str) -> Failure:
    return Failure(f"expected: {where} {what}", "correct what the pipeline expects of the image")


def _typed(kind: type, words: str) -> Callable[[str, Any], Any]:
    def read(where: str, value: Any) -> Any:
        if type(value) is not kind:
            raise _wrong(where, f"is not {words}")
        return value

    return read


_object = _typed(dict, "an object")
_list = _typed(list, "a list")
_text = _typed(str, "a text")


def _texts(where: str, value: Any) -> Texts:
    return tuple(_text(f"{where}[{number}]", one) for number, one in enumerate(_list(where, value)))


def _mapping(read: Callable[[str, Any], Any]) -> Callable[[str, Any], dict[str, Any]]:
    return lambda where, value: {name: read(f"{where}.{name}", one) for name, one in _object(where, value).items()}


_READERS: Mapping[Any, Callable[[str, Any], Any]] = {
    str: _text,
    int: _typed(int, "a whole number"),
    bool: _typed(bool, "true or false"),
    Texts: _texts,
    Mapping[str, str]: _mapping(_text),
    Mapping[str, Texts]: _mapping(_texts),
}
