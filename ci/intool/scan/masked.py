"""The texts that Trivy took for secrets: its report shows them as asterisks, and the file has them. Pure."""

import re
from collections.abc import Mapping, Sequence

from ci.intool.scan.results import Secret

LEAST = 16
"""Bytes of a text that is searched for: a shorter one could be in a package by chance."""

CANDIDATES = 50
"""Texts of one line that what Trivy shows may stand for; with more of them it says nothing."""

Key = tuple[str, str, str]
"""Rule, path and layer of secrets."""

_MASK = re.compile(r"(\*+)")
_CUT = "\ufffd"
"""What a character becomes that Trivy cut in two at the end of what it shows."""


def texts_of(secrets: Sequence[Secret], content: Mapping[tuple[str, str], bytes]) -> dict[Key, set[bytes]]:
    """What a rule matched in each file; an empty set where any of it is not known.

    Args:
        secrets: of files in layers.
        content: layer and path to the file.
    """
    found: dict[Key, set[bytes]] = {}
    unknown: set[Key] = set()
    for one in secrets:
        key = (one.rule, one.path, one.layer)
        texts = masked(one, content.get((one.layer, one.path), b""))
        found.setdefault(key, set()).update(texts)
        unknown |= set() if texts else {key}
    return {key: set() if key in unknown else texts for key, texts in found.items()}


def masked(secret: Secret, content: bytes) -> set[bytes]:
    """The texts that Trivy shows as asterisks, from the line that it shows; empty where they are not known.

    Trivy writes an asterisk for each byte of a secret, and of a long line only what is around it.

    Args:
        secret: with a line, and what Trivy shows of it.
        content: of the file.
    """
    if not secret.line or secret.line != secret.end:
        return set()
    line = b"".join(content.split(b"\n", secret.line)[secret.line - 1 : secret.line])
    parts = _MASK.split(secret.match.strip(_CUT))
    if len(parts) == 1:
        return set()
    pattern = b"".join(b"(.{%d})" % len(p) if n % 2 else re.escape(p.encode()) for n, p in enumerate(parts))
    texts: set[bytes] = set()
    for place in re.finditer(b"(?s)(?=(?P<all>%b))" % pattern, line):
        texts |= {text.strip(b"*") for text in _whole(place, parts, line)} - {b""}
        if len(texts) > CANDIDATES or any(len(text) < LEAST for text in texts):
            return set()
    return texts


def _whole(place: re.Match[bytes], parts: Sequence[str], line: bytes) -> Sequence[bytes]:
    """What stands for the asterisks, without neighbours that are cut: the secret itself is cut by the line alone."""
    begin, end = place.span("all")
    cut_before, cut_after = begin > 0 and not parts[0], end < len(line) and not parts[-1]
    texts = place.groups()[1:]
    return texts[cut_before : len(texts) - cut_after]
