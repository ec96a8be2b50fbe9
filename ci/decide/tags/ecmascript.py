"""Regular expressions of ECMAScript in Python's syntax (ECMA-262, "RegExp Objects" and annex B.1.2).

What both languages write differently is translated. What Python has no equal for, and what one reads only by accident,
is refused by name: an expression that means something else here would give an image another tag without a word.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass

DEEPEST = 50
"""Levels of parentheses."""

MOST = 65_535
"""Times that something may be repeated."""

_LINE_ENDS = "\n\r\u2028\u2029"
_SPACES = "\t\n\v\f\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_NOT_SPACES = (
    "\0-\x08\x0e-\x1f!-\x9f\xa1-\u167f\u1681-\u1fff\u200b-\u2027\u202a-\u202e\u2030-\u205e\u2060-\u2fff"
    "\u3001-\ufefe\uff00-\U0010ffff"
)
_CLASSES = {"d": r"\d", "D": r"\D", "w": r"\w", "W": r"\W", "s": _SPACES, "S": _NOT_SPACES}
_CONTROLS = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}
_ANCHORS = {
    "^": (r"\A", rf"(?<![^{_LINE_ENDS}])"),
    "$": (r"\Z", rf"(?![^{_LINE_ENDS}])"),
}
_QUANTIFIER = re.compile(r"(?:(?P<sign>[*+?])|\{(?P<least>[0-9]+)(?P<comma>,(?P<most>[0-9]*))?\})(?P<lazy>\??)")
_GROUP = re.compile(r"\(\?(?::|=|!|<=|<!|<(?P<name>[A-Za-z_$][A-Za-z0-9_$]*)>)")
_HEX = re.compile(r"\\(?:x(?P<two>[0-9A-Fa-f]{2})|u(?P<four>[0-9A-Fa-f]{4})|u\{(?P<braces>[0-9A-Fa-f]{1,6})\})")
_SYNTAX = "^$\\.*+?()[]{}|/"


@dataclass(frozen=True, kw_only=True)
class Translated:
    """An expression for Python's `re`, with its flag ASCII.

    Attributes:
        text: The expression.
        groups: Number of its groups.
        unsure: Groups that the two languages may fill differently: those in a repetition, in a lookbehind, and in what
            must not follow.
    """

    text: str
    groups: int
    unsure: frozenset[int]


def translate(body: str, *, ignore_case: bool, multiline: bool, dot_all: bool, unicode: bool) -> Translated:
    """Translate an expression.

    Args:
        body: The text between the slashes; without `unicode`, in UTF-16 code units.
        ignore_case: Flag ``i``.
        multiline: Flag ``m``.
        dot_all: Flag ``s``.
        unicode: Flag ``u``.

    Raises:
        ValueError: ECMAScript has no such expression, or Python has no equal for it; names the construct.
    """
    parser = _Parser(body, ignore_case=ignore_case, multiline=multiline, dot_all=dot_all, unicode=unicode)
    whole = parser.alternatives(0)
    if parser.place < len(body):
        raise ValueError("`)` closes no group")
    return Translated(text=whole.text, groups=parser.groups, unsure=frozenset(parser.unsure))


@dataclass(frozen=True)
class _Piece:
    """A part, translated; `empty` where it can match no character at all."""

    text: str
    empty: bool


class _Parser:
    def __init__(self, body: str, *, ignore_case: bool, multiline: bool, dot_all: bool, unicode: bool) -> None:
        self.place = 0
        self.groups = 0
        self.unsure: set[int] = set()
        self._body = body
        self._ignore_case, self._multiline, self._dot_all, self._unicode = ignore_case, multiline, dot_all, unicode
        self._closed: set[int] = set()
        self._optional: set[int] = set()
        self._names: dict[str, int] = {}
        self._behind = 0
        self._in_class = False

    def alternatives(self, depth: int) -> _Piece:
        if depth > DEEPEST:
            raise ValueError(f"it has more than {DEEPEST} parentheses in each other")
        first, pieces = self.groups, [self._sequence(depth)]
        while self._next() == "|":
            self.place += 1
            self._optional |= self._since(first)
            pieces.append(self._sequence(depth))
        if len(pieces) > 1:
            self._optional |= self._since(first)
        return _Piece("|".join(piece.text for piece in pieces), any(piece.empty for piece in pieces))

    def _sequence(self, depth: int) -> _Piece:
        pieces = []
        while self._next() not in ("", "|", ")"):
            first = self.groups
            start = self.place
            piece, repeatable = self._term(depth)
            pieces.append(self._repeated(piece, first, self._body[start : self.place], repeatable=repeatable))
        return _Piece("".join(piece.text for piece in pieces), all(piece.empty for piece in pieces))

    def _repeated(self, piece: _Piece, first: int, written: str, *, repeatable: bool) -> _Piece:
        found = _QUANTIFIER.match(self._body, self.place)
        if not found:
            return piece
        quantifier = found[0]
        if not repeatable:
            raise ValueError(f"`{quantifier}` repeats `{written}`, which matches no character")
        self.place = found.end()
        if _QUANTIFIER.match(self._body, self.place):
            raise ValueError(f"`{quantifier}` is followed by another quantifier")
        least, most = _bounds(found)
        if piece.empty:
            raise ValueError(
                f"`{written}{quantifier}` repeats what can match nothing, which JavaScript and Python do differently"
            )
        if least == 0:
            self._optional |= self._since(first)
        if most is None or most > 1:
            self.unsure |= self._since(first)
        return _Piece(f"{piece.text}{quantifier}", piece.empty or least == 0)

    def _term(self, depth: int) -> tuple[_Piece, bool]:
        """One atom or assertion, and whether it may be repeated."""
        character = self._next()
        if character == "(":
            return self._group(depth)
        if character == "[":
            return _Piece(self._class(), empty=False), True
        if character == "\\":
            return self._escape()
        if _QUANTIFIER.match(self._body, self.place):
            raise ValueError(f"`{character}` has nothing to repeat")
        self.place += 1
        if character in _ANCHORS:
            return _Piece(_ANCHORS[character][self._multiline], empty=True), False
        if character == ".":
            return _Piece("(?s:.)" if self._dot_all else f"[^{_LINE_ENDS}]", empty=False), True
        if character in "{}]" and self._unicode:
            raise ValueError(f"`{character}` needs a backslash with the flag u")
        return _Piece(self._literal(character), empty=False), True

    def _group(self, depth: int) -> tuple[_Piece, bool]:
        start, found, first = self.place, _GROUP.match(self._body, self.place), self.groups
        if self._body.startswith("(?", start) and not found:
            raise ValueError(f"`{self._body[start : start + 4]}` begins no group that JavaScript and Python share")
        opening = found[0] if found else "("
        self.place += len(opening)
        named = found["name"] if found else None
        captures = not found or named is not None
        number = 0
        if captures:
            self.groups += 1
            number = self.groups
        behind = opening in ("(?<=", "(?<!")
        self._behind += behind
        inner = self.alternatives(depth + 1)
        self._behind -= behind
        if self._next() != ")":
            raise ValueError(f"`{opening}` is not closed")
        self.place += 1
        if number:
            self._closed.add(number)
        if named is not None:
            if named in self._names:
                raise ValueError(f"the group name `{named}` is there twice")
            self._names[named] = number
        if opening in ("(?!", "(?<!", "(?<="):
            self.unsure |= self._since(first)
        asserts = opening in ("(?=", "(?!", "(?<=", "(?<!")
        text = f"{'(' if captures else opening}{inner.text})"
        return _Piece(text, empty=asserts or inner.empty), not asserts

    def _escape(self) -> tuple[_Piece, bool]:
        letter = self._body[self.place + 1 : self.place + 2]
        if letter in ("b", "B") and letter:
            self.place += 2
            return _Piece(r"\b" if letter == "b" else r"(?!\b)", empty=True), False
        reference = re.compile(r"\\(?:([1-9][0-9]*)|k<([^>]*)>)").match(self._body, self.place)
        if reference:
            self.place = reference.end()
            return _Piece(self._reference(reference), empty=True), True
        if letter in _CLASSES and letter:
            self.place += 2
            members = _CLASSES[letter]
            return _Piece(members if members.startswith("\\") else f"[{members}]", empty=False), True
        return _Piece(self._literal(self._character()), empty=False), True

    def _reference(self, found: re.Match[str]) -> str:
        numbers = {**self._names, **{str(number): number for number in self._closed}}
        number = numbers.get(found[1] or found[2], 0)
        if number not in self._closed:
            raise ValueError(f"`{found[0]}` refers to no group before it")
        if number in self._optional | self.unsure:
            raise ValueError(f"`{found[0]}` refers to a group that may have matched nothing")
        if self._ignore_case or self._behind:
            raise ValueError(
                f"`{found[0]}` refers to a group {'in a lookbehind' if self._behind else 'with the flag i'}"
            )
        return rf"(?:\{number})"

    def _character(self) -> str:
        """The character that an escape means; the position is at the backslash."""
        start = self.place
        letter = self._body[start + 1 : start + 2]
        if not letter:
            raise ValueError("`\\` at the end escapes nothing")
        self.place += 2
        if letter in _CONTROLS:
            return _CONTROLS[letter]
        if letter == "0" and not self._body[self.place : self.place + 1].isdecimal():
            return "\0"
        control = re.compile(r"\\c([A-Za-z])").match(self._body, start)
        if control:
            self.place = control.end()
            return chr(ord(control[1]) % 32)
        code = _HEX.match(self._body, start)
        if code and (not code["braces"] or self._unicode):
            self.place = code.end()
            return self._code(code)
        known = f"{_SYNTAX}-" if self._in_class else _SYNTAX
        if (letter.isascii() and letter.isalnum()) or (self._unicode and letter not in known):
            raise ValueError(_unknown_escape(letter))
        return letter

    def _code(self, found: re.Match[str]) -> str:
        number = int(found["two"] or found["four"] or found["braces"], 16)
        if number > sys.maxunicode or (self._unicode and unicodedata.category(chr(number)) == "Cs"):
            raise ValueError(f"`{found[0]}` is not a character")
        return chr(number)

    def _class(self) -> str:
        start = self.place
        self.place += 1
        inverted = self._next() == "^"
        self.place += inverted
        members = []
        self._in_class = True
        while self._next() != "]":
            if not self._next():
                raise ValueError(f"`{self._body[start : start + 20]}` is not closed by `]`")
            members.append(self._member())
        self._in_class = False
        self.place += 1
        if not members:
            return "(?s:.)" if inverted else "(?!)"
        return f"[{'^' if inverted else ''}{''.join(members)}]"

    def _member(self) -> str:
        r"""A character, a class such as ``\d``, or a range; a minus sign beside a class is a minus sign (annex B)."""
        first = self._end()
        rest = self._body[self.place : self.place + 2]
        if not rest.startswith("-") or rest in ("-", "-]"):
            return self._written(first)
        self.place += 1
        last = self._end()
        if len(first) > 1 or len(last) > 1:
            if self._unicode:
                raise ValueError("a class such as `\\w` cannot end a range")
            return f"{self._written(first)}\\-{self._written(last)}"
        if first > last:
            raise ValueError(f"the range `{first}-{last}` is out of order")
        return f"{self._literal(first)}-{self._literal(last)}"

    def _end(self) -> str:
        r"""A character of a class, or ``\d`` and the like, which have two."""
        character = self._next()
        if character != "\\":
            self.place += 1
            return character
        letter = self._body[self.place + 1 : self.place + 2]
        if letter and letter in _CLASSES:
            self.place += 2
            return f"\\{letter}"
        if letter == "b":
            self.place += 2
            return "\b"
        return self._character()

    def _written(self, member: str) -> str:
        return _CLASSES[member[1]] if len(member) > 1 else self._literal(member)

    def _literal(self, character: str) -> str:
        if self._ignore_case and not character.isascii():
            raise ValueError(f"`{character}` with the flag i: only ASCII letters are compared without their case")
        return re.escape(character)

    def _next(self) -> str:
        return self._body[self.place : self.place + 1]

    def _since(self, first: int) -> set[int]:
        return set(range(first + 1, self.groups + 1))


def _bounds(found: re.Match[str]) -> tuple[int, int | None]:
    """How often at least and at most; None for no limit."""
    if found["sign"]:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[found["sign"]]
    texts = [text for text in (found["least"], found["most"]) if text]
    if any(len(text) > len(str(MOST)) or int(text) > MOST for text in texts):
        raise ValueError(f"`{found[0]}` repeats more than {MOST} times")
    least = int(found["least"])
    most = int(found["most"]) if found["most"] else None if found["comma"] else least
    if most is not None and most < least:
        raise ValueError(f"`{found[0]}` is out of order")
    return least, most


def _unknown_escape(letter: str) -> str:
    if letter in "pP":
        return f"`\\{letter}{{…}}` is not supported; write the characters, such as [A-Za-z]"
    if letter in "AZz":
        return f"`\\{letter}` is only the letter {letter} in JavaScript; write ^ for the start and $ for the end"
    if letter.isdecimal():
        return f"`\\{letter}` is an octal number; write \\x and two hexadecimal digits"
    return f"`\\{letter}` is not an escape of JavaScript"
