"""Which layer of an image a file of the app belongs to. Pure."""

import posixpath

ORDER = ("node_modules", "server", "static", "public")
"""Own layers, lowest first: what changes least often is lowest, so that most releases send the least."""


def layer_of(path: str, app: str, dist: str) -> str:
    """Decide the layer of a file.

    Files for browsers are decided first: a ``node_modules`` below ``public`` is not a package of the server.

    Args:
        path: below the payload, with ``/`` between the parts.
        app: directory of the Next.js app below the payload, ``.`` for the payload itself.
        dist: directory of the build below the payload; that of a static export has its assets in ``_next/static``.

    Returns:
        One of ``ORDER``.
    """
    if _within(path, posixpath.join(app, "public")):
        return "public"
    if any(_within(path, posixpath.join(dist, assets)) for assets in ("static", "_next/static")):
        return "static"
    return "node_modules" if "node_modules" in path.split("/") else "server"


def _within(path: str, directory: str) -> bool:
    top = posixpath.normpath(directory)
    return path == top or path.startswith(f"{top}/")
