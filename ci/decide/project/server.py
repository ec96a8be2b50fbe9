"""The server that the app's ``start`` script runs."""

import posixpath
import re

_ASSIGNMENTS = r"(?:(?:exec|env|cross-env|cross-env-shell)\s+)*(?:\w+=\S*\s+)*"
_WITH_VALUE = r"(?:-r|--require|--import|--loader|--experimental-loader|-C|--conditions)"
_FLAGS = rf"(?:{_WITH_VALUE}\s+\S+\s+|-(?!e\b|p\b|-eval|-print)\S+\s+)*+"
_NODE = re.compile(rf"{_ASSIGNMENTS}node\s+{_FLAGS}(?P<file>[^\s-]\S*)")
_OTHER = re.compile(rf"{_ASSIGNMENTS}(?:npx\s+)?(?P<runner>tsx|ts-node|ts-node-dev|nodemon|pm2|pm2-runtime)\s")
_NEXT = re.compile(r"(^|/)(\.next|node_modules)/|^\.\.|^/")


def custom(start: str) -> str:
    """The app's own server, relative to the app; empty where ``start`` runs Next.js' or an unknown one.

    It is what node takes: a file, a file without ``.js``, or a directory. The build may write it, so which of them it
    is, is known when the payload is packed (``ci/programs/entry.cjs``).

    Args:
        start: the script.
    """
    match = _NODE.match(_last(start))
    if not match:
        return ""
    file = posixpath.normpath(match["file"].strip("'\""))
    return "" if _NEXT.search(file) or file == "." else file


def foreign(start: str) -> str:
    """Program by which ``start`` runs a server that node alone does not run; empty where it uses none."""
    match = _OTHER.match(_last(start))
    return match["runner"] if match else ""


def _last(script: str) -> str:
    """The last command of a script: what comes before it prepares."""
    return re.split(r"&&|;|\|\|", script)[-1].strip()
