"""Whether the symbolic links of a tree stay in it. Pure."""

from collections.abc import Mapping

MOST = 40
"""Links on the way to a file, as Linux follows them (path_resolution(7))."""


def escape(links: Mapping[str, str]) -> str:
    """The first link that leads out of its tree, or in a circle; "" if there is none.

    Links are followed over other links, since ``a/b/..`` is not ``a`` where ``b`` is one.

    Args:
        links: path to target; the tree is the first part of the path.
    """
    return next((path for path in links if not _stays(path, links)), "")


def _stays(path: str, links: Mapping[str, str]) -> bool:
    top, *below = path.split("/")
    here: list[str] = []
    waiting = below[::-1]
    followed = 0
    while waiting:
        part = waiting.pop()
        if part in ("", "."):
            continue
        if part == "..":
            if not here:
                return False
            here.pop()
            continue
        here.append(part)
        target = links.get("/".join((top, *here)))
        if target is None:
            continue
        followed += 1
        if target.startswith("/") or followed > MOST:
            return False
        here.pop()
        waiting += target.split("/")[::-1]
    return followed > 0
