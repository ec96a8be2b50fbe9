"""What fills an image: its files by layer and npm package, as a treemap and the same as a table. Pure.

The base image is most of a small image, and nobody changes it by what they install, so it is in the table only: beside
it, no package would have room for its name.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ci.report.html.layer_colours import colour
from ci.report.html.markup import SVG, Markup, more, table, tag
from ci.report.html.squarify import Box, squarified
from ci.report.html.words import Words
from ci.report.summary import megabytes

WIDTH, HEIGHT, GAP = 960, 420, 2
"""Pixels: of the picture, and between two pieces."""

SHOWN = 12
"""Packages of a layer that are shown by name; the others are one piece."""

BASE = "base"
"""The layers that are not drawn."""

LEAST = 0.002
"""Share of its layers, the base's or all others, that a package must have to be shown by name."""

LETTER, LINE, EDGE, LEAVE, FEWEST = 7.3, 16, 6, 3, 5
"""Pixels of a letter, of a line, left of a text and below it, and letters below which a shortened name is none."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A rectangle of the picture, and a row of the table.

    Attributes:
        layer: its name.
        name: of the package, or what else it holds.
        size: bytes.
    """

    layer: str
    name: str
    size: int


def files(name: str, found: Sequence[Mapping[str, Any]], say: Words) -> Iterator[Markup]:
    """The picture and the table.

    Args:
        name: of the platform.
        found: ``layer``, ``package`` and ``bytes``, layers lowest first.
        say: the language.
    """
    layers = pieces(found, say)
    total = sum(one.size for layer in layers for one in layer)
    if total:
        title = say("Files of {name} by layer and npm package, before compression", name=name)
        yield from _drawn([layer for layer in layers if layer[0].layer != BASE], name, say)
        rows = [
            (one.name, one.layer, megabytes(one.size), f"{100 * one.size / total:.1f} %")
            for layer in layers
            for one in layer
        ]
        header = [*map(say, ("package", "layer", "size", "share"))]
        yield more(say("The files of {name} as a table", name=name), table(title, header, rows, right=(2, 3)))


def _drawn(layers: Sequence[Sequence[Piece]], name: str, say: Words) -> Iterator[Markup]:
    if layers:
        size = megabytes(sum(one.size for layer in layers for one in layer))
        facts = {"name": name, "size": size}
        title = say("Files on the base image of {name}, {size}, by layer and npm package, before compression", **facts)
        yield tag("p", title, class_="about")
        yield tag("div", _picture(layers, title), class_="scroll", role="group", tabindex="0", aria_label=title)


def pieces(found: Sequence[Mapping[str, Any]], say: Words) -> list[list[Piece]]:
    """What is shown of each layer, the largest first; small packages are one piece, and the sum stays the same.

    Args:
        found: ``layer``, ``package`` and ``bytes``, layers lowest first.
        say: the language.
    """
    totals = {base: sum(one["bytes"] for one in found if (one["layer"] == BASE) == base) for base in (True, False)}
    made = []
    for layer, inside in groupby(found, key=lambda one: str(one["layer"])):
        ordered = sorted((one for one in inside if one["bytes"]), key=lambda one: -int(one["bytes"]))
        named = [one for one in ordered[:SHOWN] if one["bytes"] >= LEAST * totals[layer == BASE] or not one["package"]]
        rest = [one for one in ordered if one not in named]
        other = say("no npm package")
        shown = [Piece(layer=layer, name=one["package"] or other, size=one["bytes"]) for one in named]
        if rest:
            name = say("{number} others", number=len(rest))
            shown.append(Piece(layer=layer, name=name, size=sum(one["bytes"] for one in rest)))
        if shown:
            made.append(sorted(shown, key=lambda one: -one.size))
    return made


def _picture(layers: Sequence[Sequence[Piece]], title: str) -> Markup:
    """Layers are divided first, then each layer's pieces inside of it."""
    ordered = sorted(layers, key=lambda layer: -sum(one.size for one in layer))
    whole = Box(x=0, y=0, width=WIDTH, height=HEIGHT)
    boxes = squarified([sum(one.size for one in layer) for layer in ordered], whole)
    shapes = [
        _shape(piece, place)
        for layer, box in zip(ordered, boxes, strict=True)
        for piece, place in zip(layer, squarified([one.size for one in layer], box), strict=True)
    ]
    size = {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "width": str(WIDTH), "height": str(HEIGHT)}
    return tag("svg", *shapes, xmlns=SVG, **size, class_="map", role="img", aria_label=title)


def _shape(piece: Piece, box: Box) -> Markup:
    width, height = max(box.width - GAP, 0.5), max(box.height - GAP, 0.5)
    area = tag(
        "rect",
        x=f"{box.x:.1f}",
        y=f"{box.y:.1f}",
        width=f"{width:.1f}",
        height=f"{height:.1f}",
        class_=colour(piece.layer),
    )
    said = f"{piece.layer}: {piece.name}, {megabytes(piece.size)}"
    return tag("g", tag("title", said), area, *_label(piece, box))


def _label(piece: Piece, box: Box) -> Iterator[Markup]:
    """Name and size, as far as they fit."""
    room = int((box.width - GAP - 2 * EDGE) / LETTER)
    lines = int((box.height - GAP - LEAVE) / LINE)
    if lines and (name := cut(piece.name, room)):
        yield _line(name, box, 1)
        size = megabytes(piece.size)
        if lines > 1 and len(size) <= room:
            yield _line(size, box, 2)


def _line(words: str, box: Box, number: int) -> Markup:
    return tag("text", words, x=f"{box.x + EDGE:.1f}", y=f"{box.y + number * LINE - 2:.1f}")


def cut(name: str, room: int) -> str:
    """A name in so many letters, shortened where it has more; empty where too little of it would be left.

    Args:
        name: to show.
        room: letters; a Chinese one takes two.
    """
    if _letters(name) <= room:
        return name
    while name and _letters(name) > room - 1:
        name = name[:-1]
    return f"{name}…" if _letters(name) >= FEWEST else ""


def _letters(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in words)
