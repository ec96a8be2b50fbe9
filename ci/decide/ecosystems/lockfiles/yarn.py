"""``yarn.lock`` of yarn 1."""

import base64
import re

from ci.decide.ecosystems.lockfiles import Locked
from ci.decide.ecosystems.lockfiles.entries import entries
from ci.decide.ecosystems.lockfiles.garbage import GarbageError
from ci.decide.ecosystems.lockfiles.git import is_git

_HEADER = "# yarn lockfile v1"
_FIELD = re.compile(r'  (version|resolved|integrity) "?([^"]*)"?')
_PATTERN = re.compile(r'"?(@?[^@"]+)@([^",]*)')
_ALIAS = re.compile(r"npm:(@?[^@]+)(@.*)?")
_LOCAL = re.compile(r"(file:|link:|\.{0,2}/)")
_SHA1 = re.compile(r"[0-9a-f]{40}")


def read(text: str) -> tuple[Locked, ...]:
    """Packages of the lockfile; directories and local files are left out.

    Raises:
        GarbageError: not such a lockfile.
    """
    if _HEADER not in text:
        raise GarbageError(f"not a lockfile of yarn: `{_HEADER}` is missing")
    locked = (_package(key, fields) for key, fields in entries(text, _FIELD))
    return tuple(package for package in locked if package)


def _package(key: str, fields: dict[str, str]) -> Locked | None:
    pattern = _PATTERN.match(key)
    if not pattern or not fields.get("version"):
        raise GarbageError(f"`{key}` is not the entry of a package")
    name, wanted = pattern.groups()
    source, _, fragment = fields.get("resolved", "").partition("#")
    if _LOCAL.match(wanted) or _LOCAL.match(source):
        return None
    alias = _ALIAS.fullmatch(wanted)
    git = is_git(source)
    return Locked(
        name=alias[1] if alias else name,
        version=fields["version"],
        integrity=fields.get("integrity") or ("" if git else _sha1(fragment)),
        source=source,
        git=git,
    )


def _sha1(fragment: str) -> str:
    """A sha1 that yarn writes behind ``#``, as npm writes it; empty where there is none."""
    return f"sha1-{base64.b64encode(bytes.fromhex(fragment)).decode()}" if _SHA1.fullmatch(fragment) else ""
