"""Words of a Dockerfile: quotes, escapes and variables, as the reference of the Dockerfile format has them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_WORD = re.compile(r"""(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\]|['"\\])+""", re.DOTALL)
_PIECE = re.compile(
    r"""(?P<escaped>\\.)|(?P<quote>["'])|\$(?P<name>\w+)|\$\{(?P<braced>\w+)"""
    r"""(?:(?P<how>:?[-+])(?P<other>[^{}]*))?\}|(?P<text>[^'"\\$]+|.)""",
    re.DOTALL | re.ASCII,
)


@dataclass(frozen=True, kw_only=True)
class Text:
    """A word after its variables were put in.

    Attributes:
        value: of the word; an unknown variable is empty.
        unknown: names of variables whose value is not in the file.
    """

    value: str
    unknown: tuple[str, ...] = ()


def split(text: str) -> list[str]:
    """The words of a line, with their quotes."""
    return _WORD.findall(text)


def expand(word: str, known: Mapping[str, Text], *, quotes: bool = True) -> Text:
    """A word without quotes, and with the values of its variables.

    Args:
        word: as the file has it.
        known: values of variables.
        quotes: whether quotes are those of the format; in the JSON form they are part of the text.
    """
    parts: list[str] = []
    unknown: list[str] = []
    inside, at = False, 0
    while piece := _PIECE.match(word, at):
        at = piece.end()
        name = piece["name"] or piece["braced"]
        if name:
            value, missing = _variable(piece, name, known)
            parts.append(value)
            unknown += missing
        elif quotes and piece["escaped"]:
            keep = inside and piece["escaped"][1] not in '"\\$'
            parts.append(piece["escaped"] if keep else piece["escaped"][1:])
        elif quotes and piece["quote"] == "'" and not inside:
            end = word.find("'", at)
            end = len(word) if end < 0 else end
            parts.append(word[at:end])
            at = end + 1
        elif quotes and piece["quote"] == '"':
            inside = not inside
        else:
            parts.append(piece[0])
    return Text(value="".join(parts), unknown=tuple(dict.fromkeys(unknown)))


def _variable(piece: re.Match[str], name: str, known: Mapping[str, Text]) -> tuple[str, tuple[str, ...]]:
    found = known.get(name)
    how, other = piece["how"] or "", piece["other"] or ""
    there = found is not None and (bool(found.value) or bool(found.unknown) or ":" not in how)
    if how.endswith("+"):
        return (other if there else ""), ()
    if found is not None and there and not (found.unknown and how):
        return found.value, found.unknown
    return (other, ()) if how else ("", (name,) if found is None else ())
