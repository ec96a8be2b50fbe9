"""The image: size and layers of each platform, and what was left out of the app. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from ci.report.html.details import Details
from ci.report.html.markup import Markup, Section, joined, table, tag
from ci.report.summary import megabytes

SVG = "http://www.w3.org/2000/svg"

WIDTH, HEIGHT = 960, 28
"""Units of the picture of the layers."""

COLOURS = 6
"""Colours of layers in style.css; then they begin again."""


def image(details: Details) -> list[Section]:
    """The section; none where nothing is known of the image.

    Args:
        details: what is known of it.
    """
    parts = [
        *(part for name, facts in details.platforms.items() for part in _platform(name, facts)),
        *_payload(details.payload),
    ]
    return [Section(name="image", title="Image", content=joined(parts))] if parts else []


def _platform(name: str, facts: Mapping[str, Any]) -> Iterator[Markup]:
    layers: Sequence[Mapping[str, Any]] = facts["layers"]
    size = sum(layer["size"] for layer in layers) or 1
    yield tag("h3", f"{name}: {megabytes(facts['size'])} compressed")
    yield _bar(name, layers, size)
    rows = [
        (_key(number, layer["name"]), megabytes(layer["size"]), f"{100 * layer['size'] / size:.0f} %")
        for number, layer in enumerate(layers)
    ]
    yield table(f"Layers of {name}", ("layer", "compressed", "share"), rows, right=(1, 2))


def _bar(name: str, layers: Sequence[Mapping[str, Any]], size: int) -> Markup:
    """The layers as one bar, to scale."""
    widths = [WIDTH * layer["size"] / size for layer in layers]
    starts = accumulate(widths, initial=0.0)
    shapes = [
        tag(
            "rect",
            tag("title", f"{layer['name']}: {megabytes(layer['size'])}"),
            x=f"{start:.1f}",
            y="0",
            width=f"{width:.1f}",
            height=str(HEIGHT),
            class_=_colour(number),
        )
        for number, (layer, start, width) in enumerate(zip(layers, starts, widths, strict=False))
    ]
    return tag(
        "svg",
        *shapes,
        xmlns=SVG,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        preserveAspectRatio="none",
        class_="layers",
        role="img",
        aria_label=f"Layers of {name} by size",
    )


def _key(number: int, name: str) -> Markup:
    square = tag("rect", width="10", height="10", class_=_colour(number))
    key = tag("svg", square, xmlns=SVG, viewBox="0 0 10 10", class_="key", aria_hidden="true")
    return tag("span", key, name, class_="whole")


def _colour(number: int) -> str:
    return f"layer-{number % COLOURS}"


def _payload(payload: Mapping[str, Any]) -> Iterator[Markup]:
    if payload:
        removed = sorted(payload["removed"], key=lambda group: -int(group["bytes"]))
        yield tag("h3", f"Files of the app: {megabytes(payload['bytes'])} of {megabytes(payload['standalone'])}")
        if removed:
            rows = [(group["what"], megabytes(group["bytes"]), group["why"]) for group in removed]
            yield table("Left out of the app", ("what", "size", "why"), rows, right=(1,))
