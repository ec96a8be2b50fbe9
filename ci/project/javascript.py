"""What regular expressions can tell of JavaScript and TypeScript."""

import re

_TEXT_OR_COMMENT = re.compile(
    r"""('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|//[^\n]*|/\*.*?\*/""", re.DOTALL
)


def without_comments(text: str) -> str:
    """A program without its comments; what looks like one within quotes stays."""
    return _TEXT_OR_COMMENT.sub(lambda match: match[1] or " ", text)
