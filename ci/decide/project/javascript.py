"""Reading JavaScript and TypeScript with regular expressions."""

import re

_TEXT_OR_COMMENT = re.compile(
    r"""('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\\.)|//[^\n]*|/\*.*?(?:\*/|(?P<open>\Z))""",
    re.DOTALL,
)
"""No piece is looked at twice: neither a quote behind a backslash, nor what follows a comment without an end."""


def without_comments(text: str) -> str:
    """A program without its comments; what looks like one within quotes stays, and so does one without an end."""
    return _TEXT_OR_COMMENT.sub(_kept, text)


def _kept(match: re.Match[str]) -> str:
    return match[0] if match["open"] is not None else match[1] or " "
