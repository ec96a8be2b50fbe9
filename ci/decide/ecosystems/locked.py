"""A package of a lockfile, in one form for all managers."""

import re
from dataclasses import dataclass

_GIT = re.compile(
    r"git[+:@]|(github|gitlab|bitbucket):|(https?|ssh)://[^#?]+\.git(#|$)"
    r"|https://(codeload\.github\.com/|gitlab\.com/.+/-/archive/|bitbucket\.org/.+/get/)"
)


@dataclass(frozen=True, kw_only=True)
class Locked:
    """One package of a lockfile.

    Attributes:
        name: package name.
        version: exact version; for git and tarball dependencies what the lockfile has.
        integrity: checksum as the lockfile writes it; empty where there is none.
        source: where it comes from: a URL or git address; empty for the configured registry.
        git: whether it is a git dependency.
        cpu: processors it is limited to, npm's names; empty for all. Same for ``os`` and ``libc``.
        os: operating systems.
        libc: C libraries, ``glibc`` or ``musl``.
    """

    name: str
    version: str
    integrity: str = ""
    source: str = ""
    git: bool = False
    cpu: tuple[str, ...] = ()
    os: tuple[str, ...] = ()
    libc: tuple[str, ...] = ()


def is_git(address: str) -> bool:
    """Whether an address is that of a repository, or of the archive that its host makes of a commit."""
    return bool(_GIT.match(address))
