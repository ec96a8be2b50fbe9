"""The router and the candidates for the health path, from the files below ``app`` and ``pages``."""

import posixpath
import re
from collections.abc import Iterator, Sequence

WORDS = (
    *("health", "healthz", "healthcheck", "liveness", "livez", "readiness", "readyz"),
    *("live", "ready", "ping", "status"),
)
"""Last part of a health path, the best first."""

_VAGUE = WORDS[-4:]
"""Words that name a health path only directly below the root, ``/api`` or a version."""

_APP = re.compile(r"(src/)?app/(.*/)?(page|route|layout)\.(tsx?|jsx?|mdx)")
_PAGES = re.compile(r"(src/)?pages/.+\.(tsx?|jsx?|mdx)")
_ROUTE = re.compile(r"(?:src/)?app/(?P<path>.+)/route\.[jt]sx?")
_API = re.compile(r"(?:src/)?pages/(?P<path>api/.+?)(?:/index)?\.[jt]sx?")
_SEGMENT = re.compile(r"(src/)?app/(.*/)?(page|route|layout|sitemap|robots)\.[jt]sx?")
_GROUP = re.compile(r"\([^.)]+\)")
_HELLO = "/api/hello"


def router(paths: Sequence[str], app: str) -> tuple[str, str]:
    """The router, ``app``, ``pages`` or ``app and pages``, and the directories that show it; empty where there is none.

    Args:
        paths: files of the source.
        app: directory of the app.
    """
    found: dict[str, str] = {}
    for path in sorted(_below(paths, app)):
        for name, pattern in (("app", _APP), ("pages", _PAGES)):
            match = pattern.fullmatch(path)
            if match:
                found.setdefault(name, posixpath.normpath(f"{app}/{match[1] or ''}{name}"))
    return " and ".join(sorted(found)), ", ".join(found[name] for name in sorted(found))


def health(paths: Sequence[str], app: str, base: str = "", *, trailing_slash: bool = False) -> dict[str, str]:
    """Candidates for the health path, the best first, with their files; the last one is the start page, which has none.

    Args:
        paths: files of the source.
        app: directory of the app.
        base: what all of the app's paths start with.
        trailing_slash: whether they end with a slash.
    """
    files = {url: posixpath.normpath(f"{app}/{path}") for path in sorted(_below(paths, app)) for url in _urls(path)}
    ranked = [url for _, url in sorted((rank, url) for url in files for rank in _ranks(url))]
    hello = [_HELLO] if _HELLO in files else []
    end = "/" if trailing_slash else ""
    return {**{f"{base}{url}{end}": files[url] for url in [*ranked, *hello]}, f"{base}{end}" or "/": ""}


def segments(paths: Sequence[str], app: str) -> tuple[str, ...]:
    """Files of the app router whose exports say how their part of the app is made, sorted.

    Args:
        paths: files of the source.
        app: directory of the app.
    """
    found = (path for path in _below(paths, app) if _SEGMENT.fullmatch(path))
    return tuple(sorted(posixpath.normpath(f"{app}/{path}") for path in found))


def _below(paths: Sequence[str], app: str) -> Iterator[str]:
    prefix = "" if app == "." else f"{app}/"
    return (path.removeprefix(prefix) for path in paths if path.startswith(prefix))


def _urls(path: str) -> Iterator[str]:
    """The URL path of a route's file; none where a part of it is not fixed, or keeps it from being a route."""
    match = _ROUTE.fullmatch(path) or _API.fullmatch(path)
    if match:
        parts = [part for part in match["path"].split("/") if not _GROUP.fullmatch(part)]
        other = ("[", "(", "@", "_") if match.re is _ROUTE else ("[",)
        if parts and not any(part.startswith(other) for part in parts):
            yield "/" + "/".join(parts)


def _ranks(url: str) -> Iterator[tuple[int, int]]:
    parts = [part for part in url.strip("/").split("/") if not re.fullmatch(r"api|v\d+", part)]
    word = re.sub(r"[-_.]", "", parts[-1]).lower() if parts else ""
    if word in WORDS and (len(parts) == 1 or word not in _VAGUE or parts[-2] in WORDS):
        yield WORDS.index(word), url.count("/")
