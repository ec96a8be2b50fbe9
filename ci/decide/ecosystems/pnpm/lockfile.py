"""``pnpm-lock.yaml``, versions 5, 6 and 9. By lines: pnpm writes one form only, and YAML parsers are slow.

A file in another form, such as that of Prettier, is read by a parser.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from ci.decide.ecosystems.locked import Locked, is_git
from ci.decide.ecosystems.lockfile import LockfileError

_VERSIONS = ("5", "6", "9")
_SLASHED = "5"
"""Version whose keys have a slash before a package's version: ``/NAME/VERSION_PEERS``."""
_KEY = re.compile(r"  (?P<quote>['\"]?)(?P<key>\S.*)(?P=quote):")
_FIELD = re.compile(r"    (?P<name>resolution|name|version|cpu|os|libc): (?P<value>.+)")
_FORMATTED = re.compile(r"^    (?:resolution|cpu|os|libc):[ \t]*$", re.MULTILINE)
"""A value that pnpm writes beside its name is on the next lines."""

_FIELDS = ("resolution", "name", "version", "cpu", "os", "libc")
_ITEM = re.compile(r"\b(\w+): ('[^']*'|\"[^\"]*\"|[^,}]+)")


def read(text: str) -> tuple[Locked, ...]:
    """Packages of the lockfile; directories and local files are left out.

    Raises:
        LockfileError: not such a lockfile.
    """
    document = f"\n{text}".rpartition("\n---\n")[2]  # pnpm 11 writes one about itself before it
    version = re.search(r"^lockfileVersion: ['\"]?(\d{1,9})", document, re.MULTILINE)
    if not version:
        raise LockfileError("not a lockfile of pnpm: `lockfileVersion` is missing")
    if version[1] not in _VERSIONS:
        state = "too old" if int(version[1]) < int(_VERSIONS[0]) else "not known"
        raise LockfileError(
            f"version {version[1]} is {state}", "run `npx pnpm@10 install --lockfile-only`, and commit the lockfile"
        )
    separator = "/" if version[1] == _SLASHED else "@"
    entries = _parsed(document) if _FORMATTED.search(document) else _entries(document)
    locked = (_package(key, fields, separator) for key, fields in entries)
    return tuple(package for package in locked if package)


def _entries(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    inside = False
    key, fields = "", dict[str, str]()
    for line in text.splitlines():
        if line[:1] not in ("", " "):
            inside = line == "packages:"
        elif inside and line and line[2:3] != " ":
            if key:
                yield key, fields
            found = _KEY.fullmatch(line)
            if not found:
                raise LockfileError(f"`{line.strip()}` is not the key of a package")
            key, fields = found["key"], {}
        elif inside and (field := _FIELD.fullmatch(line)):
            fields[field["name"]] = field["value"]
    if key:
        yield key, fields


def _parsed(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The same as pnpm would write it."""
    try:
        document = yaml.load(text, getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    except (yaml.YAMLError, RecursionError, OverflowError, ValueError) as error:
        problem = str(error).partition("\n")[0]
        raise LockfileError(f"not YAML: {problem}") from None
    packages = document.get("packages") if isinstance(document, dict) else None
    for key, fields in packages.items() if isinstance(packages, dict) else ():
        if not isinstance(key, str) or not isinstance(fields, dict):
            raise LockfileError(f"`{key}` is not the key of a package")
        yield key, {name: _written(fields[name]) for name in _FIELDS if name in fields}


def _written(value: Any) -> str:
    """As pnpm writes it; what is nested deeper than any of its values is left out."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{name}: {_quoted(one)}' for name, one in value.items() if isinstance(one, str))}}}"
    if isinstance(value, list):
        return f"[{', '.join(one for one in value if isinstance(one, str))}]"
    return value if isinstance(value, str) else ""


def _quoted(value: str) -> str:
    return f'"{value}"' if "'" in value else f"'{value}'"


def _package(key: str, fields: dict[str, str], separator: str) -> Locked | None:
    resolution = {name: _unquoted(value) for name, value in _ITEM.findall(fields.get("resolution", ""))}
    name, _, version = key.removeprefix("/").partition("(")[0].rpartition(separator)
    version = version.partition("_")[0] if separator == "/" else version
    name, version = _unquoted(fields.get("name", name)), _unquoted(fields.get("version", version))
    tarball = resolution.get("tarball", "")
    if "directory" in resolution or tarball.startswith("file:"):
        return None
    if not resolution or not name or not version:
        raise LockfileError(f"package `{key}` has no name, version or resolution")
    source = resolution.get("repo", tarball)
    return Locked(
        name=name,
        version=version,
        integrity=resolution.get("integrity", ""),
        source=source,
        git="repo" in resolution or is_git(source),
        cpu=_list(fields.get("cpu", "")),
        os=_list(fields.get("os", "")),
        libc=_list(fields.get("libc", "")),
    )


def _list(value: str) -> tuple[str, ...]:
    return tuple(_unquoted(item.strip()) for item in value.strip("[]").split(",") if item.strip())


def _unquoted(value: str) -> str:
    return value[1:-1] if value.startswith(("'", '"')) and value.endswith(value[0]) else value
