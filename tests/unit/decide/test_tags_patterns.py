"""Regular expressions as JavaScript reads them: what Node.js matches, or a refusal that names the construct."""

import json
import random
import subprocess
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import pytest

from ci.decide.tags.patterns import parse

Node = Callable[[Sequence[tuple[str, str]]], list[Any]]

ASK = """
const out = JSON.parse(require('fs').readFileSync(0, 'utf8')).map(([pattern, text]) => {
  try {
    const slashes = pattern.match(/^\\/(.+)\\/(.*)$/)
    const found = text.match(slashes ? new RegExp(slashes[1], slashes[2]) : pattern)
    return found && Array.from(found, (one) => (one === undefined ? null : one))
  } catch (error) {
    return String(error)
  }
})
process.stdout.write(JSON.stringify(out))
"""
"""What docker/metadata-action does with a pattern, as a program: the match and its groups, null, or the error."""

TEXTS = [
    *("", "a", "b", "aab", "abab", "A", "v1.2.3", "V1.2.3-rc.1", "p1/v1.2.3", "20200110-RC2", "a{,3}", "aaa", "a}b]c"),
    *(
        "x\ny",
        "x\n",
        "\nx",
        "x\ry",
        "x\u2028y",
        "a b",
        "a\xa0b",
        "\ufeffa",
        "\u180ea",
        "\x08",
        "-",
        "_",
        "w-.",
        "\\",
        "/",
        "[a]",
    ),
    *(
        "é",
        "É",
        "\u017f",
        "\u212a",
        "k",
        "s",
        "٣",
        "😀",
        "a😀b",
        "\ud83d",
        "zaacbbbcac",
        "aXbXc",
        "release-1.2",
        "é1",
        "\x01",
        "\x00",
        "k<n>",
    ),
]

SHARED = [
    *(
        "v(.*)",
        r"\d.\d.\d",
        r"v(\d.\d.\d)$",
        r"^app-v(.*)$",
        r"\d{8}",
        r"\d{2,}",
        r"(?<all>.*)",
        r"(?<a>a)(?<b>b)?",
        "a{,3}",
    ),
    *(
        "a{",
        "a{1",
        "{a}",
        "a}b]c",
        "]",
        "^$",
        "^",
        "$",
        "x$",
        "^x",
        "x.y",
        r"x\sy",
        r"a\sb",
        r"a\Sb",
        r"[\s]",
        r"[\S]",
        r"[^\s]",
    ),
    *(
        r"[\w-.]+",
        r"[a-\d]+",
        r"[\d-\w]+",
        r"[-a]+",
        r"[a-]+",
        r"[+--]+",
        "[[a]+",
        r"[\]a]+",
        "[]",
        "[^]",
        "[]a",
        "[^]a",
        r"[\b]",
        r"\bv",
        r"\Bb",
        r"\B",
    ),
    *(
        r"\-",
        r"\/",
        r"\_",
        r"\x61",
        r"\u0061",
        r"\cA",
        r"\0",
        r"[\cA]",
        r"(a)\1",
        r"(?<n>a)\k<n>",
        r"(?:(a)\1|b)+",
        "a|ab",
        "(a|ab)(c|bcd)*",
    ),
    *(
        "/A/i",
        "/[a-z]+/i",
        "/^x$/m",
        "/^y/m",
        "/x$/m",
        "/x.y/s",
        "/./s",
        "/./u",
        "/^.$/u",
        "/^.$/",
        "/^..$/",
        "/a.b/u",
        "/^a.b$/",
        "/k/i",
        "/s/i",
        "/[^a]/i",
    ),
    *(
        "/\\d/g",
        "/a/gi",
        "/a*/g",
        "/x?/g",
        "/a/y",
        "/b/y",
        "/[a-b]+/gi",
        "/\\u{61}/u",
        "/[\\u{1F600}]/u",
        "/a/d",
        "/é/",
        "/😀/",
        "/[😀]/u",
        "/[😀]/",
    ),
    *(
        "a*?b",
        "a+?",
        "a{1,2}?",
        "(?=a)a",
        "a(?!b)",
        "(?<=v)1",
        "(?<!v)1",
        "(?<=[a-z]{2})b",
        "(?:a|b)+",
        "(a)?b",
        "(?:(a)|b)",
        "(|a)",
        "a||b",
        "()",
        "(?:)",
    ),
    *(
        r"[\d.]+",
        r"(\d+)\.(\d+)",
        r"\.",
        r"[.]",
        r"#",
        r"[&&]",
        r"[a||b]+",
        r"[~~]",
        r"\w\W",
        r"\D+",
        r"[^\d]+",
        r"[\W_]+",
        "a{2}",
        "a{0}",
        "a{0,1}b",
        "a{02}",
    ),
    *(
        r"(?:\d+\.)+",
        r"(\d+\.)*\d+",
        r"((?:\d+\.)*)\d",
        r"\$",
        r"\^",
        r"v(?<major>\d+)\.(?<minor>\d+)",
        "/^P1/V(\\d.\\d.\\d)$/i",
        r"[!-~]+",
        r"[\x00-\x1f]",
        r"é?",
    ),
]
"""Both languages have it, perhaps in other words."""

