"""Reading rules and flavors."""

import pytest

from ci.decide.tags import DEFAULT, METADATA_ACTION, Flavor, flavor, parse


@pytest.mark.parametrize(
    ("rule", "priority"),
    [
        ("type=schedule", 1000),
        ("type=semver,pattern=x", 900),
        ("type=pep440,pattern=x", 900),
        ("type=match,pattern=x", 800),
        ("type=edge", 700),
        ("type=ref,event=tag", 600),
        ("x", 200),
        ("type=sha", 100),
        ("x,priority=-1", -1),
    ],
)
def test_priorities(rule: str, priority: float) -> None:
    assert [one.priority for one in parse([rule])] == [priority]


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        ("type=schedule", {"pattern": "nightly"}),
        ("type=semver,pattern={{version}}", {"pattern": "{{version}}", "value": "", "match": ""}),
        ("type=pep440,pattern={{raw}},v1", {"pattern": "{{raw}}", "value": "v1", "match": ""}),
        (r"type=match,pattern=v\d", {"pattern": r"v\d", "group": "0", "value": ""}),
        ('type=match,"pattern=a{1,2}",group=1', {"pattern": "a{1,2}", "group": "1", "value": ""}),
        ('type=match, "pattern=a""b",', {"pattern": 'a"b', "group": "0", "value": ""}),
        ("type=edge", {"branch": ""}),
        ("type=ref,event=branch", {"event": "branch"}),
        ("type=ref,event=pr", {"event": "pr", "prefix": "pr-"}),
        ("type=ref,event=pr,prefix=", {"event": "pr", "prefix": ""}),
        ("type=sha", {"format": "short", "prefix": "sha-"}),
        ("type=sha,prefix= ,format=long", {"format": "long", "prefix": ""}),
        (" value = a = b ", {"value": "a = b"}),
        ("x-{{date 'YYYY' tz='Asia/Tokyo'}}", {"value": "x-{{date 'YYYY' tz='Asia/Tokyo'}}"}),
        ("\"value={{date 'D, M'}}\"", {"value": "{{date 'D, M'}}"}),
    ],
)
def test_attributes_and_their_defaults(rule: str, options: dict[str, str]) -> None:
    (one,) = parse([rule])
    assert {name: value for name, value in one.options.items() if name not in {"type", "enable", "priority"}} == options


def test_comments_and_blank_lines_and_texts_of_several_lines() -> None:
    assert [rule.text for rule in parse(["a\n\n  # b\n c ", "d#e", " "])] == ["a", "c", "d#e"]


@pytest.mark.parametrize("nothing", [[], [""], ["# a", "\n"]])
def test_no_rule_is_the_default(nothing: list[str]) -> None:
    assert [rule.text for rule in parse(nothing)] == list(DEFAULT)


