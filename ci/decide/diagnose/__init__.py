"""The cause of a failed install or build, and its remedy, from what the tools printed. Pure."""

import re

from ci.decide.diagnose.causes import CERTAIN, LIKELY, first
from ci.decide.diagnose.network import fonts, hosts
from ci.decide.diagnose.types import types
from ci.decide.diagnose.variables import NOTHING, Known, missing, url
from ci.messages import Message

__all__ = ["NOTHING", "Known", "diagnose"]

_LINE = 2_000
"""Characters of a line that are looked at; a minified program may be printed as one line."""

_NO_CAUSE = re.compile(r"Failed to patch lockfile.*?^\}$", re.DOTALL | re.MULTILINE)
"""Next.js requests from the npm registry what a lockfile of another system lacks, and builds on without an answer."""


def diagnose(output: str, known: Known = NOTHING) -> Message | None:
    """Find the cause of a failure.

    Args:
        output: what the tools printed, without colours.
        known: of the app's variables.

    Returns:
        What happened, and the next step; none where nothing is recognised.
    """
    text = _NO_CAUSE.sub("", "\n".join(line[:_LINE] for line in output.splitlines()))
    return (
        first(CERTAIN, text)
        or types(text)
        or fonts(text)
        or missing(text, known)
        or url(text, known.reads)
        or hosts(text)
        or first(LIKELY, text)
    )
