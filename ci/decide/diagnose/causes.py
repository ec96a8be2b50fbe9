"""Causes that one expression recognises."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A cause.

    Attributes:
        patterns: expressions, of which one must be found; all have the same named groups.
        what: what happened, with the groups' texts in braces.
        fix: the next step, likewise.
    """

    patterns: tuple[str, ...]
    what: str
    fix: str


_PACKAGE = r"(?:\S*/)?node_modules/(?P<package>(?:@[^/\s]+/)?[^/\s'\"]+)"
"""A path; the package is that of its innermost ``node_modules``."""

_NPM = r"npm (?:error|ERR!)"

CERTAIN = (
    Rule(
        (r"JavaScript heap out of memory",),
        "Node.js ran out of heap memory",
        "set build.env.NODE_OPTIONS to --max-old-space-size=4096 in the pipeline file, and give the engine that much",
    ),
    Rule(
        (
            r"signal: SIGKILL",
            r"\b(?:code|status|errno)[: ]+137\b",
            r"^Killed$",
            r"probably means the system ran out of memory",
        ),
        "a process was killed, most likely because memory ran out",
        "give the engine more memory, or let Next.js do less at once: experimental.cpus in next.config",
    ),
    Rule(
        (r"\bEINTEGRITY\b", r"ERR_PNPM_TARBALL_INTEGRITY", r"\bYN0018\b", r"Integrity check failed"),
        "a downloaded package is not the one that the lockfile names",
        "find out why before you lock it again: it may be another registry's build, or a manipulated package",
    ),
    Rule(
        (rf"{_NPM} code (?:E401|E403|ENEEDAUTH)", r"ERR_PNPM_FETCH_40[13]", r"\bYN0041\b", r"Request failed \"40[13]"),
        "a registry hands out packages only to those whom it knows",
        "pass the token as a secret: --npmrc file:$HOME/.npmrc",
    ),
    Rule(
        (rf"{_NPM} code ERESOLVE",),
        "the dependencies contradict each other in the peer versions that they want",
        "lock versions that fit, or write legacy-peer-deps=true into the app's .npmrc",
    ),
    Rule(
        (r"SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT",),
        "a server shows a certificate of an authority that nobody here trusts",
        "pass that authority: --ca FILE",
    ),
    Rule(
        (rf"gyp ERR! cwd {_PACKAGE}",),
        "{package} could neither download its binary nor compile it",
        "let the engine reach the host of its binaries, or use a release that brings them along",
    ),
    Rule(
        (
            rf"Could not locate the bindings file\. Tried:\s*→ {_PACKAGE}",
            rf"No native build was found for platform=[^\n]*\s+loaded from: {_PACKAGE}",
            rf"Cannot find module '{_PACKAGE}/[^'\n]*\.node'",
            r"Something went wrong installing the \"(?P<package>sharp)\" module",
        ),
        "{package} has no binary, because its install script did not run",
        "set install.allow-scripts: [{package}] in the pipeline file",
    ),
    Rule(
        (
            rf"The module '{_PACKAGE}[^'\n]*'\s+was compiled against a different Node\.js version",
            rf"{_PACKAGE}\S*\.node: (?:invalid ELF header|wrong ELF class)",
            rf"Error loading shared library [^\n]*\(needed by {_PACKAGE}",
            rf"(?:ld-musl|libc\.musl)-\S+: cannot open shared object file[^'\"]*{_PACKAGE}",
        ),
        "the binary of {package} was made for another system, or another Node.js",
        "keep node_modules out of the source, and let its install script run: install.allow-scripts: [{package}]",
    ),
    Rule(
        (
            r"Could not load the \"(?P<package>sharp)\" module using the \S+ runtime",
            r"Failed to load (?P<package>SWC) binary for linux",
            r"Cannot find module '?(?:\.{1,2}/)*(?P<package>[@\w./-]*linux-(?:x64|arm64)[\w-]*)",
        ),
        "the lockfile lacks the build for Linux of a package: {package}",
        "delete node_modules and the lockfile, install again, and commit the new lockfile",
    ),
    Rule(
        (
            r"@prisma/client did not initialize yet",
            r"(?:Cannot find module|Can't resolve) '(?:\.prisma/client|[^'\n]*generated/prisma)",
        ),
        "Prisma's client was not generated",
        "call `prisma generate` in the script build, or set build.scripts to run the script that does before build",
    ),
    Rule(
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
        "{package} wants Node.js {node}",
        "set `node:` in the pipeline file to a version that fits, or write it into .nvmrc",
    ),
    Rule(
        (r"Use \"(?P<manager>\w+) install\" for installation in this project",),
        "the app may only be installed by {manager}",
        "commit the lockfile of {manager} and delete any other one, or take only-allow out of package.json",
    ),
    Rule(
        (
            r"This project is configured to use (?P<wanted>v[\d.]+ of pnpm|\w+)",
            r"defines \"packageManager\": \"(?P<wanted>[^\"]+)\"\. However the current global version",
        ),
        "package.json wants {wanted} as its package manager, but a script calls another one",
        "let the scripts call that one, or correct packageManager",
    ),
)
"""Nobody builds on after these."""

LIKELY = (
    Rule(
        (
            r"^\s*(?:\S*/)?(?:ba|da)?sh: (?:line )?(?:\d+: )?(?P<tool>[@\w./-]+): (?:command )?not found",
            r"\bspawn(?:Sync)? (?P<tool>[@\w./-]+) ENOENT",
        ),
        "a script runs {tool}, which is not there",
        (
            "take it out of the script, or let the script end well without it: `{tool} … || true`; "
            "a package has to be among the dependencies"
        ),
    ),
    Rule(
        (r"fatal: not a git repository", r"\.git can't be found"),
        "a script asks git, and the source that is built has no .git",
        "let the script end well without it: `git … || true`; pass what it wants to know in build.env",
    ),
)
"""Scripts often go on after these, so that any other cause comes first."""


def first(rules: Sequence[Rule], text: str) -> tuple[str, str] | None:
    """What happened and the next step, by the first rule that is found."""
    for rule in rules:
        for pattern in rule.patterns:
            match = re.search(pattern, text, re.MULTILINE)
            if match:
                return rule.what.format(**match.groupdict()), rule.fix.format(**match.groupdict())
    return None
