"""What Semgrep's rules are compared with."""

from ci.gates.semgrep import names, with_newer_rules
from ci.report.rules_reference import rules


def test_the_names_are_those_of_all_rules() -> None:
    assert list(names()) == [rule.id for of in rules().values() for rule in of]


def test_rules_that_did_not_look_at_the_last_release_find_nothing_new() -> None:
    known = [{"id": "CVE-1", "subject": "next"}]
    assert with_newer_rules(known, names()) == known
    assert with_newer_rules(known, names()[1:]) == [*known, {"id": names()[0], "subject": "*"}]
    assert with_newer_rules(None, names()) is None
