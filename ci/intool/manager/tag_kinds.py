"""Kinds of tags by name: a version, a name that is given once, or a name that moves. Pure."""

import re
from typing import Literal

from ci.intool.tags.versions import precedence

Kind = Literal["version", "once", "moving"]

ONCE = re.compile(r"(sha|commit|pr)-[0-9A-Za-z.-]+|\d{6,}([-T._]?\d+)*Z?|\d{4}-\d\d-\d\d([-T._]?\d+)*Z?")
"""Tags of one commit, one pull request, one day or one moment."""


def kind(tag: str) -> Kind:
    """The kind of a tag.

    A tag that is neither a full version (Semantic Versioning 2.0.0) nor made for one commit, pull request or moment is
    taken to move: ``latest``, ``1``, ``1.2``, ``dev``, ``nightly``, names of branches.
    """
    if precedence(tag):
        return "version"
    return "once" if ONCE.fullmatch(tag) else "moving"
