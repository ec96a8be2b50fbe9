"""The baseline: what gets into it, how it is written into a pipeline file, and what it accepts then."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from ci.decide.config.baseline import DAYS, HEAD, WIDTH, Sorted, explained, last_day, owner_of, sort, written
from ci.decide.config.model import Baseline, Pipeline
from ci.decide.config.parse import parse
from ci.errors import ConfigError
from ci.intool.policy import (
    BaselineEntry,
    Finding,
    GateResult,
    ImagePath,
    Judging,
    Package,
    Setting,
    Source,
    gate_result,
    waivers_from,
)

TODAY, LAST = "2026-11-24", "2027-02-22"
FILE = "next-distroless.yaml"


def vulnerability(number: int, package: str, severity: str = "high", version: str = "1.0.0") -> Finding:
    return Finding(
        id=f"CVE-2026-{number:04}",
        severity=severity,
        title=f"{package}: a weakness",
        where=Package(name=package, version=version),
        fix=f"update {package}",
        check="SC-06",
        rule=f"vulnerability-{severity if severity in ('high', 'critical') else 'lower'}",
    )


def code(rule: str, file: str, line: int, row: str = "code-high") -> Finding:
    return Finding(id=rule, severity="high", title="The caller chooses", where=Source(file=file, line=line), rule=row)


SHELL = Finding(id="FS-01", severity="high", title="is a shell", where=ImagePath(path="bin/sh"), fix="remove it")
SECRET = Finding(id="secret-frozen", severity="high", title="frozen", where=Setting(key="API_TOKEN"))

IN_CODE = [code("next-ssrf", f"src/app/{name}/route.ts", line) for name in "abcde" for line in (3, 9)]
IN_PACKAGES = [
    *(vulnerability(number, "next") for number in range(7)),
    vulnerability(7, "semver", "critical"),
    Finding(id="AGPL-3.0", severity="high", title="t", where=Package(name="charts"), rule="license-network"),
    vulnerability(8, "ms", "medium"),
]
TWENTY = [*IN_CODE, *IN_PACKAGES]
ENTRIES = 5 + 7 + 1 + 1
"""One for each rule and file, and each vulnerability and package; what only warns has none."""


def gates(
    *findings: Finding,
    policy: str = "standard",
    baseline: Baseline | None = None,
    earlier: Sequence[Finding] | None = None,
) -> list[GateResult]:
    """Results of three gates, in the image and in the source."""
    by = Judging(
        policy=policy,
        owner=baseline.owner if baseline else "",
        baseline=baseline.findings if baseline else None,
        earlier=None if earlier is None else frozenset((one.id, one.subject) for one in earlier),
    )
    groups: dict[str, list[Finding]] = {"rules": [], "source": [], "hardening": []}
    for one in findings:
        groups["rules" if isinstance(one.where, Source) else "source" if one.check else "hardening"].append(one)
    return [gate_result(name, some, (), TODAY, by=by) for name, some in groups.items()]


def asked(*findings: Finding, last: Baseline | None = None, renew: bool = False, until: str = LAST) -> Sorted:
    """What `baseline` makes of findings."""
    asking = Judging(policy="standard", baseline=())
    return sort(gates(*findings, baseline=Baseline(owner="web")), asking, last, until, renew=renew)


def passed(results: Sequence[GateResult]) -> bool:
    return all(gate.passed for gate in results)


def section(text: str) -> Baseline:
    found = parse(text, FILE).baseline
    assert found
    return found


def test_twenty_findings_are_accepted_and_one_more_is_not() -> None:
    assert len(TWENTY) == 20
    assert not passed(gates(*TWENTY)), "a critical vulnerability stops the first release"
    found = asked(*TWENTY)
    assert (len(found.entries), found.always, found.gone) == (ENTRIES, (), ())
    baseline = section(written("", FILE, "web", found.entries))
    assert passed(gates(*TWENTY, baseline=baseline))

    for one in (
        vulnerability(99, "next"),
        code("next-ssrf", "src/app/f/route.ts", 3),
        code("next-xss", "src/app/a/route.ts", 3),
    ):
        again = gates(*TWENTY, one, baseline=baseline)
        assert [finding.id for gate in again for finding in gate.findings if finding.stops] == [one.id]
        assert all(finding.new for gate in again for finding in gate.findings if finding.stops)
    for mild in (vulnerability(98, "ms", "medium"), code("guess", "src/app/f/route.ts", 3, "code-guess")):
        assert passed(gates(*TWENTY, mild, baseline=baseline))


def test_moved_lines_and_other_versions_are_still_accepted() -> None:
    baseline = section(written("", FILE, "web", asked(*TWENTY).entries))
    moved = [
        replace(one, where=replace(one.where, line=one.where.line + 40))
        if isinstance(one.where, Source)
        else replace(one, where=replace(one.where, version="1.0.9"))
        for one in TWENTY
        if isinstance(one.where, Source | Package)
    ]
    assert passed(gates(*moved, baseline=baseline))


def test_what_stops_in_every_policy_is_named_and_never_accepted() -> None:
    found = asked(*TWENTY, SHELL, SECRET)
    assert {one.id for one in found.always} == {"FS-01", "secret-frozen"}
    assert {one.known.id for one in found.entries}.isdisjoint({"FS-01", "secret-frozen"})
    lines = explained(found, LAST, "web")
    assert "to correct, in every policy: FS-01 (high) bin/sh: is a shell; fix: remove it" in lines
    assert not passed(gates(*TWENTY, SHELL, baseline=section(written("", FILE, "web", found.entries))))


def test_what_the_last_release_had_gets_an_entry_too() -> None:
    """A waiver of what is known needs no last day; a baseline gives it one."""
    by = Judging(policy="standard", baseline=(), earlier=frozenset((one.id, one.subject) for one in TWENTY))
    results = gates(*TWENTY, baseline=Baseline(owner="web"), earlier=TWENTY)
    assert [one.stops for gate in results for one in gate.findings].count(True) == 1
    assert len(sort(results, by, None, LAST).entries) == ENTRIES


def test_what_a_waiver_accepts_gets_no_entry() -> None:
    waivers = waivers_from([{"id": "CVE-2026-0001", "reason": "r", "owner": "o", "expires": TODAY}])
    by = Judging(policy="standard", baseline=())
    result = gate_result("source", [vulnerability(1, "next"), vulnerability(2, "next")], waivers, TODAY, by=by)
    assert [one.known.id for one in sort([result], by, None, LAST).entries] == ["CVE-2026-0002"]


def test_run_again_it_takes_out_what_is_gone_and_keeps_the_days_of_the_rest() -> None:
    first = section(written("", FILE, "web", asked(*TWENTY).entries))
    found = asked(*TWENTY[2:], vulnerability(50, "next"), last=first, until="2027-06-30")
    days = {(one.known.id, one.known.where): one.known.until for one in found.entries}
    assert found.gone == (BaselineEntry(id="next-ssrf", where="src/app/a/route.ts", until=LAST),)
    assert days.pop(("CVE-2026-0050", "next")) == "2027-06-30"
    assert set(days.values()) == {LAST}
    assert "no longer found: next-ssrf src/app/a/route.ts" in explained(found, LAST, "web")
    renewed = asked(*TWENTY, last=first, renew=True, until="2027-06-30")
    assert {one.known.until for one in renewed.entries} == {"2027-06-30"}


def test_nothing_found_is_a_baseline_too_so_that_all_is_new() -> None:
    text = written("version: 2\n", FILE, "web", asked().entries)
    assert parse(text, FILE) == Pipeline(baseline=Baseline(owner="web"))
    assert not passed(gates(vulnerability(1, "next"), baseline=section(text)))
    assert passed(gates(vulnerability(1, "next")))


BEFORE = """\
# The shop.
version: 2   # of the format