def test_the_rules_of_metadata_action_can_be_read() -> None:
    assert [rule.type for rule in parse(METADATA_ACTION)] == ["schedule", "ref", "ref", "ref"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("type=semvr,pattern=x", "unknown type `semvr`; did you mean `semver`?"),
        ("type=", "unknown type ``; known: schedule, semver, pep440, match, edge, ref, raw, sha"),
        ("type=semver,patern=x", "unknown attribute `patern`; did you mean `pattern`?"),
        ("x=y", "unknown attribute `x`; known: priority, value, type, enable, prefix, suffix"),
        ("pre-fix=y", "unknown attribute `pre-fix`; did you mean `prefix`?"),
        ("type=sha,x", "unknown attribute `value`; known: priority, prefix, format, type, enable, suffix"),
        ("type=semver", "type=semver needs pattern=…"),
        ("type=pep440", "type=pep440 needs pattern=…"),
        ("type=match", "type=match needs pattern=…"),
        ("type=ref", "type=ref needs event=…"),
        ("type=raw", "type=raw needs value=…"),
        ("type=ref,event=brunch", "unknown value of event `brunch`; did you mean `branch`?"),
        ("type=sha,format=x", "unknown value of format `x`; known: short, long"),
        ("x,priority=high", "priority `high` is not a number"),
        ("x,priority=nan", "priority `nan` is not a number"),
        ("type=match,pattern=x,group=a", "group `a` is not a whole number"),
        ("type=match,pattern=(", "`(` is not a regular expression that can be used: `(` is not closed"),
        ("type=match,pattern=/a/x", "unknown flag `x`; known: i, m, s, g, u, y, d"),
        ("type=match,pattern=x,group=01", "group `01` is not a whole number"),
        ("type=match,pattern=(a|(b))+,group=2", "group 2 is repeated, or stands in a condition"),
        (r"type=semver,pattern=x,match=(\d\.)+", "group 1 is repeated, or stands in a condition"),
        ("type=semver,pattern=x,match=/v(.*)/i", "slashes are part of the text in match="),
        (r"x-\{{sha}}", "has a backslash before {{"),
        ("x-{{{sha}}", "`{{{sha}}` is not an expression"),
        ("type=semver,pattern=x,match=v.*", "match `v.*` needs the version in parentheses, such as app-v(.*)"),
        ("x-{{brunch}}", "unknown expression `brunch`; did you mean `branch`?"),
        ("x-{{version}}", "{{version}} is known in the pattern of type=semver and type=pep440 only"),
        ("type=schedule,pattern={{major}}", "{{major}} is known in the pattern of type=semver and type=pep440 only"),
        ("type=semver,pattern={{majr}}", "unknown expression `majr`; did you mean `major`?"),
        ("x-{{date}}", "{{date}} needs a layout in quotes, such as {{date 'YYYYMMDD'}}"),
        ("x-{{date YYYY}}", "`{{date YYYY}}` is not an expression; write {{name}} or {{date 'YYYYMMDD'}}"),
        ("x-{{date 'YYYY' zone='UTC'}}", "unknown option `zone`; known: tz"),
        ("x-{{date 'YYYY' tz='Mars/Base'}}", "unknown time zone `Mars/Base`; write one of the IANA database"),
        ("x-{{date 'YYYY' tz='../etc/passwd'}}", "unknown time zone `../etc/passwd`"),
        ("x-{{sha 'YYYY'}}", "{{sha}} takes nothing, found `{{sha 'YYYY'}}`"),
        ("x-{{sha", "`x-{{sha` begins or ends no expression; quote a field that has a comma"),
        ("x-{{date 'D, M'}}", "`M'}}` begins or ends no expression; quote a field that has a comma"),
        (
            "x,enable=${{ a == b }}",
            "`${{ a == b }}` has an expression of GitHub Actions, which only a workflow expands",
        ),
        ("x,prefix={{#if sha}}", "`{{#if sha}}` is not an expression"),
        ('"x', 'unexpected end of data; quotes enclose a whole field: "name=value"'),
        ('"a"b', "quotes enclose a whole field"),
        ('type=match,pattern="a{1,2}"', 'a quote inside `pattern="a{1`; quotes enclose a whole field: "name=value"'),
    ],
)
def test_what_a_bad_rule_is_told(rule: str, message: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011
        parse(["a", rule])
    text = str(error.value)
    assert text.startswith(f"`{rule}`: ")
    assert message in text
    assert "\n" not in text


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], Flavor()),
        (["# x", " "], Flavor()),
        (["latest=true"], Flavor(latest="true")),
        (["latest=false", "latest=auto"], Flavor(latest="auto")),
        (["prefix=sha-"], Flavor(prefix="sha-")),
        (["suffix=-alpine"], Flavor(suffix="-alpine")),
        (["latest=false\nPREFIX=dev-\nsuffix=-alpine"], Flavor(latest="false", prefix="dev-", suffix="-alpine")),
        (["prefix=dev-,onlatest=true"], Flavor(prefix="dev-", prefix_latest=True)),
        (["suffix=-a,onlatest=true"], Flavor(suffix="-a", suffix_latest=True)),
        (["prefix=a,onlatest=true,suffix=b,onlatest=false"], Flavor(prefix="a", prefix_latest=True, suffix="b")),
        (["prefix= "], Flavor()),
        (["prefix={{branch}}-"], Flavor(prefix="{{branch}}-")),
    ],
)
def test_flavors(lines: list[str], expected: Flavor) -> None:
    assert flavor(lines) == expected


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("random", "`random` is not an entry; write name=value, with one of latest, prefix, suffix, onlatest"),
        ("latst=true", "unknown entry `latst`; did you mean `latest`?"),
        ("latest=maybe", "unknown value of latest `maybe`; known: auto, true, false"),
        ("prefix=a,onlatest=yes", "unknown value of onlatest `yes`; known: true, false"),
        ("onlatest=true", "onlatest stands behind the prefix or suffix that it is for"),
        ("suffix={{brnch}}", "unknown expression `brnch`; did you mean `branch`?"),
        ('"x', "quotes enclose a whole field"),
    ],
)
def test_what_a_bad_flavor_is_told(line: str, message: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011
        flavor([line])
    assert str(error.value).startswith(f"flavor `{line}`: ")
    assert message in str(error.value)
