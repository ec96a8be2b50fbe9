"""The recipes: ``images.toml`` as frozen values."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from offline.images.errors import ImageError
from offline.images.platforms import PLATFORMS


@dataclass(frozen=True, kw_only=True)
class NpmPackage:
    """A package of the npm registry at one version.

    Attributes:
        name: its name; ``{cpu}`` stands for Node's name of the platform's architecture.
        version: the exact version.
        integrity: the sha512 of its tarball as npm writes it, per architecture, or for ``any``.
    """

    name: str
    version: str
    integrity: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Take:
    """Files of an npm package that go into an image.

    Attributes:
        package: name of a table below ``[npm]``.
        path: file or directory inside the package; empty for all of it.
        to: absolute path in the image.
    """

    package: str
    path: str = ""
    to: str


@dataclass(frozen=True, kw_only=True)
class Put:
    """A program of this installation, built from Go modules, that goes into an image.

    Attributes:
        program: its name.
        to: absolute path in the image.
    """

    program: str
    to: str


@dataclass(frozen=True, kw_only=True)
class User:
    """An account, with a group of the same name and number and a home directory that it owns.

    Attributes:
        name: login name.
        id: number of user and group.
        home: home directory; ``/nonexistent`` for none.
        shell: login shell.
    """

    name: str
    id: int
    home: str
    shell: str = "/sbin/nologin"


@dataclass(frozen=True, kw_only=True)
class Image:
    """One image: its names, what is in it, and how it starts.

    Attributes:
        name: repository with its registry, as upstream calls it.
        tags: tags, the first one being what ``base`` of other images may name.
        title: one line for people.
        base: reference of the image below this one; start-up values are inherited from it.
        platforms: OCI platforms to assemble.
        packages: Debian packages, or apt patterns such as ``?essential``.
        distroless: take exactly these packages, not what they depend on, and keep the package database
            where distroless images have it (``var/lib/dpkg/status.d``).
        remove: patterns of absolute paths to leave out of this image's own layers.
        npm: files of npm packages.
        programs: programs that were built for this machine's own platform.
        pip: requirement files with hashes, below the directory of the catalogue; all wheels are installed.
        links: symbolic links, path to target.
        users: accounts to add.
        env: environment variables.
        entrypoint: program and first arguments, in exec form.
        cmd: default arguments, in exec form.
        workdir: working directory.
        user: numeric user; empty inherits.
        ports: ports that are listened on, such as ``6379/tcp``.
        stand_ins: whether the image carries the list of all other images (``standins.PATH``).
        below: the image that ``base`` names.
        npm_packages: the packages that ``npm`` names.
        suite: the Debian release.
        python: version of that release's Python, which byte code is compiled for.
        directory: where the catalogue lies.
    """

    name: str
    tags: tuple[str, ...]
    title: str
    base: str = ""
    platforms: tuple[str, ...] = tuple(PLATFORMS)
    packages: tuple[str, ...] = ()
    distroless: bool = False
    remove: tuple[str, ...] = ()
    npm: tuple[Take, ...] = ()
    programs: tuple[Put, ...] = ()
    pip: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    users: tuple[User, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    workdir: str = ""
    user: str = ""
    ports: tuple[str, ...] = ()
    stand_ins: bool = False
    below: "Image | None" = None
    npm_packages: Mapping[str, NpmPackage] = field(default_factory=dict)
    suite: str
    python: str
    directory: Path

    @property
    def references(self) -> tuple[str, ...]:
        """Every name with its tag, such as ``docker.io/library/debian:bookworm-slim``."""
        return tuple(f"{self.name}:{tag}" for tag in self.tags)


LINKED = ("below", "npm_packages", "suite", "python", "directory")
"""Fields of ``Image`` that the catalogue fills in; nobody writes them."""


def load(path: Path) -> list[Image]:
    """Read a catalogue.

    Args:
        path: a TOML file with ``[debian]``, ``[npm.*]`` and ``[[image]]``.

    Returns:
        The images in the order of the file, where a base precedes what is built on it.

    Raises:
        ImageError: the file cannot be read, or a key is unknown, missing or wrong; names file and key.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise ImageError(f"{path} cannot be read: {problem}", "correct the file") from problem
    _known(document, ("debian", "npm", "image"), str(path))
    debian = document.get("debian", {})
    _known(debian, ("suite", "python"), f"{path}: debian")
    facts = {name: _checked(debian.get(name), str, f"{path}: debian.{name}") for name in ("suite", "python")}
    packages = {
        name: _read(NpmPackage, table, f"{path}: npm.{name}") for name, table in document.get("npm", {}).items()
    }
    images: dict[str, Image] = {}
    for number, table in enumerate(document.get("image", ())):
        where = f"{path}: image[{number}] ({table.get('name', 'without a name')})"
        _known(table, [f.name for f in fields(Image) if f.name not in LINKED], where)
        below = images.get(table.get("base"))
        if "base" in table and below is None:
            known = ", ".join(images) or "none"
            raise ImageError(f"{where}: base: no image {table['base']!r} above it", f"name one of: {known}")
        image = _read(Image, table, where, below=below, npm_packages=packages, directory=path.parent, **facts)
        _consistent(image, images, where)
        images.update(dict.fromkeys(image.references, image))
    return [image for reference, image in images.items() if reference == image.references[0]]


