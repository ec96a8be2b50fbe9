"""Elements of HTML, which is well-formed XML too; every text is escaped unless it is markup already. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from ci.intool.common.text import plain

SVG = "http://www.w3.org/2000/svg"
"""Namespace of pictures (W3C, "Scalable Vector Graphics")."""

VOID = frozenset({"meta", "link", "input", "br"})
"""Elements without content."""


class Markup(str):
    """A text that is HTML; any other text becomes it by ``text``."""

    __slots__ = ()


def text(value: object) -> Markup:
    """A text as HTML: on one line, without control characters, with all that HTML reads as markup escaped.

    Args:
        value: also what comes from advisories, images or the app's output.
    """
    return Markup(escape(plain(re.sub(r"\s+", " ", str(value)))))


def prose(value: object) -> Markup:
    """A sentence of a fix or a finding, in which `words` between backticks are code.

    Args:
        value: the text; it is escaped.
    """
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", text(value)))


def joined(children: Iterable[object], between: str = "") -> Markup:
    """One piece of several.

    Args:
        children: markup, or texts to escape.
        between: them; a text of this code.
    """
    return Markup(between.join(one if isinstance(one, Markup) else text(one) for one in children))


def tag(element: str, *children: object, **attributes: object) -> Markup:
    """An element.

    Args:
        element: its name.
        children: markup, or texts to escape.
        attributes: ``class_`` is written ``class``, ``aria_label`` ``aria-label``; None leaves one out.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{text(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if element in VOID:
        return Markup(f"<{element}{written}/>")
    return Markup(f"<{element}{written}>{joined(children)}</{element}>")


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of the page.

    Attributes:
        name: of its anchor.
        title: its headline.
        content: below it.
    """

    name: str
    title: str
    content: Markup

    def html(self) -> Markup:
        """The element."""
        head = tag("h2", self.title, id=f"{self.name}-head")
        return tag("section", head, self.content, id=self.name, aria_labelledby=f"{self.name}-head")


def table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]], right: Iterable[int] = ()) -> Markup:
    """A table that scrolls by itself where it is wider than the page; the first cell of a row is its header.

    Args:
        caption: what it shows.
        header: of each column.
        rows: cells of each row.
        right: columns with numbers.
    """
    ends = frozenset(right)

    def kind(column: int) -> str | None:
        return "number" if column in ends else None

    head = tag("tr", *(tag("th", name, scope="col", class_=kind(column)) for column, name in enumerate(header)))
    body = [
        tag(
            "tr",
            *(
                tag("td", cell, class_=kind(column)) if column else tag("th", cell, scope="row")
                for column, cell in enumerate(row)
            ),
        )
        for row in rows
    ]
    inner = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body))
    return tag("div", inner, class_="scroll", role="group", tabindex="0", aria_label=caption)


def more(summary: str, *children: object) -> Markup:
    """What is shown when the reader opens it.

    Args:
        summary: the line that is always there.
        children: below it.
    """
    return tag("details", tag("summary", summary), *children)


def pairs(found: Iterable[tuple[str, object]]) -> Markup:
    """Names with their values; one without a value is left out.

    Args:
        found: name and value.
    """
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in found if value))


def badge(word: str, said: str) -> Markup:
    """A word with its colour: a severity or an outcome.

    Args:
        word: of this code's own words.
        said: the same in the reader's language.
    """
    return tag("span", said, class_=f"badge is-{word.replace(' ', '-')}")
