"""Why a registry refused, by `regctl`'s messages. Pure."""

import re
from enum import Enum, auto

from ci.intool.common.failure import Failure
from ci.intool.common.reference import host_of


class Kind(Enum):
    """Kinds of failures; each has its own fix."""

    ABSENT = auto()
    DENIED = auto()
    READ_ONLY = auto()
    FULL = auto()
    BUSY = auto()
    SERVER = auto()
    BROKEN = auto()
    REFUSED = auto()
    UNKNOWN_HOST = auto()
    PLAIN_HTTP = auto()
    WANTS_TLS = auto()
    NOT_TRUSTED = auto()
    NO_NAME = auto()
    DAMAGED = auto()
    ALTERED = auto()
    OTHER = auto()

    @property
    def passes(self) -> bool:
        """Whether the same request may succeed a moment later."""
        return self in {Kind.BUSY, Kind.SERVER, Kind.BROKEN, Kind.REFUSED}


# The first match counts. The error number 28 is ENOSPC: CNCF distribution reports a failed write only by its number.
# A 404 in the middle of an upload is a lost session (OCI distribution specification 1.1, "BLOB_UPLOAD_UNKNOWN").
_SIGNS = (
    (Kind.NO_NAME, r"invalid reference"),
    (Kind.DAMAGED, r"digest mismatch, expected"),
    (Kind.ALTERED, r"digest mismatch \[expected"),
    (Kind.UNKNOWN_HOST, r"no such host|server misbehaving"),
    (Kind.PLAIN_HTTP, r"gave HTTP response to HTTPS client"),
    (Kind.WANTS_TLS, r"HTTP request to an HTTPS server"),
    (Kind.NOT_TRUSTED, r"x509:|tls: failed to verify"),
    (Kind.FULL, r"(?i)no space left|\"Err\":28\b|disk quota exceeded|\[http 507\]"),
    (Kind.DENIED, r"\[http 40[13]\]|authentication required|unauthorized"),
    (Kind.READ_ONLY, r"\[http 405\]"),
    (Kind.BUSY, r"\[http 429\]|retry limit exceeded"),
    (Kind.BROKEN, r"blob \(chunk.*\[http 404\]|BLOB_UPLOAD_(?:UNKNOWN|INVALID)|DIGEST_INVALID|\[http 416\]"),
    (Kind.ABSENT, r"\[http 404\]"),
    (Kind.SERVER, r"\[http (?:5\d\d|408)\]"),
    (Kind.REFUSED, r"connection refused|no route to host|network is unreachable"),
    (Kind.BROKEN, r"EOF|reset by peer|broken pipe|[tT]imeout|closed network connection|short read|failed to close"),
)

_MESSAGES: dict[Kind, tuple[str, str]] = {
    Kind.ABSENT: ("it is not there", "check the name, and that it was pushed and not cleaned up"),
    Kind.DENIED: (
        "{host} does not accept the login, or the account may not do this",
        "pass an account that may push to {repository}: --registry-username NAME --registry-password env:VARIABLE",
    ),
    Kind.READ_ONLY: (
        "{host} does not allow it: it is read-only, or the operation is switched off there",
        "end the registry's read-only mode (for a deletion, allow deletions), or use another registry",
    ),
    Kind.FULL: ("{host} has no space left", "free space in the registry's storage, then run the same command again"),
    Kind.BUSY: (
        "{host} still answers that there are too many requests",
        "wait until the registry's limit is over, then run the same command again: what arrived is not sent again",
    ),
    Kind.SERVER: (
        "{host} keeps failing",
        "see the registry's log and whether its storage is full, then run the same command again",
    ),
    Kind.BROKEN: (
        "the connection to {host} keeps breaking",
        "check the network and the registry's log, then run the same command again: what arrived is not sent again",
    ),
    Kind.REFUSED: ("nothing answers at {host}", "check the address and that the registry runs"),
    Kind.UNKNOWN_HOST: ("the host name of {host} is not known", "check the spelling of {repository}"),
    Kind.PLAIN_HTTP: (
        "{host} speaks plain HTTP, and HTTPS was tried",
        "give it HTTPS, or pass it as a registry of this machine's network: --registry tcp://{host}",
    ),
    Kind.WANTS_TLS: (
        "{host} requires HTTPS, and plain HTTP was tried",
        "leave out --registry, and name the registry by a host name other than 127.0.0.1 and localhost",
    ),
    Kind.NOT_TRUSTED: ("the certificate of {host} is not trusted", "pass the authority that signed it: --ca FILE"),
    Kind.NO_NAME: (
        "{repository} is not a valid repository name",
        "write it as HOST/NAME in lower case, such as ghcr.io/acme/app, without tag and digest",
    ),
    Kind.DAMAGED: ("its bytes are not what its digest says", "build the image again: a file was changed or cut off"),
    Kind.ALTERED: (
        "{host} does not match its digest",
        "the registry's storage is damaged: remove the image there, then push it again",
    ),
    Kind.OTHER: ("{host} refused", "read the registry's answer, and contact its operator"),
}


def kind_of(stderr: str) -> Kind:
    """Why a call failed, by `regctl`'s standard error; lines of its log are ignored: they are about retries."""
    printed = "\n".join(_messages(stderr))
    return next((kind for kind, sign in _SIGNS if re.search(sign, printed)), Kind.OTHER)


def failure(action: str, repository: str, stderr: str) -> Failure:
    """The message for people.

    Args:
        action: what was tried, such as "push a layer to 127.0.0.1:5000/app".
        repository: with its host.
        stderr: `regctl`'s standard error.
    """
    what, fix = _MESSAGES[kind_of(stderr)]
    fields = {"host": host_of(repository), "repository": repository}
    return Failure(f"cannot {action}: {what.format(**fields)} ({_short(stderr)})", fix.format(**fields))


def _short(stderr: str) -> str:
    # The query of an upload's address may be used like a password.
    printed = re.sub(r"\?[^\s\"]+", "", " ".join(_messages(stderr)))
    return printed[:400] or "no message"


def _messages(stderr: str) -> list[str]:
    return [line.strip() for line in stderr.splitlines() if line.strip() and not line.startswith("time=")]