REFUSED = {
    r"\Av": r"`\A` is only the letter A in JavaScript; write ^ for the start and $ for the end",
    r"v\Z": r"`\Z` is only the letter Z",
    r"\p{L}": r"`\p{…}` is not supported; write the characters, such as [A-Za-z]",
    r"/\p{L}/u": r"`\p{…}` is not supported",
    r"\k<n>": r"`\k<n>` refers to no group before it",
    r"\1(a)": r"`\1` refers to no group before it",
    r"(a)?\1": r"`\1` refers to a group that may have matched nothing",
    r"(?:(a)|b)\1": r"`\1` refers to a group that may have matched nothing",
    r"(?:(a)|\1b)": r"`\1` refers to a group that may have matched nothing",
    r"/(a)\1/i": r"`\1` refers to a group with the flag i",
    r"(?<=(a)\1)b": r"`\1` refers to a group in a lookbehind",
    r"\07": r"`\0` is an octal number; write \x and two hexadecimal digits",
    r"[\1]": r"`\1` is an octal number",
    r"\a": r"`\a` is not an escape of JavaScript",
    r"\u{61}": r"`\u` is not an escape of JavaScript",
    r"\c1": r"`\c` is not an escape of JavaScript",
    "\\": "`\\` at the end escapes nothing",
    "(?P<n>a)": "`(?P<` begins no group that JavaScript and Python share",
    "(?>a)": "`(?>a` begins no group",
    "(?#a)": "`(?#a` begins no group",
    "(?i)a": "`(?i)` begins no group",
    "(?i:a)": "`(?i:` begins no group",
    "(?<n>a)|(?<n>b)": "the group name `n` is there twice",
    "(?<é>a)": "`(?<é` begins no group",
    "a++": "`+` is followed by another quantifier",
    "a*+": "`*` is followed by another quantifier",
    "a{2}{3}": "`{2}` is followed by another quantifier",
    "*a": "`*` has nothing to repeat",
    "{2}": "`{` has nothing to repeat",
    "^*": "`*` repeats `^`, which matches no character",
    r"\b+": r"`+` repeats `\b`, which matches no character",
    "(?=a)*": "`*` repeats `(?=a)`, which matches no character",
    "(a*)*": "`(a*)*` repeats what can match nothing",
    "(?:|a)+": "`(?:|a)+` repeats what can match nothing",
    "(a?)?": "`(a?)?` repeats what can match nothing",
    "a{3,1}": "`{3,1}` is out of order",
    "a{99999999999}": "repeats more than 65535 times",
    "[z-a]": "the range `z-a` is out of order",
    "[a": "`[a` is not closed by `]`",
    "(a": "`(` is not closed",
    "(?<=a": "`(?<=` is not closed",
    "a)": "`)` closes no group",
    "(?<=a+)b": "look-behind requires fixed-width pattern",
    "/é/i": "`é` with the flag i: only ASCII letters are compared without their case",
    r"/[\xe0-\xfe]/i": "with the flag i: only ASCII letters",
    "/a/v": "unknown flag `v`; known: i, m, s, g, u, y, d",
    "/a/1": "unknown flag `1`",
    "/a/ii": "the flag `i` is there twice",
    "/a/iu": "the flags `i` and `u` together are not supported",
    "/a/gy": "the flags `g` and `y` together are not supported",
    r"/\-/u": r"`\-` is not an escape of JavaScript",
    r"/a}/u": "`}` needs a backslash with the flag u",
    r"/[\w-a]/u": "a class such as `\\w` cannot end a range",
    r"/\ud83d/u": r"`\ud83d` is not a character",
    r"/\u{110000}/u": "is not a character",
    "(" * 60 + ")" * 60: "it has more than 50 parentheses in each other",
}


