"""The colour of each layer, the same in every picture. Pure."""

from collections.abc import Sequence

from ci.intool.oci.layers import ORDER

NAMES: Sequence[str] = ("base", *ORDER)
"""Layers, lowest first; style.css has a colour for each, and one more for any other."""


def colour(layer: str) -> str:
    """The class of style.css.

    Args:
        layer: its name.
    """
    return f"layer-{NAMES.index(layer) if layer in NAMES else len(NAMES)}"