build:
  env: { A: "1" }   # why
"""
AFTER = """
# Behind it.
image: { repository: ghcr.io/shop/web }  # where to
"""


@pytest.mark.parametrize(
    "old",
    [
        "",
        "baseline: {owner: x}  # why\n",
        "baseline:\n  owner: x\n  findings:\n    - id: a\n      until: 2026-12-31  # why\n",
    ],
)
@pytest.mark.parametrize("after", ["", AFTER])
def test_the_rest_of_the_file_stays_as_it_is(old: str, after: str) -> None:
    text = f"{BEFORE}{old}{after}"
    again = written(text, FILE, "web", asked(*TWENTY).entries)
    assert again.startswith(BEFORE)
    assert after in again
    assert again.count("baseline:") == 1
    assert parse(again, FILE) == replace(parse(text, FILE), baseline=section(again))
    assert written(again, FILE, "web", asked(*TWENTY).entries) == again


def test_a_new_file_says_what_the_section_is() -> None:
    text = written("", FILE, "@shop/web team", asked(vulnerability(1, "next", "critical"), *IN_CODE[:2]).entries)
    assert text == (
        "version: 2\n\n"
        + "".join(f"# {line}\n" for line in HEAD)
        + "baseline:\n"
        + '  owner: "@shop/web team"\n'
        + "  findings:\n"
        + "    - {id: next-ssrf, where: src/app/a/route.ts, until: 2027-02-22}"
        + "  # high, 2 findings: The caller chooses\n"
        + "    - {id: CVE-2026-0001, where: next, until: 2027-02-22}  # critical: next: a weakness\n"
    )
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize(
    "where",
    ["src/app/[id]/(x)/route.ts", "a, b", "{x}", "it's", 'say "x"', "#1", "@a/b", "naïve.ts", "- a: b", "true", ""],
)
def test_any_place_reads_back(where: str) -> None:
    one = replace(IN_CODE[0], where=Source(file=where), title="two\nlines # of it: {" + "x" * WIDTH)
    text = written("", FILE, "web", asked(one).entries)
    assert section(text).findings == (BaselineEntry(id="next-ssrf", where=where, until=LAST),)
    assert passed(gates(one, baseline=section(text)))


@pytest.mark.parametrize(
    "text",
    ["{version: 2}\n", "version: 2\n...\n", "  version: 2\n"],
)
def test_a_file_without_a_place_for_it_is_left_alone(text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        written(text, FILE, "web", asked(*TWENTY).entries)
    assert raised.value.id == "config.no-place"


@pytest.mark.parametrize("text", ["version: 2", "version: 2\r\nnode: 22\r\n", "", "\n", "# nothing\n"])
def test_other_ends_of_lines_and_files_without_a_value(text: str) -> None:
    again = written(text, FILE, "web", asked(*TWENTY).entries)
    assert len(section(again).findings) == ENTRIES
    assert again.startswith(text.rstrip("\n"))
    assert ("\r\n" in again) == ("\r\n" in text)
    assert "\n" not in again.replace("\r\n", "") or "\r\n" not in text


@pytest.mark.parametrize(
    ("given", "day"), [("", "2027-02-22"), ("2026-11-25", "2026-11-25"), ("2027-12-31", "2027-12-31")]
)
def test_the_last_day(given: str, day: str) -> None:
    assert DAYS == 90
    assert last_day(given, TODAY) == day


@pytest.mark.parametrize("given", ["2026-11-24", "2026-11-23", "2026-02-30", "soon", "20270101", "2027-1-1"])
def test_a_last_day_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(ConfigError) as raised:
        last_day(given, TODAY)
    assert raised.value.id == "arguments.until"


def test_the_owner_is_named_or_known_from_before() -> None:
    last = Baseline(owner="web")
    assert owner_of("ann", last, "bot") == "ann"
    assert owner_of("", last, "bot") == "web"
    assert owner_of("", None, "bot") == "bot"
    with pytest.raises(ConfigError) as raised:
        owner_of(" ", None, "")
    assert raised.value.id == "arguments.no-owner"