@pytest.fixture
def ask(node: str) -> Node:
    """Ask Node.js for the matches of patterns in texts."""

    def asked(pairs: Sequence[tuple[str, str]]) -> list[Any]:
        done = subprocess.run([node, "-e", ASK], input=json.dumps(pairs), capture_output=True, text=True, check=True)
        found: list[Any] = json.loads(done.stdout)
        return found

    return asked


def same(pattern: str, text: str, theirs: Any) -> bool:
    """Whether the same is found; groups that are not sure may differ, since no rule may ask for them."""
    expression = parse(pattern)
    ours = expression.find(text)
    if ours is None or theirs is None:
        return ours is None and theirs is None
    unsure = set() if "g" in expression.flags else expression.unsure
    sure = [number for number in range(len(ours)) if number not in unsure]
    return len(ours) == len(theirs) and all(ours[n] == _replaced(theirs[n]) for n in sure)


def _replaced(text: str | None) -> str | None:
    """Half of a surrogate pair, which no name may have, as the character that replaces it."""
    return text if text is None else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def test_what_node_finds_is_found(ask: Node) -> None:
    pairs = list(product(SHARED, TEXTS))
    results = zip(pairs, ask(pairs), strict=True)
    assert [(pair, theirs) for pair, theirs in results if not same(*pair, theirs)] == []


@pytest.mark.parametrize(("pattern", "said"), REFUSED.items())
def test_what_is_refused_is_named(pattern: str, said: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011
        parse(pattern)
    assert said in str(error.value)


ATOMS = [
    "a",
    "b",
    "c",
    ".",
    r"\d",
    r"\w",
    "[ab]",
    "[^a]",
    r"[\w-.]",
    r"\b",
    "^",
    "$",
    "-",
    r"\.",
    "1",
    "{",
    "]",
    "[]",
    r"\1",
    r"\2",
    "é",
    r"\s",
]
QUANTIFIERS = ["", "", "", "", "*", "+", "?", "{2}", "{1,}", "{,2}", "*?", "+?", "??", "{0,2}"]
GROUPS = ["(", "(?:", "(?=", "(?!", "(?<n>", "(?<=", "(?<!"]


def written(draw: random.Random, depth: int = 0) -> str:
    """An expression at random."""
    terms = []
    for _ in range(draw.randint(1, 3)):
        inner = depth < 3 and draw.random() < 0.4
        atom = f"{draw.choice(GROUPS)}{written(draw, depth + 1)})" if inner else draw.choice(ATOMS)
        terms.append(atom + draw.choice(QUANTIFIERS))
    sequence = "".join(terms)
    return f"{sequence}|{written(draw, depth + 1)}" if depth < 3 and draw.random() < 0.2 else sequence


def test_expressions_at_random_are_read_as_node_does_or_refused(ask: Node) -> None:
    draw = random.Random(13)  # noqa: S311
    patterns = [f"/{text}/{draw.choice(FLAGS)}" for text in (written(draw) for _ in range(6000))]
    known = [pattern for pattern in patterns if readable(pattern)]
    assert len(known) > 1500
    pairs = [(pattern, "".join(draw.choices("aAbc1.-é \n{,}", k=length))) for pattern in known for length in (1, 3, 6)]
    results = zip(pairs, ask(pairs), strict=True)
    assert [(pair, theirs) for pair, theirs in results if not same(*pair, theirs)] == []


FLAGS = ["", "", "i", "m", "s", "g", "u", "y", "gims"]


def readable(pattern: str) -> bool:
    """Whether it is not refused."""
    try:
        return bool(parse(pattern))
    except ValueError:
        return False
