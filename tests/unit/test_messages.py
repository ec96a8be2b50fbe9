"""The catalogue of errors' words: complete, without leftovers, in step with the code and with its reference."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from ci import messages
from ci.decide.diagnose.causes import CERTAIN, LIKELY, Rule
from ci.errors import BuildError, PipelineError, ProjectError
from ci.messages import PAGE, Message, catalogue, facts, message, updated

CI = Path(__file__).parents[2] / "ci"
MACHINERY = {CI / "messages.py", CI / "errors.py"}
RULES = (*CERTAIN, *LIKELY)
FAMILIES = list(tomllib.loads(messages.CATALOGUE.read_text("utf-8")))

FORWARDED = {
    ("ci/decide/config/reader.py", "f'config.{problem}'"),
    ("ci/decide/diagnose/causes.py", "rule.id"),
}
"""Ids that are no text where the message is made: those of ``Reader.error``, and of ``Rule``; each is checked here."""


class Use(NamedTuple):
    """A message that is made.

    Attributes:
        place: file and line.
        id: of the message.
        facts: names of what it is given.
    """

    place: str
    id: str
    facts: frozenset[str]


def calls() -> Iterator[tuple[Path, ast.Call]]:
    """Every call in the pipeline's code."""
    for path in sorted(CI.rglob("*.py")):
        if path not in MACHINERY:
            yield from (
                (path, node) for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
            )


def makes(call: ast.Call) -> bool:
    """Whether it is ``message(…)``, or ``of(…)`` of an error's class."""
    match call.func:
        case ast.Name(id="message"):
            return True
        case ast.Attribute(value=ast.Name(id=owner), attr="of"):
            return owner.endswith("Error")
    return False


def texts(node: ast.expr) -> list[str]:
    """The texts that an expression may be; none where that is not known."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=body, orelse=orelse):
            return [*texts(body), *texts(orelse)]
    return []


def uses() -> Iterator[Use]:
    """Every message that the code makes."""
    for path, call in calls():
        place = f"{path.relative_to(CI.parent)}:{call.lineno}"
        names = frozenset(keyword.arg or "**" for keyword in call.keywords)
        if makes(call):
            yield from (Use(place, text, names) for text in texts(call.args[0]))
        elif isinstance(call.func, ast.Attribute) and call.func.attr == "error" and len(call.args) > 1:
            yield from (Use(place, f"config.{text}", names | {"place"}) for text in texts(call.args[1]))
    for rule in RULES:
        for pattern in rule.patterns:
            yield Use(f"the rule {rule.id}", rule.id, frozenset(re.compile(pattern).groupindex))


USES = list(uses())


def test_every_id_can_be_read_from_the_code() -> None:
    unread = {
        (str(path.relative_to(CI.parent)), ast.unparse(call.args[0]))
        for path, call in calls()
        if makes(call) and not texts(call.args[0])
    }
    assert unread == FORWARDED


def test_every_message_that_the_code_makes_is_in_the_catalogue() -> None:
    assert [use for use in USES if use.id not in catalogue()] == []


def test_every_message_of_the_catalogue_is_made() -> None:
    assert set(catalogue()) - {use.id for use in USES} == set()


def test_a_message_is_given_what_it_names_and_nothing_else() -> None:
    assert [(use, facts(use.id)) for use in USES if use.facts != facts(use.id)] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_a_cause_of_its_own(rule: Rule) -> None:
    assert rule.id.startswith("cause.")
    assert [one for one in RULES if one.id == rule.id] == [rule]


@pytest.mark.parametrize("known", catalogue().values(), ids=lambda known: known.id)
def test_both_parts_are_one_sentence_each(known: Message) -> None:
    for text in (known.what, known.fix):
        assert text.strip() == text != ""
        assert not text.endswith(".")
        assert ". " not in text
    assert known.what != known.fix


def test_the_reference_has_the_words_of_today() -> None:
    page = PAGE.read_text("utf-8")
    assert updated(page) == page, "run `python -m ci.messages`"


def test_the_reference_has_a_table_of_each_family() -> None:
    assert sorted(re.findall(r"<!-- messages: (\S+) -->", PAGE.read_text("utf-8"))) == sorted(FAMILIES)


def test_the_reference_names_facts_in_capitals_and_leaves_other_text_alone() -> None:
    known = catalogue()["tool.failed"]
    what = known.what.replace("{package}", "PACKAGE").replace("{operation}", "OPERATION")
    assert updated("# Errors\n\n<!-- messages: tool -->\nold\n<!-- end -->\n\nkept\n") == (
        "# Errors\n\n<!-- messages: tool -->\n| id | error | next step |\n|---|---|---|\n"
        f"| `tool.failed` | {what} | {known.fix} |\n<!-- end -->\n\nkept\n"
    )


def test_a_message_carries_its_facts() -> None:
    found = message("lockfile.several", count=2, lockfiles=["a", "b"], checks=["`c` checks a"])
    assert (found.id, found.facts) == (
        "lockfile.several",
        {"count": 2, "lockfiles": ["a", "b"], "checks": ["`c` checks a"]},
    )
    known = catalogue()["lockfile.several"]
    assert found.what == known.what.replace("{count}", "2").replace("{lockfiles}", "a, b")
    assert found.fix == known.fix.replace("{checks}", "`c` checks a")


def test_a_fact_is_taken_as_it_is() -> None:
    found = message("project.not-json", file="{problem}", problem="{file}\\1")
    assert found.what == catalogue()["project.not-json"].what.replace("{file}", "{problem}", 1).replace(
        ": {problem}", ": {file}\\1"
    )


@pytest.mark.parametrize(("name", "given"), [("lockfile.nothing", {}), ("lockfile.several", {"count": 2})])
def test_an_unknown_id_and_a_missing_fact_are_defects(name: str, given: dict[str, object]) -> None:
    with pytest.raises(KeyError):
        message(name, **given)


def test_how_an_error_is_printed() -> None:
    said = Message(id="family.name", what="a.json is not JSON", fix="correct the file", facts={"file": "a.json"})
    assert str(ProjectError.saying(said)) == "a.json is not JSON\n  fix: correct the file"
    assert str(ProjectError.saying(said, "dagger call check")) == (
        "a.json is not JSON\n  fix: correct the file\n  repeat: dagger call check\n"
    )


@pytest.mark.parametrize("kind", [ProjectError, BuildError])
def test_an_error_is_made_by_id(kind: type[PipelineError]) -> None:
    error = kind.of("project.credential", file=".npmrc")
    said = message("project.credential", file=".npmrc")
    assert type(error) is kind
    assert (error.id, error.facts) == ("project.credential", {"file": ".npmrc"})
    assert str(error) == f"{said.what}\n  fix: {said.fix}"


def test_a_warning_is_printed_in_one_line() -> None:
    assert Message(id="", what="it is old", fix="renew it").line == "it is old; renew it"
