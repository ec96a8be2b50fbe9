"""``NODE_OPTIONS`` of an app beside the pipeline's own."""

import re

_WORD = re.compile(r'(?:[^\s"]|"(?:\\.|[^"\\])*")+')
_QUOTED = re.compile(r'"((?:\\.|[^"\\])*)"')
_NAMES = ("-r", "--require")


def preloads(options: str) -> tuple[str, tuple[str, ...]]:
    """Take the modules that Node.js loads first out of its options.

    Next.js 15 and 16 write two ``--require`` as one name when they hand the options to their workers, so the pipeline's
    own program loads those of the app.

    Args:
        options: value of ``NODE_OPTIONS``, whose words may have parts in double quotes (Node.js, "Command-line API").

    Returns:
        The other options, and the modules in their order.
    """
    kept: list[str] = []
    modules: list[str] = []
    words = iter(_WORD.findall(options))
    for word in words:
        name, equals, value = word.partition("=")
        if name in _NAMES:
            modules.append(_unquoted(value if equals else next(words, "")))
        else:
            kept.append(word)
    return " ".join(kept), tuple(filter(None, modules))


def _unquoted(word: str) -> str:
    return _QUOTED.sub(lambda found: re.sub(r"\\(.)", r"\1", found[1]), word)
