"""Names that registries accept."""

import re

LONGEST = 128
"""Characters of a tag (OCI distribution specification 1.1, "Pulling manifests": a tag's regular expression)."""


def tag(text: str) -> str:
    """Make a tag of a text: what is not allowed becomes ``-``, not at the start; at most 128 characters."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).lstrip(".-")[:LONGEST]
