"""Which values look as if they were drawn, not thought up. Pure."""

import math
import re
from collections import Counter

LENGTH = 16
"""Characters from which a value may be random."""

ENTROPY = 3.3
"""Bits a character from which a value counts as random: 32 random hexadecimal digits have 3.7, words have about 3."""


def random(value: str) -> bool:
    """Whether a value looks random: long, of letters and digits, and of high entropy."""
    mixed = re.search(r"[A-Za-z]", value) and re.search(r"\d", value)
    return len(value) >= LENGTH and bool(mixed) and entropy(value) >= ENTROPY


def entropy(text: str) -> float:
    """Shannon's entropy of the characters of a text, in bits a character."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares)
