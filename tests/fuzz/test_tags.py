"""Rules of tags, and the names and times that they are applied to."""

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ci.decide.tags import METADATA_ACTION, decide, flavor, parse
from ci.decide.tags.labels import render
from ci.decide.tags.names import LONGEST
from ci.intool.manager.tag_kinds import kind
from ci.intool.tags import Existing, GitFacts, explain, tag_updates
from ci.intool.tags.versions import pep440, precedence, semver
from tests.fuzz.checks import survives
from tests.fuzz.strategies import DIGEST, TEXTS, texts

RULES = (
    *METADATA_ACTION,
    "type=semver,pattern={{version}},value=v1.2.3,match=v(.*)",
    "type=pep440,pattern={{major}}.{{minor}},value=1!1.0rc1.post2.dev3+a",
    "type=match,pattern=/v(?<x>\\d+).*/i,group=1",
    "type=edge,branch=main,priority=700",
    "type=raw,value={{date 'YYYY-MM-DD [x] Z' tz='Asia/Tokyo'}},enable={{is_default_branch}}",
    "type=sha,format=long,prefix=,suffix=-{{commit_date 'GGGG WW d x X'}}",
    'type=raw,"value=a,b"',
)
FACTS = GitFacts(
    ref="refs/tags/v1.2.3", sha="a" * 40, committed="2026-01-01T00:00:00Z", now=datetime(2026, 1, 1, tzinfo=UTC)
)
REFS = ("refs/tags/v1.2.3", "refs/heads/feature/x", "refs/pull/7/merge", "refs/tags/1.0.0-rc.1+b", "x")
TIMES = ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59")


def tags_of(rules: list[str], facts: GitFacts, settings: list[str]) -> None:
    found = decide(parse(rules), flavor(settings), facts)
    assert all(0 < len(tag.name) <= LONGEST for tag in found.tags)
    survives(lambda: render({rule: rule for rule in rules}, facts), ValueError)
    existing = {tag.name: Existing(digest=DIGEST, version=tag.version) for tag in found.tags}
    explain(found, tag_updates(found, existing, "sha256:" + "b" * 64)).encode()


def test_the_rules_themselves_are_good() -> None:
    tags_of(list(RULES), FACTS, ["latest=auto", "prefix=x-,onlatest=true"])


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of expressions that Python may read otherwise one day
@given(st.sampled_from(RULES).flatmap(texts))
@example("type=match,pattern=a{99999999999}")
@example("type=match,pattern=" + "(" * 500)
@example("type=match,pattern=" + "(?:" * 300 + ")" * 300)
@example("type=match,pattern=[[a]")
@example("type=match,pattern=(.*),group=" + "1" * 5000)
@example("type=raw,value={{date 'x' tz='../../etc/passwd'}}")
@example("type=raw,value={{date 'x' tz='Asia'}}")
@example("type=raw,value=x,priority=" + "1" * 5000)
@example("type=semver,pattern={{version}},value=" + "1" * 5000 + ".0.0")
def test_rules(rule: str) -> None:
    survives(lambda: tags_of([rule], FACTS, []), ValueError)


@given(texts("prefix=x-{{branch}},onlatest=true,latest=auto"))
def test_flavors(setting: str) -> None:
    survives(lambda: tags_of(list(RULES), FACTS, [setting]), ValueError)


@given(st.sampled_from(REFS).flatmap(texts) | st.sampled_from(["refs/tags/" + text for text in TEXTS]))
def test_refs(ref: str) -> None:
    ref = ref.encode(errors="replace").decode()
    survives(lambda: tags_of(list(RULES), dataclasses.replace(FACTS, ref=ref, base_ref=ref, event=ref), []), ValueError)


@given(st.sampled_from(TIMES) | texts(TIMES[0]) | st.datetimes(timezones=st.timezones()).map(datetime.isoformat))
@example(TIMES[0])
@example(TIMES[1])
@example(TIMES[2])
@example(TIMES[3])
def test_times(committed: str) -> None:
    survives(lambda: tags_of(list(RULES), dataclasses.replace(FACTS, committed=committed), []), ValueError)


@given(st.sampled_from(["1.2.3-rc.1+a", "v1!2.0a1.post1.dev2"]).flatmap(texts) | st.sampled_from(TEXTS))
def test_versions(text: str) -> None:
    for found in (semver(text), pep440(text)):
        assert found is None or json.dumps(dataclasses.asdict(found))
    kind(text)
    order: Any = precedence(text)
    assert order is None or min(order, ()) == ()
