"""Labels and annotations that belong to the tags; names of repositories."""

from datetime import UTC, datetime

import pytest

from ci.decide.tags import decide, flavor, labels, names, parse
from ci.intool.tags import GitFacts, Tags

OCI = "org.opencontainers.image."
GIT = GitFacts(
    ref="refs/tags/v1.2.3",
    sha="860c1904a1ce",
    committed="2020-01-09T01:02:03+01:00",
    now=datetime(2020, 1, 10, tzinfo=UTC),
)
REPOSITORY = {"title": "Hello", "description": "First", "url": "https://example.com/hello", "licenses": "MIT"}


def decided(git: GitFacts = GIT) -> Tags:
    return decide(parse(["type=semver,pattern=v{{version}}", "x"]), flavor(["latest=false"]), git)


def test_all_of_them_in_order() -> None:
    result = labels(decided(), GIT, REPOSITORY)
    assert list(result.items()) == [
        (f"{OCI}created", "2020-01-10T00:00:00.000Z"),
        (f"{OCI}description", "First"),
        (f"{OCI}licenses", "MIT"),
        (f"{OCI}revision", "860c1904a1ce"),
        (f"{OCI}source", "https://example.com/hello"),
        (f"{OCI}title", "Hello"),
        (f"{OCI}url", "https://example.com/hello"),
        (f"{OCI}version", "1.2.3"),
    ]


def test_what_is_not_known_is_left_out() -> None:
    git = GitFacts()
    assert labels(decided(git), git, {}) == {f"{OCI}version": "x"}


def test_the_commits_time_stands_in_for_the_clock() -> None:
    git = GitFacts(committed="2020-01-09T01:02:03+01:00")
    assert labels(decided(git), git, {})[f"{OCI}created"] == "2020-01-09T00:02:03.000Z"


def test_own_lines_replace_and_add_and_may_have_expressions() -> None:
    extra = [
        "# a comment",
        f'{OCI}title=Mine, {{{{tag}}}} "and" {{{{sha}}}}',
        f"{OCI}created={{{{commit_date 'YYYY-MM-DDTHH:mm:ss.SSS[Z]'}}}}",
        "vendor=a=b",
        "empty=",
    ]
    result = labels(decided(), GIT, REPOSITORY, extra)
    assert result[f"{OCI}title"] == 'Mine, v1.2.3 "and" 860c190'
    assert result[f"{OCI}created"] == "2020-01-09T00:02:03.000Z"
    assert (result["vendor"], result["empty"]) == ("a=b", "")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("vendor", "`vendor`: write name=value"),
        ("=x", "`=x`: write name=value"),
        ("a={{shaa}}", "`a={{shaa}}`: unknown expression `shaa`; did you mean `sha`?"),
        ("a={{date 'YYYY'}}", "`a={{date 'YYYY'}}`: the time of {{date}} is not known"),
    ],
)
def test_what_a_bad_line_is_told(line: str, message: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011
        labels(decided(), GitFacts(), {}, [line])
    assert str(error.value) == message


def test_repositories_are_lower_case() -> None:
    assert names.repository("ghcr.io/MyUser/MyApp") == "ghcr.io/myuser/myapp"
