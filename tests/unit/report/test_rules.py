"""The Semgrep rules as data; what they find is tested in tests/tools/test_rules.py."""

import re

import pytest
import yaml

from ci.report.rules_reference import PAGE, RULES, Rule, rules, updated
from tests.rules.annotations import FIXTURES, annotations

ALL = [rule for of in rules().values() for rule in of]
EACH = pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
NOTED = list(annotations())


def test_ids_are_unique_and_have_the_prefix() -> None:
    ids = [rule.id for rule in ALL]
    assert len(ids) == len(set(ids))
    assert {one for one in ids if not re.fullmatch(r"next(-[a-z]+)+", one)} == set()


@EACH
def test_a_rule_says_what_it_finds_and_what_to_do(rule: Rule) -> None:
    assert rule.severity in {"ERROR", "WARNING", "INFO"}
    assert rule.confidence in {"HIGH", "MEDIUM", "LOW"}
    assert re.fullmatch(r"[^|\n]*\w\.", rule.what)
    assert not re.search(r"\. [A-Z]", rule.what), "one sentence"
    assert re.fullmatch(r"[A-Z][^|\n]*[\w)\"]\.", rule.fix)


@EACH
def test_a_rule_names_its_weakness_and_a_page_that_says_more(rule: Rule) -> None:
    assert [one for one in rule.weaknesses if not re.fullmatch(r"CWE-\d+|A(0[1-9]|10):2021", one)] == []
    assert rule.weaknesses[0].startswith("CWE-")
    assert rule.weaknesses[-1].startswith("A")
    assert rule.references
    assert [
        url
        for url in rule.references
        if not re.match(r"https://(nextjs\.org|nodejs\.org|react\.dev|semgrep\.dev)/", url)
    ] == []


@EACH
def test_what_stops_a_release_is_not_a_guess(rule: Rule) -> None:
    """Heuristics inform; an error is at least likely to be one."""
    assert (rule.confidence == "LOW") <= (rule.severity == "INFO")


@EACH
def test_a_rule_has_a_fixture_that_it_finds_and_one_that_it_does_not(rule: Rule) -> None:
    own = [note for note in NOTED if note.file.startswith(f"{rule.id}/") and note.rule == rule.id]
    assert {note.found for note in own} == {True, False}


def test_every_fixture_is_of_a_rule() -> None:
    known = {rule.id for rule in ALL}
    assert {path.name for path in FIXTURES.glob("next-*")} == known
    assert {note.rule for note in NOTED} == known


def test_no_annotation_is_overlooked() -> None:
    written = sum(
        len(re.findall(r"\b(?:ruleid|ok): next-", path.read_text("utf-8")))
        for path in FIXTURES.glob("next-*/**/*")
        if path.is_file()
    )
    assert len({(note.file, note.line) for note in NOTED}) == written


def test_every_anchor_is_used() -> None:
    for file in RULES.glob("*.yaml"):
        text = file.read_text("utf-8")
        anchors = re.findall(r"(?:: |- )&([\w-]+)", text)
        assert sorted(anchors) == sorted(set(anchors))
        assert [name for name in anchors if not re.search(rf"\*{name}\b", text)] == []


def test_files_hold_rules_and_nothing_else() -> None:
    for file in RULES.iterdir():
        assert file.suffix == ".yaml"
        assert list(yaml.safe_load(file.read_text("utf-8"))) == ["rules"]


def test_the_reference_is_current() -> None:
    page = PAGE.read_text("utf-8")
    assert updated(page) == page, "run `python -m ci.report.rules_reference`"
    assert sorted(re.findall(r"<!-- rules: (\S+) -->", page)) == sorted(rules())


def test_the_code_of_the_guide_is_a_fixture() -> None:
    guide = (PAGE.parents[1] / "how-to/source-gates.md").read_text("utf-8")
    code = guide.partition("```ts\n")[2].partition("```")[0]
    fixture = (FIXTURES / "next-ssrf/app/api/guide/route.ts").read_text("utf-8")
    assert code == fixture.replace("  // ok: next-ssrf\n", "")


def test_a_table_escapes_and_names_the_variables_without_sigil() -> None:
    row = next(line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `next-secret-default`"))
    assert "Where NAME is not set" in row
    assert "[1](https://nextjs.org/docs/app/guides/authentication" in row
    assert row.endswith("| CWE-798, CWE-1392, A07:2021 |")
