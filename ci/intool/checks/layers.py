"""LAY-03 to LAY-06: layers and history."""

import re
from collections.abc import Iterator

from ci.intool.checks.definition import Fault, check
from ci.intool.checks.image import CheckedImage
from ci.intool.oci.layers import ORDER
from ci.intool.policy import Setting

MOST = 12
"""Layers of an image at most."""

_ARGUMENT = re.compile(r"(?:^|\s)(?:\|\d+\s|ARG\s)")
"""How builders write arguments: classic Docker ``|2 A=1 B=2 /bin/sh``, BuildKit ``ARG A=1`` too."""


@check("LAY-03")
def whiteouts(image: CheckedImage) -> Iterator[Fault]:
    """No layer deletes files of a lower one."""
    for number, layer in enumerate(image.layers):
        for path in layer.whiteouts:
            yield path, f"deletes something in layer {number}"


@check("LAY-04")
def order(image: CheckedImage) -> Iterator[Fault]:
    """There are few layers: the base's first, then the pipeline's, those that change least first."""
    if len(image.layers) > MOST:
        yield Setting(key="layers"), f"are {len(image.layers)}, more than {MOST}"
    own = image.layer_names[image.below :]
    if unknown := [name for name in own if name not in ORDER]:
        yield Setting(key="layers"), f"above the base's are not the pipeline's by the history ({', '.join(unknown)})"
    elif [ORDER.index(name) for name in own] != sorted({ORDER.index(name) for name in own}):
        yield Setting(key="layers"), f"are in the order {', '.join(own)}, not {', '.join(ORDER)}"


@check("LAY-05")
def history(image: CheckedImage) -> Iterator[Fault]:
    """The history holds no build arguments; their values are not printed."""
    for number, entry in enumerate(image.config.get("history") or []):
        if _ARGUMENT.search(str(entry.get("created_by") or "")):
            yield Setting(key=f"history[{number}]"), "contains build arguments"


@check("LAY-06")
def base(image: CheckedImage) -> Iterator[Fault]:
    """The lowest layers have the base's diff ids, in order; engines refuse a layer that does not match its diff id."""
    known = image.expected.base_layers.get(image.platform, ())
    for number, (expected, found) in enumerate(zip(known, image.config["rootfs"]["diff_ids"], strict=False)):
        if expected != found:
            yield Setting(key=f"layers[{number}]"), f"is {found}, not the base's {expected}"
    if len(image.layers) < len(known):
        yield Setting(key="layers"), f"are {len(image.layers)}, fewer than the {len(known)} of the base"


def size(image: CheckedImage) -> int:
    """Bytes of all files of all layers, before compression."""
    return sum(layer.size for layer in image.layers)
