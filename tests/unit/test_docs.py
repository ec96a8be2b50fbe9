"""The pages for people: each link, each anchor and each path of the pipeline's code in them exists."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import CHECKOUT

PAGES = sorted([*CHECKOUT.glob("README*.md"), *CHECKOUT.glob("docs/**/*.md"), *CHECKOUT.glob("examples/*/README.md")])
EVERY = pytest.mark.parametrize("page", [pytest.param(page, id=str(page.relative_to(CHECKOUT))) for page in PAGES])
SCREEN = 60
"""Lines that the README may have."""

_FENCED = re.compile(r"^( *)(```|~~~).*?^\1\2$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^()\s]+)\)")
_PATH = re.compile(r"`(ci/[\w/.-]+)|\bpython3? -m (ci(?:\.[a-z_]+)+)")


@cache
def anchors(page: Path) -> frozenset[str]:
    """Anchors of a page, made from its headings as GitHub does: a repeated one gets a number."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in _HEADING.findall(_FENCED.sub("", page.read_text())):
        text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", text).replace(" ", "-")
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return frozenset(found)


def broken(page: Path) -> Iterator[str]:
    """Links of a page that lead nowhere."""
    for link in _LINK.findall(_FENCED.sub("", page.read_text())):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


def missing(page: Path) -> Iterator[str]:
    """Files and packages of the pipeline's code that a page names and that do not exist."""
    for name in map("".join, _PATH.findall(page.read_text())):
        path = CHECKOUT / name.replace(".", "/") if name.startswith("ci.") else CHECKOUT / name
        if not path.exists() and not path.with_name(f"{path.name}.py").exists():
            yield name


def test_all_kinds_of_pages_are_looked_at() -> None:
    names = {str(page.relative_to(CHECKOUT)) for page in PAGES}
    assert {"README.md", "README.zh-CN.md", "docs/how-to/gates.md", "examples/moontv-mini/README.md"} <= names


@EVERY
def test_every_link_leads_somewhere(page: Path) -> None:
    assert list(broken(page)) == []


@EVERY
def test_every_named_part_of_the_code_exists(page: Path) -> None:
    assert list(missing(page)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](#here) [b](#gone)\n\n# Here\n", ["#gone"]),
        ("[a](other.md) [b](other.md#there) [c](https://example.com/x.md)", ["other.md", "other.md#there"]),
        ("[a](#two) [b](#two-1) [c](#two-2)\n# Two\n## Two\n", ["#two-2"]),
        ("[a](#b-c-d)\n\n# `b`, c: [d](page.md#b)\n", ["page.md#b"]),
        ("[a](#b)\n\n```\n# b\n[c](gone.md)\n```\n", ["#b"]),
    ],
)
def test_a_link_that_leads_nowhere_is_found(tmp_path: Path, text: str, found: list[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    assert list(broken(page)) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`ci/module.py`, `ci/module.py` and `ci/none.py`", ["ci/none.py"]),
        ("`ci/none/`", ["ci/none/"]),
        ("`python -m ci.module A` and\n\n    python3 -m ci.none.here\n", ["ci.none.here"]),
    ],
)
def test_a_part_of_the_code_that_is_gone_is_found(tmp_path: Path, text: str, found: list[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    assert list(missing(page)) == found


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_readme_fits_one_screen(name: str) -> None:
    assert len((CHECKOUT / name).read_text().splitlines()) <= SCREEN


def test_both_readmes_lead_to_the_same_pages() -> None:
    english, chinese = (
        {
            link.partition("#")[0].replace(".zh-CN", "")
            for link in _LINK.findall((CHECKOUT / name).read_text())
            if "README" not in link
        }
        for name in ("README.md", "README.zh-CN.md")
    )
    assert english == chinese


TRANSLATED = [page for page in PAGES if page.name.endswith(".zh-CN.md") and page.parent != CHECKOUT]


@pytest.mark.parametrize("page", TRANSLATED, ids=lambda page: page.name)
def test_a_translated_page_has_the_blocks_headings_and_links_of_the_other(page: Path) -> None:
    """Text differs, and nothing else: who changes a command on one page changes it on both."""
    ours, theirs = page.read_text(), page.with_name(page.name.replace(".zh-CN", "")).read_text()
    assert [one[0] for one in _FENCED.finditer(ours)] == [one[0] for one in _FENCED.finditer(theirs)]
    plain = [_FENCED.sub("", text) for text in (ours, theirs)]
    levels = [[line.count("#") for line in re.findall(r"^#+", text, re.MULTILINE)] for text in plain]
    assert levels[0] == levels[1]
    links = [{link.replace(".zh-CN", "") for link in _LINK.findall(text)} for text in plain]
    assert links[0] == links[1]


def test_there_is_a_translated_page() -> None:
    assert TRANSLATED
