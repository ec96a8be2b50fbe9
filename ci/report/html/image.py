"""The image: size and layers of each platform, what fills it, and what was left out of the app. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from ci.report.html.budget import budget
from ci.report.html.details import Details
from ci.report.html.layer_colours import colour
from ci.report.html.map import files
from ci.report.html.markup import SVG, Markup, Section, joined, table, tag
from ci.report.html.words import Words
from ci.report.summary import megabytes

WIDTH, HEIGHT = 960, 28
"""Units of the picture of the layers."""

CHANGES: Mapping[str, str] = {
    "base": "a newer base image",
    "node_modules": "a change of the lockfile",
    "server": "each change of the app's code",
    "static": "a change of what browsers load",
    "public": "a change of a file in public/",
}
"""Name of a layer to what makes a new one of it."""


def image(details: Details, say: Words) -> list[Section]:
    """The section; none where nothing is known of the image.

    Args:
        details: what is known of it.
        say: the language.
    """
    parts = [
        *(part for name, facts in details.platforms.items() for part in _platform(name, facts, details, say)),
        *_payload(details.payload, say),
    ]
    return [Section(name="image", title=say("Image"), content=joined(parts))] if parts else []


def _platform(name: str, facts: Mapping[str, Any], details: Details, say: Words) -> Iterator[Markup]:
    layers: Sequence[Mapping[str, Any]] = facts["layers"]
    size = sum(layer["size"] for layer in layers) or 1
    yield tag("h3", say("{platform}: {size} compressed", platform=name, size=megabytes(facts["size"])))
    yield _bar(say("Layers of {name} by size", name=name), layers, size)
    rows = [
        (
            _key(layer["name"]),
            megabytes(layer["size"]),
            f"{100 * layer['size'] / size:.0f} %",
            say(CHANGES[layer["name"]]) if layer["name"] in CHANGES else "",
        )
        for layer in layers
    ]
    header = [*map(say, ("layer", "compressed", "share", "changes"))]
    yield table(say("Layers of {name}", name=name), header, rows, right=(1, 2))
    found = details.files.get(name, ())
    if found:
        yield from budget(name, sum(one["bytes"] for one in found), details.budget, say)
        yield from files(name, found, say)


def _bar(title: str, layers: Sequence[Mapping[str, Any]], size: int) -> Markup:
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
            class_=colour(layer["name"]),
        )
        for layer, start, width in zip(layers, starts, widths, strict=False)
    ]
    return tag(
        "svg",
        *shapes,
        xmlns=SVG,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        preserveAspectRatio="none",
        class_="layers",
        role="img",
        aria_label=title,
    )


def _key(name: str) -> Markup:
    square = tag("rect", width="10", height="10", class_=colour(name))
    key = tag("svg", square, xmlns=SVG, viewBox="0 0 10 10", class_="key", aria_hidden="true")
    return tag("span", key, name, class_="whole")


def _payload(payload: Mapping[str, Any], say: Words) -> Iterator[Markup]:
    if payload:
        removed = sorted(payload["removed"], key=lambda group: -int(group["bytes"]))
        sizes = {"size": megabytes(payload["bytes"]), "all": megabytes(payload["standalone"])}
        yield tag("h3", say("Files of the app: {size} of {all}", **sizes))
        if removed:
            rows = [(group["what"], megabytes(group["bytes"]), group["why"]) for group in removed]
            yield table(say("Left out of the app"), [*map(say, ("what", "size", "why"))], rows, right=(1,))
