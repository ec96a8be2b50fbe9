"""Generators of code that a configuration file of their own declares."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ci.decide.project import prisma

ENDINGS = ("ts", "mts", "cts", "js", "mjs", "cjs")
"""Of files that are programs."""

_KEY = re.compile(r"""^[ \t]*["']?([\w./@-]+)["']?[ \t]*:[ \t]*(?:\{|$)""", re.MULTILINE)
_GENERATED = re.compile(r"\bgenerates\b\s*:(.*)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A generator with a configuration file of its own.

    Attributes:
        package: that has the program, by the names that it may have.
        config: names of its configuration without the ending.
        endings: of that file.
        command: that generates; ``{package}`` is the package's name.
        plugin: what next.config mentions where Next.js' own build runs it; empty where it never does.
        scripted: whether it only counts with a script that runs it, and when git ignores what it writes.
    """

    package: tuple[str, ...]
    config: tuple[str, ...]
    command: str
    endings: tuple[str, ...] = ENDINGS
    plugin: str = ""
    scripted: bool = False


DECLARED = (
    Declared(package=("@pandacss/dev",), config=("panda.config",), command="panda codegen"),
    Declared(package=("velite",), config=("velite.config",), command="velite build", plugin="velite"),
    Declared(
        package=("contentlayer", "contentlayer2"),
        config=("contentlayer.config",),
        command="{package} build",
        plugin="ontentlayer",
    ),
    Declared(package=("fumadocs-mdx",), config=("source.config",), command="fumadocs-mdx", plugin="fumadocs-mdx"),
    Declared(
        package=("@inlang/paraglide-js", "@inlang/paraglide-next"),
        config=("project.inlang/settings",),
        command="paraglide-js compile",
        endings=("json",),
        plugin="paraglide",
        scripted=True,
    ),
    Declared(
        package=("@graphql-codegen/cli",),
        config=("codegen", "graphql.config", ".graphqlrc"),
        command="graphql-codegen",
        endings=(*ENDINGS, "yml", "yaml", "json"),
        scripted=True,
    ),
)
"""Generators that a file declares, beside Prisma."""

FILES = (
    *("*.prisma", ".gitignore"),
    *prisma.CONFIGS,
    *(f"{name.rpartition('/')[2]}.{ending}" for d in DECLARED for name in d.config for ending in d.endings),
)
"""Names of the files that are read to find generators."""


def ignored(files: Mapping[str, str], config: str, directory: str) -> bool:
    """Whether git ignores something that a configuration of graphql-codegen says it generates.

    Args:
        files: content of the source's files, by path.
        config: path of the configuration.
        directory: of the package.
    """
    text = _GENERATED.search(files.get(config, ""))
    outputs = [posixpath.normpath(key) for key in _KEY.findall(text[1])] if text else []
    outputs = [output for output in outputs if "/" in output or "." in output]
    rules = [
        line.strip().strip("/")
        for place in {".", directory}
        for line in files.get(posixpath.normpath(posixpath.join(place, ".gitignore")), "").splitlines()
        if line.strip() and not line.startswith(("#", "!"))
    ]
    return any(
        fnmatchcase(part, rule.removeprefix("**/"))
        for output in outputs
        for path in (output, posixpath.normpath(posixpath.join(directory, output)))
        for part in (*_upwards(path), *path.split("/"))
        for rule in rules
    )


def _upwards(path: str) -> Iterator[str]:
    while path and path != ".":
        yield path
        path = posixpath.dirname(path)
