"""Prisma: where its schema is, what generates its client, and what that needs of the build."""

import posixpath
import re
from collections.abc import Mapping, Sequence

from ci.decide.ecosystems.locked import Locked
from ci.decide.project.package import Package
from ci.intool.common import semver

CONFIGS = tuple(f"prisma.config.{ending}" for ending in ("ts", "mts", "cts", "js", "mjs", "cjs"))
USUAL = ("prisma/schema.prisma", "schema.prisma")
NOTHING = "/bin/true"
"""A program that is there and does nothing, in place of an engine that `prisma generate` downloads and never runs."""

_CLIENT = re.compile(r"^[ \t]*generator[ \t]+\w+[ \t]*\{", re.MULTILINE)
_SCHEMA = re.compile(r"""\bschema\s{0,9}:\s{0,99}(?:path\.(?:join|resolve)\(\s{0,99})?["'`]([^"'`\n]{1,500})["'`]""")
_ENGINE = re.compile(r'^[ \t]*engineType[ \t]*=[ \t]*"client"', re.MULTILINE)
_PROVIDER = re.compile(
    r'\bdatasource\s{1,9}\w{1,99}\s{0,9}\{[^}]{0,500}?\bprovider[ \t]{0,99}=[ \t]{0,99}"(\w+)"', re.DOTALL
)
_READS = re.compile(r"""\benv\(\s{0,99}["'](\w+)["']|\bprocess\.env(?:\.(\w+)|\[\s{0,99}["'](\w+)["'])""")
_URLS = {
    "sqlite": "file:./build.db",
    "mysql": "mysql://build:build@127.0.0.1:1/build",
    "mongodb": "mongodb://build:build@127.0.0.1:1/build",
    "sqlserver": "sqlserver://127.0.0.1:1;database=build;user=build;password=build",
}
_POSTGRES = "postgresql://build:build@127.0.0.1:1/build"


def config(files: Mapping[str, str], directory: str) -> str:
    """Path of a package's ``prisma.config.*``; empty where it has none."""
    places = [*CONFIGS, *(f".config/prisma.{name.rpartition('.')[2]}" for name in CONFIGS)]
    return next((path for path in (_in(directory, name) for name in places) if path in files), "")


def schema(files: Mapping[str, str], package: Package) -> tuple[str, str]:
    """The schema of a package that generates a client.

    Args:
        files: content of the source's files, by path.
        package: its package.json.

    Returns:
        File or folder below the source, and the package's own place of it that the command has to be given, empty
        where Prisma finds it by itself; both empty where there is none.
    """
    directory = package.directory
    declared = package.data.get("prisma")
    named = declared.get("schema") if isinstance(declared, dict) else None
    written = config(files, directory)
    match = _SCHEMA.search(files.get(written, ""))
    if match:
        named = match[1]
    if isinstance(named, str) and text_of(files, _in(directory, named)):
        return _in(directory, named), ""
    for usual in USUAL:
        if _CLIENT.search(files.get(_in(directory, usual), "")):
            return _in(directory, usual), ""
    inside = [p for p in sorted(files) if p.endswith(".prisma") and _CLIENT.search(files[p]) and _below(p, directory)]
    if not inside:
        return "", ""
    folder = posixpath.dirname(inside[0])
    siblings = [path for path in files if path.endswith(".prisma") and posixpath.dirname(path) == folder]
    found = folder if len(siblings) > 1 and posixpath.basename(inside[0]) != "schema.prisma" else inside[0]
    if posixpath.basename(folder) == "schema" and len(siblings) > 1:
        found = folder
    return found, posixpath.relpath(found, directory)


def text_of(files: Mapping[str, str], place: str) -> str:
    """Text of a schema file, or of all schemas below a folder."""
    return "\n".join(
        text
        for path, text in sorted(files.items())
        if path == place or (path.endswith(".prisma") and _below(path, place))
    )


def environment(
    files: Mapping[str, str], directory: str, place: str, command: Sequence[str], locked: Sequence[Locked]
) -> Mapping[str, str]:
    """Variables of `prisma generate` that the app does not set.

    Prisma downloads engines before it generates. The one for migrations is never run then, and without Rust engines
    (version 7, ``engineType = "client"``, ``--no-engine``) neither is the one for queries.

    Args:
        files: content of the source's files, by path.
        directory: of the package.
        place: of the schema.
        command: words of the command.
        locked: packages of the lockfile.
    """
    text = text_of(files, place)
    version = max((semver.major(p.version) or 0 for p in locked if p.name == "prisma"), default=0)
    bare = version >= 7 or _ENGINE.search(text) or {"--no-engine", "--data-proxy", "--accelerate"} & {*command}  # noqa: PLR2004  the version without engines
    engine = "PRISMA_SCHEMA_ENGINE_BINARY" if not version or version > 4 else "PRISMA_MIGRATION_ENGINE_BINARY"  # noqa: PLR2004  renamed in 5
    provider = _PROVIDER.search(text)
    url = _URLS.get(provider[1] if provider else "", _POSTGRES)
    read = [
        name for match in _READS.finditer(files.get(config(files, directory), "")) for name in match.groups() if name
    ]
    return {
        **{name: url for name in read if name.endswith(("URL", "URI", "DATABASE", "DSN"))},
        "CHECKPOINT_DISABLE": "1",
        "PRISMA_HIDE_UPDATE_MESSAGE": "1",
        engine: NOTHING,
        **({"PRISMA_QUERY_ENGINE_LIBRARY": NOTHING} if bare else {}),
    }


def place_of(command: Sequence[str]) -> str:
    """What a command names as the schema; empty for none."""
    for n, word in enumerate(command):
        if word.startswith("--schema="):
            return word.partition("=")[2]
        if word == "--schema":
            return command[n + 1] if n + 1 < len(command) else ""
    return ""


def _in(directory: str, name: str) -> str:
    return posixpath.normpath(posixpath.join(directory, name))


def _below(path: str, directory: str) -> bool:
    return (directory == "." and not path.startswith("../")) or path.startswith(f"{directory}/")
