"""The whole page. Pure."""

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from ci.report.html.controls import checks, not_run
from ci.report.html.details import Details
from ci.report.html.evidence import evidence
from ci.report.html.findings import findings
from ci.report.html.image import image
from ci.report.html.markup import Markup, Section, tag
from ci.report.html.run import picture, timeline
from ci.report.html.variables import variables
from ci.report.html.verdict import title, verdict
from ci.report.html.words import ENGLISH, LANGUAGES, Words
from ci.report.report import Report

STYLE = (Path(__file__).parent / "style.css").read_text("utf-8")
SCRIPT = (Path(__file__).parent / "filter.js").read_text("utf-8")
"""It only hides findings that the reader does not look for; the page is whole without it."""

_INLINE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def page(report: Report, details: Details | None = None, language: str = ENGLISH) -> str:
    """The page as HTML.

    Args:
        report: the results.
        details: what is known of the image beside them; None for nothing.
        language: of the page's own words, one of ``LANGUAGES``.
    """
    known, say = details or Details(), Words(language=language)
    sections = [
        findings(report, say),
        timeline(report, say),
        *image(known, say),
        checks(report, say),
        *variables(known, say),
        evidence(report, say),
        not_run(report, say),
    ]
    main = tag("main", *(one.html() for one in sections), id="content")
    body = tag(
        "body",
        tag("a", say("To the findings"), href="#findings", class_="skip"),
        verdict(report, say),
        _contents(sections, say),
        main,
        tag("script", Markup(SCRIPT)),
    )
    document = tag("html", _head(title(report, say), picture(report, say)), body, lang=LANGUAGES[language])
    return f"<!DOCTYPE html>\n{document}\n"


def _head(name: str, drawn: str) -> Markup:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=Markup(policy(drawn))),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", name),
        tag("link", rel="icon", href="data:,"),
        tag("style", Markup(STYLE)),
    )


def policy(drawn: str) -> str:
    """The Content-Security-Policy: the page's own styles and script by their hashes, and nothing else.

    Args:
        drawn: the timeline, which has its own style.
    """
    styles = " ".join(map(_hash, [STYLE, *_INLINE.findall(drawn)]))
    rules = ("default-src 'none'", "img-src data:", f"style-src {styles}", f"script-src {_hash(SCRIPT)}")
    return "; ".join((*rules, "base-uri 'none'", "form-action 'none'"))


def _hash(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def _contents(sections: Sequence[Section], say: Words) -> Markup:
    """Links to all sections."""
    links = [tag("li", tag("a", one.title, href=f"#{one.name}")) for one in sections]
    return tag("nav", tag("ul", *links), aria_label=say("Contents"))
