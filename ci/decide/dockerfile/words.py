"""Values in the words of a Dockerfile and of its shell."""

import json
import shlex
from collections.abc import Mapping, Sequence

_MARK = "EOF"
_EXPANDED = "SC2016"
"""Rule of ShellCheck that takes a dollar between single quotes for a mistake."""

_ESCAPED = str.maketrans({char: f"\\{char}" for char in '\\"$'})


def pairs(instruction: str, values: Mapping[str, str]) -> list[str]:
    """``ENV`` or ``LABEL`` with all values, a line each; nothing for none.

    Between double quotes a backslash stands before a quote, a dollar and itself (Dockerfile reference, "Environment
    replacement").

    Args:
        instruction: its name.
        values: name to value; those of several lines have to be left out before (``single``).
    """
    if not values:
        return []
    indent = " " * (len(instruction) + 1)
    words = [f'{name}="{value.translate(_ESCAPED)}"' for name, value in values.items()]
    lines = [f"{instruction} {words[0]}", *(f"{indent}{word}" for word in words[1:])]
    return [*(f"{line} \\" for line in lines[:-1]), lines[-1]]


def single(values: Mapping[str, str]) -> dict[str, str]:
    """Those with one line: ``ENV`` and ``LABEL`` have no way to write another."""
    return {name: value for name, value in values.items() if "\n" not in value and "\r" not in value}


def listed(words: Sequence[str]) -> str:
    """The JSON form of a command, which needs no shell."""
    return json.dumps(list(words), ensure_ascii=False)


def exports(values: Mapping[str, str]) -> list[str]:
    """Variables of a shell script, a command each."""
    return [f"export {name}={shlex.quote(value)}" for name, value in values.items()]


def program(name: str, *arguments: object) -> str:
    """The shell command that runs one of the pipeline's programs; what is no text is passed as JSON."""
    texts = [one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in arguments]
    return shlex.join(["node", f"/pipeline/{name}.cjs", *texts])


def document(head: str, text: str) -> list[str]:
    """An instruction with a here-document whose text nothing expands.

    Args:
        head: the instruction up to the document, with ``{mark}`` for its beginning.
        text: of the document.
    """
    lines = text.removesuffix("\n").split("\n")
    mark = _MARK
    while mark in lines:
        mark += "_"
    return [head.format(mark=f"<<'{mark}'"), *lines, mark, ""]


def run(mounts: Sequence[str], script: Sequence[str], *ignored: str) -> list[str]:
    """``RUN`` with mounts and a shell script that ends where one of its commands fails.

    Args:
        mounts: values of ``--mount``.
        script: commands, a line or more each. Values in them are quoted, so nothing in them is expanded.
        ignored: rules of hadolint that do not hold for it.
    """
    rules = [*ignored, *([_EXPANDED] if any(sign in line for line in script for sign in "$`") else [])]
    words = [f"--mount={mount}" for mount in mounts]
    head = " \\\n    ".join([*words[:-1], f"{words[-1]} {{mark}}"]) if words else "{mark}"
    pragma = [f"# hadolint ignore={','.join(rules)}"] if rules else []
    return [*pragma, *document(f"RUN {head}", "\n".join(["set -eu", *script]))]
