"""Causes that one expression recognises."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ci.messages import Message, message


@dataclass(frozen=True)
class Rule:
    """A cause.

    Attributes:
        id: of the message; its facts are the groups of the expressions.
        patterns: expressions, of which one must be found; all have the same named groups.
    """

    id: str
    patterns: tuple[str, ...]


_PACKAGE = r"(?:\S*/)?node_modules/(?P<package>(?:@[^/\s]+/)?[^/\s'\"]+)"
"""A path; the package is that of its innermost ``node_modules``."""

_NPM = r"npm (?:error|ERR!)"

CERTAIN = (
    Rule(
        "cause.heap",
        (r"JavaScript heap out of memory",),
    ),
    Rule(
        "cause.memory",
        (
            r"signal: SIGKILL",
            r"\b(?:code|status|errno)[: ]+137\b",
            r"^Killed$",
            r"probably means the system ran out of memory",
        ),
    ),
    Rule(
        "cause.integrity",
        (r"\bEINTEGRITY\b", r"ERR_PNPM_TARBALL_INTEGRITY", r"\bYN0018\b", r"Integrity check failed"),
    ),
    Rule(
        "cause.registry-login",
        (rf"{_NPM} code (?:E401|E403|ENEEDAUTH)", r"ERR_PNPM_FETCH_40[13]", r"\bYN0041\b", r"Request failed \"40[13]"),
    ),
    Rule(
        "cause.no-package",
        (
            r"https?://\S+?/(?P<package>(?:@[^/\s]+/)?[^/\s@]+)/-/[^\n]*\b404\b",
            r"\b404\b[^\n]*?https?://\S+?/(?P<package>(?:@[^/\s]+/)?[^/\s@]+)/-/",
            r"\bYN0035\b[^\n]*?(?P<package>(?:@[^@/\s]+/)?[^@/\s]+)@[^\s:]+:\S*: Package not found",
        ),
    ),
    Rule(
        "cause.peers",
        (rf"{_NPM} code ERESOLVE",),
    ),
    Rule(
        "cause.certificate",
        (r"SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT",),
    ),
    Rule(
        "cause.no-binary",
        (rf"gyp ERR! cwd {_PACKAGE}",),
    ),
    Rule(
        "cause.install-script",
        (
            rf"Could not locate the bindings file\. Tried:\s*→ {_PACKAGE}",
            rf"No native build was found for platform=[^\n]*\s+loaded from: {_PACKAGE}",
            rf"Cannot find module '{_PACKAGE}/[^'\n]*\.node'",
            r"Something went wrong installing the \"(?P<package>sharp)\" module",
        ),
    ),
    Rule(
        "cause.foreign-binary",
        (
            rf"The module '{_PACKAGE}[^'\n]*'\s+was compiled against a different Node\.js version",
            rf"{_PACKAGE}\S*\.node: (?:invalid ELF header|wrong ELF class)",
            rf"Error loading shared library [^\n]*\(needed by {_PACKAGE}",
            rf"(?:ld-musl|libc\.musl)-\S+: cannot open shared object file[^'\"]*{_PACKAGE}",
        ),
    ),
    Rule(
        "cause.no-linux-build",
        (
            r"Could not load the \"(?P<package>sharp)\" module using the \S+ runtime",
            r"Failed to load (?P<package>SWC) binary for linux",
            r"Cannot find module '?(?:\.{1,2}/)*(?P<package>[@\w./-]*linux-(?:x64|arm64)[\w-]*)",
        ),
    ),
    Rule(
        "cause.prisma",
        (
            r"@prisma/client did not initialize yet",
            r"(?:Cannot find module|Can't resolve) '(?:\.prisma/client|[^'\n]*generated/prisma)",
        ),
    ),
    Rule(
        "cause.prisma-engine",
        (r"https?://(?P<host>binaries\.prisma\.sh)[^\n]*(?:failed|ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT)",),
    ),
    Rule(
        "cause.no-file",
        (
            (
                r"^[^\n]{0,20}\bError: ENOENT: no such file or directory, \w+ '/app/"
                r"(?P<file>(?!(?:[^'\n]*/)?(?:node_modules|\.next|\.git)/)[^'\n]+)'"
            ),
        ),
    ),
    Rule(
        "cause.node",
        (
            (
                rf"{_NPM} notsup Not compatible with your version of node/npm: (?P<package>\S+)"
                r"[\s\S]{0,200}?Required: *\{[^}]*\"node\": *\"(?P<node>[^\"]+)\""
            ),
            (
                r"ERR_PNPM_UNSUPPORTED_ENGINE[\s\S]{0,500}?Your Node version is incompatible with \"(?P<package>[^\"]+)"
                r"\"\.\s+Expected version: (?P<node>[^\n]+)"
            ),
            r"error (?P<package>\S+): The engine \"node\" is incompatible[^\n]*Expected version \"(?P<node>[^\"]+)\"",
            r"For (?P<package>Next\.js), Node\.js version \"?(?P<node>[^\"\n]+?)\"? is required",
            (
                r"(?P<package>[@\w][\w@/.-]*) (?:requires|only supports)(?: at least)? Node(?:\.js)?"
                r"(?: versions?)? (?P<node>v?[<>=~^]*\s*\d[^\n]*?)\.?$"
            ),
        ),
    ),
    Rule(
        "cause.only-allow",
        (r"Use \"(?P<manager>\w+) install\" for installation in this project",),
    ),
    Rule(
        "cause.other-manager",
        (
            r"This project is configured to use (?P<wanted>v[\d.]+ of pnpm|\w+)",
            r"defines \"packageManager\": \"(?P<wanted>[^\"]+)\"\. However the current global version",
        ),
    ),
)
"""Nobody builds on after these."""

LIKELY = (
    Rule(
        "cause.tool",
        (
            r"^\s*(?:\S*/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?(?P<tool>[@\w./-]+): (?:command )?not found",
            r"\bspawn(?:Sync)? (?P<tool>[@\w./-]+) ENOENT",
        ),
    ),
    Rule(
        "cause.git",
        (r"fatal: not a git repository", r"\.git can't be found"),
    ),
)
"""Scripts often go on after these, so that any other cause comes first."""


def first(rules: Sequence[Rule], text: str) -> Message | None:
    """What happened and the next step, by the first rule that is found."""
    for rule in rules:
        for pattern in rule.patterns:
            match = re.search(pattern, text, re.MULTILINE)
            if match:
                return message(rule.id, **match.groupdict())
    return None
