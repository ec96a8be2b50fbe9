"""Versions and times."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from ci.decide.tags import dates
from ci.intool.tags import versions

SPECIFIED = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11"]
ORDERED = [
    "0.0.0",
    "0.9.0",
    *SPECIFIED,
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1-0",
    "1.0.1",
    "1.2.0",
    "1.10.0",
    "2.0.0-1",
    "2.0.0",
]


@pytest.mark.parametrize(("lower", "higher"), list(pairwise(ORDERED)))
def test_precedence_of_semver(lower: str, higher: str) -> None:
    below, above = versions.precedence(lower), versions.precedence(f"v{higher}+build")
    assert below
    assert above
    assert below < above


def test_build_metadata_has_no_precedence() -> None:
    assert versions.precedence("1.0.0+a") == versions.precedence("1.0.0+b")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.2",
        "01.2.3",
        "1.2.3-",
        "1.2.3-01",
        "1.2.3-a..b",
        "1.2.3+",
        "V1.2.3",
        "1.2.3 ",
        "1.2.3\n",
        "1.2.٣",
        "vv1.2.3",
    ],
)
def test_no_semver(text: str) -> None:
    assert versions.semver(text) is None
    assert versions.precedence(text) is None


@pytest.mark.parametrize(
    ("text", "normal", "semver", "final"),
    [
        ("1.2.3", "1.2.3", "1.2.3", True),
        ("v1.2", "1.2", "1.2.0", True),
        ("1", "1", "1.0.0", True),
        ("2024.01.10", "2024.1.10", "2024.1.10", True),
        ("1.2.3.4", "1.2.3.4", "", True),
        ("1!1.2", "1!1.2", "", True),
        ("0!1.2", "1.2", "1.2.0", True),
        ("1.2+Local-1.02", "1.2+local.1.2", "1.2.0", True),
        ("1.2ALPHA", "1.2a0", "1.2.0-a.0", False),
        ("1.2-beta.3", "1.2b3", "1.2.0-b.3", False),
        ("1.2_c4", "1.2rc4", "1.2.0-rc.4", False),
        ("1.2.preview5", "1.2rc5", "1.2.0-rc.5", False),
        ("1.2-1", "1.2.post1", "", False),
        ("1.2.r2", "1.2.post2", "", False),
        ("1.2rev", "1.2.post0", "", False),
        ("1.2.dev", "1.2.dev0", "", False),
        ("1.2a1.post2.dev3", "1.2a1.post2.dev3", "", False),
    ],
)
def test_pep440(text: str, normal: str, semver: str, final: bool) -> None:  # noqa: FBT001
    version = versions.pep440(text)
    assert version
    assert (version.raw, version.text, version.semver, version.final) == (text, normal, semver, final)


@pytest.mark.parametrize("text", ["", "v", "1.2.x", "1.2-", "1..2", "1.2+", "1.2+a..b", "latest", "1.2 "])
def test_not_pep440(text: str) -> None:
    assert versions.pep440(text) is None


FRIDAY = datetime(2020, 1, 10, 15, 25, 50, 123456, UTC)


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("dddd, MMMM Do YYYY, h:mm:ss a", "Friday, January 10th 2020, 3:25:50 pm"),
        ("YYYY-MM-DDTHH:mm:ss.SSS[Z]", "2020-01-10T15:25:50.123Z"),
        ("M Mo MM MMM MMMM", "1 1st 01 Jan January"),
        ("Q Qo", "1 1st"),
        ("D Do DD", "10 10th 10"),
        ("DDD DDDo DDDD", "10 10th 010"),
        ("d do dd ddd dddd e E", "5 5th Fr Fri Friday 5 5"),
        ("w wo ww W Wo WW", "2 2nd 02 2 2nd 02"),
        ("Y YY YYYY YYYYY YYYYYY", "2020 20 2020 02020 +002020"),
        ("y yo yy yyyy N NNNN", "2020 2020th 2020 2020 AD Anno Domini"),
        ("gg gggg GG GGGG", "20 2020 20 2020"),
        ("a A", "pm PM"),
        ("H HH h hh k kk", "15 15 3 03 15 15"),
        ("m mm s ss", "25 25 50 50"),
        ("S SS SSS SSSS SSSSSSSSS", "1 12 123 1230 123000000"),
        ("hmm hmmss Hmm Hmmss", "325 32550 1525 152550"),
        ("z zz Z ZZ", "UTC UTC +00:00 +0000"),
        ("X x", "1578669950 1578669950123"),
        ("L", "01/10/2020"),
        ("l", "1/10/2020"),
        ("LL", "January 10, 2020"),
        ("ll", "Jan 10, 2020"),
        ("LLL", "January 10, 2020 3:25 PM"),
        ("lll", "Jan 10, 2020 3:25 PM"),
        ("LLLL", "Friday, January 10, 2020 3:25 PM"),
        ("llll", "Fri, Jan 10, 2020 3:25 PM"),
        ("LT LTS", "3:25 PM 3:25:50 PM"),
        ("[YYYY] \\MM [] b-_.", "YYYY MM  b-_."),
    ],
)
def test_layouts(layout: str, expected: str) -> None:
    assert dates.render(FRIDAY, layout, "UTC") == expected


@pytest.mark.parametrize(
    ("time", "layout", "zone", "expected"),
    [
        ("2020-01-10T00:30:00+00:00", "YYYYMMDD-HHmmss z Z", "Asia/Tokyo", "20200110-093000 JST +09:00"),
        ("2020-07-01T12:00:00+00:00", "HH z ZZ", "America/New_York", "08 EDT -0400"),
        ("2020-07-01T12:00:00+00:00", "HH:mm Z", "Asia/Kolkata", "17:30 +05:30"),
        ("2020-07-01T12:00:00+00:00", "HH:mm Z", "America/St_Johns", "09:30 -02:30"),
        ("2020-07-01T02:00:00+05:00", "D", "UTC", "30"),
        ("2021-01-01T00:00:00+00:00", "w gggg W GGGG", "UTC", "1 2021 53 2020"),
        ("2022-12-31T00:00:00+00:00", "w gggg W GGGG E e", "UTC", "53 2022 52 2022 6 6"),
        ("2023-01-01T00:00:00+00:00", "w gggg W GGGG E e", "UTC", "1 2023 52 2022 7 0"),
        ("2019-12-29T00:00:00+00:00", "w gggg W GGGG", "UTC", "1 2020 52 2019"),
        ("2020-12-11T00:00:00+00:00", "h hh k kk H a Do Q DDDo", "UTC", "12 12 24 24 0 am 11th 4 346th"),
        ("2020-02-22T12:00:00+00:00", "h A Do", "UTC", "12 PM 22nd"),
        ("2020-05-03T12:00:00+00:00", "Do Qo", "UTC", "3rd 2nd"),
        ("1969-12-31T23:59:59+00:00", "X", "UTC", "-1"),
    ],
)
def test_zones_and_calendars(time: str, layout: str, zone: str, expected: str) -> None:
    assert dates.render(datetime.fromisoformat(time), layout, zone) == expected