def _consistent(image: Image, others: Mapping[str, Image], where: str) -> None:
    """Refuse values that no type can refuse."""
    if not image.tags:
        raise ImageError(f"{where}: tags: empty", "give the image at least one tag")
    for reference in image.references:
        if reference in others:
            raise ImageError(f"{where}: tags: {reference} is there twice", "remove one of them")
    _one_of(image.platforms, image.below.platforms if image.below else PLATFORMS, f"{where}: platforms")
    _one_of([take.package for take in image.npm], image.npm_packages, f"{where}: npm.package")
    paths = {
        "npm.to": [take.to for take in image.npm],
        "programs.to": [put.to for put in image.programs],
        "links": image.links,
        "remove": image.remove,
    }
    for key, path in ((key, path) for key, found in paths.items() for path in found):
        if not path.startswith("/"):
            raise ImageError(f"{where}: {key}: {path!r} is not absolute", "start it with a slash")


def _one_of(values: Iterable[str], available: Iterable[str], where: str) -> None:
    """Refuse a name of something that is not there."""
    names = sorted(available)
    for value in values:
        if value not in names:
            raise ImageError(f"{where}: no {value!r}", f"choose from: {', '.join(names) or 'nothing yet'}")


def _read(kind: type[Any], table: object, where: str, **linked: object) -> Any:
    """Build a dataclass from a table, checking every key and value."""
    if not isinstance(table, Mapping):
        raise ImageError(f"{where}: {table!r} is not a table", "write key = value pairs")
    hints = get_type_hints(kind)
    _known(table, [f.name for f in fields(kind) if f.name not in linked], where)
    required = [f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING]
    for name in required:
        if name not in table and name not in linked:
            raise ImageError(f"{where}: {name} is missing", "add it")
    values = {name: _checked(value, hints[name], f"{where}: {name}") for name, value in table.items()}
    return kind(**values, **linked)


def _checked(value: object, hint: Any, where: str) -> Any:
    """A TOML value as the type that is hinted, or an error."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple and isinstance(value, list):
        return tuple(_checked(item, arguments[0], where) for item in value)
    if origin is Mapping and isinstance(value, Mapping):
        return {k: _checked(item, arguments[1], f"{where}.{k}") for k, item in value.items()}
    if isinstance(hint, type) and hint not in (str, int, bool):
        return _read(hint, value, where)
    if origin is None and type(value) is hint:
        return value
    wanted = {str: "a string", int: "a whole number", bool: "true or false"}.get(hint)
    wanted = wanted or ("a list" if origin is tuple else "a table")
    raise ImageError(f"{where}: {value!r} is not {wanted}", f"write {wanted}")


def _known(table: Mapping[str, object], names: Sequence[str], where: str) -> None:
    """Refuse a key that means nothing, and suggest the one that was meant."""
    for name in table:
        if name not in names:
            close = get_close_matches(name, names, 1)
            raise ImageError(
                f"{where}: unknown key {name!r}",
                f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(names)}",
            )
