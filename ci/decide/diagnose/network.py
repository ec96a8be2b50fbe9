"""Builds that ask a server."""

import re

from ci.messages import Message, message

_FONT = re.compile(r"Failed to fetch [`']?(?P<font>[A-Z][\w ]*?)[`']? from Google Fonts")
_HOST = (
    r"getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?P<host>[\w.-]+)",
    r"connect (?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH) (?P<host>[\w.:\[\]-]+)",
    r"attempted address(?:es)?: (?P<host>[\w.:\[\]-]+)",
    r"request to https?://(?P<host>[\w.:-]+)\S* failed",
    r"establishing a connection while requesting https?://(?P<host>[\w.:-]+)",
    r"Can't reach database server at `(?P<host>[^`]+)`",
)
_OFFLINE = re.compile(r"fetch failed|\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\b")
_UNREACHED = re.compile(r"^no connection to (?P<host>\S+) \(\w+\)$", re.MULTILINE)
"""What ``ci/programs/unreached.cjs`` prints; the build may have caught the error."""

_PRERENDERED = re.compile(r"Error occurred prerendering page[^\n]*\n(?!ReferenceError|SyntaxError)")
"""A page fails after a connection has failed: its code gave the error other words."""

_LOOPBACK = re.compile(r"(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(?::\d+)?")
LATER = "fetch it at run time (`export const dynamic = 'force-dynamic'`, or `await connection()`), or "
"""The next step of a page that is made by the build; any other follows."""

LATER_PAGES = "fetch it at run time (`getServerSideProps` in place of `getStaticProps`), or "
"""The same of a page of the pages router."""

LATER_PARAMS = (
    "ask it at the first request (a `generateStaticParams` that gives `[]` at build, or a `getStaticPaths` that gives "
    "no paths and `fallback: 'blocking'`), or "
)
"""The same of a page whose parameters are asked for."""

_PARAMS = re.compile(r"Failed to collect (?:page data|configuration) for /\S*\[")
_OF_APP = re.compile(r"/(?:page|route): /")
_EXPORTED = re.compile(r"Export encountered (?:an error on|errors on following paths)")
_PAGE = re.compile(r"prerender|static pages|page data|collect configuration")


def fonts(text: str) -> Message | None:
    """Fonts of ``next/font/google``."""
    names = list(dict.fromkeys(match["font"] for match in _FONT.finditer(text)))
    if not names:
        return None
    return message("cause.font", fonts=names)


def hosts(text: str) -> Message | None:
    """Any other server."""
    said = _UNREACHED.sub("", text)
    found = [match["host"] for pattern in _HOST for match in re.finditer(pattern, said)]
    tried = [match["host"] for match in _UNREACHED.finditer(text)]
    if not found and not _OFFLINE.search(said) and not (tried and _PRERENDERED.search(said)):
        return None
    # The last one is next to the failure.
    host = [*found, *tried[:-2:-1], "a server"][0]
    loopback = _LOOPBACK.fullmatch(host)
    return message("cause.loopback" if loopback else "cause.host", host=host, later=_later(text))


def _later(text: str) -> str:
    if _PARAMS.search(text):
        return LATER_PARAMS
    if _EXPORTED.search(text) and not _OF_APP.search(text):
        return LATER_PAGES
    return LATER if _PAGE.search(text) else ""
