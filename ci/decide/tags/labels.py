"""Labels of an image with expressions, as docker/metadata-action's input `labels` may have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci.decide.tags import expressions, values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ci.decide.tags.expressions import Template
    from ci.intool.tags.model import GitFacts

KNOWN = tuple(name for name in expressions.GLOBAL if name != "date")
"""Expressions of a label. Without the time of the run, with which the same source would give other bytes."""


def parse(text: str) -> Template:
    """Check the text of a label.

    Raises:
        ValueError: An expression that is not known there.
    """
    if "{{" in text and "date" in expressions.parse(text, names=(*KNOWN, "date")).names:
        raise ValueError("{{date}} would give the image other bytes with each run; use {{commit_date}}")
    return expressions.parse(text, names=KNOWN) if "{{" in text else expressions.Template((text,))


def render(labels: Mapping[str, str], git: GitFacts, *, environment: str = "", arch: str = "") -> dict[str, str]:
    """Put values for expressions.

    Args:
        labels: Name to text.
        git: Facts.
        environment: For ``{{environment}}``.
        arch: For ``{{arch}}``.

    Raises:
        ValueError: An expression that is not known there, or a value that is not given; names the label.
    """
    known = {**values.of(git, environment=environment, arch=arch), "commit_date": git.commit_time}
    result = {}
    for name, text in labels.items():
        try:
            result[name] = parse(text).render(known)
        except expressions.UnknownTimeError:
            raise ValueError(f"`{name}`: the time of the commit is not known; pass --created") from None
        except ValueError as problem:
            raise ValueError(f"`{name}`: {problem}") from None
    return result
