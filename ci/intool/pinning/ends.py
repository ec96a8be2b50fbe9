"""The ends of support of the products in an image. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ci.intool.pinning.days import given

_NAMED = (
    ("node", re.compile(r"/node(?:js)?:?(\d+)")),
    ("debian", re.compile(r"debian:?(\d+)")),
    ("python", re.compile(r"/python:(\d+\.\d+)")),
)
_SUITES = {"bookworm": "debian12", "trixie": "debian13"}


@dataclass(frozen=True, kw_only=True)
class End:
    """The end of a product's support.

    Attributes:
        product: such as ``node22`` or ``debian12``.
        day: the last day of support.
    """

    product: str
    day: date


def products(reference: str) -> tuple[str, ...]:
    """The products in an image by its name and tag, such as ``node22`` and ``debian12``."""
    name = reference.partition("@")[0]
    numbered = [f"{product}{found[1]}" for product, pattern in _NAMED if (found := pattern.search(name))]
    return tuple(dict.fromkeys([*numbered, *(product for suite, product in _SUITES.items() if suite in name)]))


def eol(reference: str, ends: Mapping[str, str]) -> tuple[End, ...]:
    """Ends of support of the products in an image, the earliest first.

    Args:
        reference: of the image, with its tag.
        ends: product to the last day of its support, ISO 8601: table ``eol`` of ``pins.toml``.

    Raises:
        Failure: an end is not a day.
    """
    known = [name for name in products(reference) if name in ends]
    return tuple(
        sorted((End(product=name, day=given(ends[name], f"eol.{name}")) for name in known), key=lambda end: end.day)
    )
