"""What the page shows beside the verdicts: the image and its variables. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Details:
    """What is known of an image, as far as a run knows it; what is empty is not shown.

    Attributes:
        platforms: platform to ``digest``, ``size`` and ``layers`` (``name`` and ``size``), in bytes, compressed.
        payload: ``bytes``, ``standalone`` and ``removed`` of the files on top of the base.
        variables: what the bundle does with each variable: ``name`` and ``where``, as ``programs/env.cjs`` has them.
        files: platform to ``layer``, ``package`` and ``bytes`` of the files, before compression
            (``ci.intool.checks.contents``).
        budget: MB (10^6 bytes) that the files may have before compression; 0 for any number.
    """

    platforms: Mapping[str, Any] = field(default_factory=dict)
    payload: Mapping[str, Any] = field(default_factory=dict)
    variables: Sequence[Mapping[str, Any]] = ()
    files: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    budget: int = 0
