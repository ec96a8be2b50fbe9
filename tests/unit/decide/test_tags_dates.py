"""Times as text: what moment.js writes, or a refusal that names the token."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ci.decide.tags import dates
from ci.decide.tags.moment import WRITE

VECTORS = json.loads(Path(__file__).parents[1].joinpath("vectors/moment.json").read_text("utf-8"))
"""Time, layout, time zone, and what moment-timezone 0.6.6 (moment 2.31.0) makes of them."""

FRIDAY = datetime(2020, 1, 10, 15, 25, 50, 123456, UTC)


@pytest.mark.parametrize(("time", "layout", "zone", "expected"), VECTORS)
def test_what_moment_writes(time: str, layout: str, zone: str, expected: str) -> None:
    dates.check(layout)
    assert dates.render(datetime.fromisoformat(time), layout, zone) == expected


def test_every_token_is_in_the_vectors() -> None:
    assert set(WRITE) <= {word for _, layout, _, _ in VECTORS for word in layout.split()}


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ("dddd, MMMM Do YYYY, h:mm:ss a", "Friday, January 10th 2020, 3:25:50 pm"),
        ("YYYYMMDD-HHmmss", "20200110-152550"),
        ("GGGG-[W]WW", "2020-W02"),
        ("\\", ""),
    ],
)
def test_layouts(layout: str, expected: str) -> None:
    assert dates.render(FRIDAY, layout, "UTC") == expected


@pytest.mark.parametrize(
    "token",
    [
        *("Y", "YYYYY", "YYYYYY", "y", "yo", "yyyy", "N", "NNNN", "Mo", "Qo", "DDDo", "do", "dd", "e", "w", "wo", "ww"),
        *("Wo", "gg", "gggg", "ggggg", "GG", "GGGGG", "k", "kk", "hmm", "hmmss", "Hmm", "Hmmss", "SSSS", "SSSSSSSSS"),
        *("z", "zz", "L", "LL", "LLL", "LLLL", "l", "ll", "lll", "llll", "LT", "LTS"),
    ],
)
def test_a_token_that_is_not_supported_is_named(token: str) -> None:
    said = rf"^the token `{token}` in `x-{token}` is not supported; write text as \[{token}\], or use YYYY YY Q M "
    with pytest.raises(ValueError, match=said):
        dates.check(f"x-{token}")
    dates.check(f"[{token}]\\{token}")
