"""The table of checks, and its page."""

import re
from pathlib import Path

import pytest

from ci.intool.checks import CHECKS
from ci.intool.checks.reference import PAGES, groups, updated
from ci.intool.checks.table import STANDARDS, Check

TEXT, CHECKLIST = (page.read_text("utf-8") for page in PAGES)
FORMS = {
    "cis": r"4\.\d+",
    "dockle": r"(CIS-DI-00|DKL-(DI|LI)-00)\d\d",
    "scout": r"(No|Default|Supply) [a-zA-Z0-9 -]+",
    "kubernetes": r"spec\.[a-zA-Z.\[\]*]+",
    "nsa": r"[A-Z][a-z -]+",
}
COUNTS = {"CFG": 14, "FS": 21, "LAY": 7, "SC": 13, "RUN": 17}


def test_every_check_of_every_group_is_there() -> None:
    assert list(CHECKS) == [f"{group}-{number:02}" for group, count in COUNTS.items() for number in range(1, count + 1)]


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_check_has_title_rationale_and_fix(check: Check) -> None:
    assert re.fullmatch(r"[A-Z].*[a-zA-Z0-9]", check.title)
    assert re.fullmatch(r"[`A-Z].*[^.]", check.rationale)
    assert re.fullmatch(r"[a-z].*[^.]", check.fix)


@pytest.mark.parametrize("check", [one for one in CHECKS.values() if one.maps], ids=lambda one: one.id)
def test_a_check_maps_to_controls_by_their_ids(check: Check) -> None:
    assert check.maps.keys() <= STANDARDS.keys()
    for standard, controls in check.maps.items():
        assert all(re.fullmatch(FORMS[standard], control) for control in controls)


@pytest.mark.parametrize("field", [{"severity": "bad"}, {"gate": "any"}, {"maps": {"iso": ["1"]}}])
def test_a_definition_with_words_that_are_none_is_refused(field: dict[str, object]) -> None:
    given = {"id": "X-01", "title": "", "severity": "low", "gate": "plan", "rationale": "", "fix": "", "maps": {}}
    with pytest.raises(ValueError, match="X-01"):
        Check(**{**given, **field})  # type: ignore[arg-type]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_page_is_current(page: Path) -> None:
    text = page.read_text("utf-8")
    assert updated(text) == text, "run `python -m ci.intool.checks.reference`"


def test_the_checklist_has_every_check_once() -> None:
    assert sorted(re.findall(r"^- \[ \] .* \((\S+), \w+\)$", CHECKLIST, re.MULTILINE)) == sorted(CHECKS)


def test_the_page_has_every_group() -> None:
    assert re.findall(r"^<!-- checks: (\S+) -->$", TEXT, re.MULTILINE) == list(dict(groups()))
    assert re.findall(r"^\| \*\*(\S+)\*\* ", TEXT, re.MULTILINE) == list(CHECKS)
