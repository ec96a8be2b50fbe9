"""Known failures of Trivy by its messages, each with its fix. Pure."""

import re

from ci.intool.common.failure import Failure

_KNOWN = (
    (
        r"cannot remove network access from",
        "it does not run with network access",
        "use an engine on Linux for amd64 or arm64, with seccomp in its kernel",
    ),
    (r"cannot be specified on the first run", "there is no vulnerability database", "unpack it into the cache first"),
    (
        r"old DB schema|version of DB schema doesn't match",
        "the vulnerability database has a format that this Trivy does not read",
        "take the database's tag 2, and the Trivy that the pipeline pins",
    ),
    (
        r"vulnerability DB|invalid database|failed to open db|db error",
        "the vulnerability database cannot be read",
        "fetch it again",
    ),
    (r"cache may be in use", "another scan holds the cache", "give every scan a cache of its own"),
    (
        r"VEX error|unable to load VEX",
        "a VEX document cannot be read",
        "prepare it first: `python3 -m ci.intool.scan prepare`",
    ),
    (r"secret config error", "the settings of the secret search cannot be read", "correct the file"),
    (r"deadline exceeded|semaphore acquire", "the scan took too long", "scan again, or give it a longer time"),
    (r"invalid OCI image|no valid manifest|unable to open|oci-layout", "the image cannot be read", "build it again"),
)

_FATAL = re.compile(r"^.*\bFATAL\b\s*(.*)$|^Error: (.*)$", re.MULTILINE)


def failure_of(stderr: str) -> Failure:
    """The failure for Trivy's messages on standard error.

    Args:
        stderr: all of it.
    """
    lines = [one or other for one, other in _FATAL.findall(stderr)] or stderr.strip().splitlines()[-1:]
    last = " ".join(lines[-1].split())[:300] if lines else "it printed nothing"
    for pattern, what, fix in _KNOWN:
        if re.search(pattern, stderr, re.IGNORECASE):
            return Failure(f"Trivy failed: {what} ({last})", fix)
    return Failure(f"Trivy failed: {last}", "scan again; if it fails again, look up its message")
