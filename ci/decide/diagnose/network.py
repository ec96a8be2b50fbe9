"""Builds that ask a server."""

import re

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
_LOOPBACK = re.compile(r"(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(?::\d+)?")
_PAGE = re.compile(r"prerender|static pages|page data|collect configuration")


def fonts(text: str) -> tuple[str, str] | None:
    """Fonts of ``next/font/google``."""
    names = list(dict.fromkeys(match["font"] for match in _FONT.finditer(text)))
    if not names:
        return None
    what = f"the build asks fonts.googleapis.com for {', '.join(names)}, which the engine cannot reach"
    fix = (
        "put the font's files into the app (next/font/local), use one that the pipeline brings along (pins.toml), "
        "or let the engine reach fonts.googleapis.com and fonts.gstatic.com"
    )
    return what, fix


def hosts(text: str) -> tuple[str, str] | None:
    """Any other server."""
    found = [match["host"] for pattern in _HOST for match in re.finditer(pattern, text)]
    if not found and not _OFFLINE.search(text):
        return None
    host = found[0] if found else "a server"
    later = "ask it at run time (`export const dynamic = 'force-dynamic'`, or `await connection()`), or "
    fix = later if _PAGE.search(text) else ""
    if _LOOPBACK.fullmatch(host):
        what = f"the build asks {host}, where nothing listens while the image is built"
        return what, f"{fix}name a server that the engine can reach"
    return f"the build asks {host}, which the engine cannot reach", f"{fix}let the engine reach {host}"
