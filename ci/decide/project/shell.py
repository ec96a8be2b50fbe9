"""Commands of package.json's scripts, as far as a shell's rules are simple."""

import re
import shlex

from ci.decide.ecosystems import ECOSYSTEMS

LIST = re.compile(r"(?:npx\s+)?(?P<program>run-s|npm-run-all|run-p)\s+(?P<names>.+)")
"""Programs that run several scripts."""

SHELL = re.compile(r"\|\||[|`\n()<>]|\$\(|(?<!&)&(?!&)")
"""Signs of a command that is more than one program with arguments."""

_ASSIGNMENT = re.compile(r"\w+=\S*")
_PREFIXES = ("cross-env", "cross-env-shell", "env", "npx", "bunx", "pnpx", "exec")
_SETTERS = ("dotenv", "dotenvx", "env-cmd", "doppler", "infisical")
_MANAGERS = frozenset(ecosystem.name for ecosystem in ECOSYSTEMS)
_ELSEWHERE = ("--filter", "-F", "-w", "--workspace", "-C", "--cwd", "--prefix", "workspace")
"""Arguments of package managers that another word follows."""


def pieces(command: str) -> list[tuple[str, str]]:
    """The parts of a command that ``&&`` and ``;`` separate, each with the separator before it."""
    found, start, separator, quote, at = [], 0, "", "", 0
    while at < len(command):
        sign = command[at]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == ";" or command[at : at + 2] == "&&":
            found.append((separator, command[start:at].strip()))
            separator = ";" if sign == ";" else "&&"
            at += len(separator) - 1
            start = at + 1
        at += 1
    found.append((separator, command[start:].strip()))
    return [(before, piece) for before, piece in found if piece]


def plain(command: str) -> list[str]:
    """The words of a command without what only prepares its surroundings: variables, runners, package managers."""
    words = words_of(command)
    while words and (less := _unwrapped(words)) != words:
        words = less
    return [words[0].rpartition("node_modules/.bin/")[2], *words[1:]] if words else []


def _unwrapped(words: list[str]) -> list[str]:
    """The same without the first wrapper."""
    first, following = words[0], words[1] if words[1:] else ""
    if _ASSIGNMENT.fullmatch(first) or first in _PREFIXES or (first.startswith("-") and following):
        return words[1:]
    if first in _SETTERS and "--" in words:
        return words[words.index("--") + 1 :]
    if first in _MANAGERS and following in ("exec", "dlx", "x", "--bun"):
        return words[2:]
    if first in _MANAGERS and following == "run":
        return words[2:]
    if first in _MANAGERS and following and not following.startswith("-"):
        return words[1:]
    return words


def called(piece: str) -> str:
    """The script that a piece calls by a package manager; empty where it calls none."""
    words = [word for word in words_of(piece) if not _ASSIGNMENT.fullmatch(word)]
    if not words or words[0] not in _MANAGERS:
        return ""
    rest, at = words[1:], 0
    while at < len(rest):
        word = rest[at]
        if word in _ELSEWHERE:
            at += 2
        elif word.startswith("-") or word in ("run", "run-script"):
            at += 1
        else:
            return word
    return ""


def owner(piece: str) -> str:
    """The package whose script a piece calls; empty for that of the script itself."""
    match = re.search(r"(?:--filter|-F|--workspace|-w|\bworkspace)[ =]['\"]?([@\w][@\w./-]*)", piece)
    return match[1] if match else ""


def words_of(command: str) -> list[str]:
    """The words of a command, without quotes."""
    try:
        return shlex.split(command)
    except ValueError:
        return command.split()
