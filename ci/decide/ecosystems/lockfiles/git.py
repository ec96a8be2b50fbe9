"""Addresses of git repositories."""

import re

_GIT = re.compile(
    r"git[+:@]|(github|gitlab|bitbucket):|(https?|ssh)://[^#?]+\.git(#|$)"
    r"|https://(codeload\.github\.com/|gitlab\.com/.+/-/archive/|bitbucket\.org/.+/get/)"
)


def is_git(address: str) -> bool:
    """Whether an address is that of a repository, or of the archive that its host makes of a commit."""
    return bool(_GIT.match(address))
