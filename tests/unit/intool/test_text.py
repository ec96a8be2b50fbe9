"""Figures, tables and times as people read and write them."""

from datetime import UTC, datetime

import pytest

from ci.intool.common.text import human, plain, table
from ci.intool.manager.settings import listed
from ci.intool.registry.inventory import moment


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (-1500, "-1.5 kB"),
        (12_345_678, "12.3 MB"),
        (5_000_000_000_000, "5000.0 GB"),
    ],
)
def test_bytes(size: int, expected: str) -> None:
    assert human(size) == expected


def test_nothing_steers_the_terminal() -> None:
    assert plain("a\x1b[31m\nb é") == "a\\x1b[31m\\nb é"
    assert table([("a", 1), ("bcd", 20)], right=[1]) == ["  a     1", "  bcd  20"]


def test_settings_are_listed() -> None:
    assert listed({"cmd": ["a", "b"], "user": "", "env": {"A": "1", "B": "2"}, "stop_signal": "TERM", "x": {}}) == [
        ("cmd", "a b"),
        ("env", "A=1"),
        ("", "B=2"),
        ("stop signal", "TERM"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-01-02T03:04:05Z", datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2025-01-02T03:04:05.123456789Z", datetime(2025, 1, 2, 3, 4, 5, 123456, tzinfo=UTC)),
        ("2025-01-02T03:04:05+03:00", datetime(2025, 1, 2, 0, 4, 5, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("", None),
        (None, None),
        ("soon", None),
    ],
)
def test_moments(text: object, expected: datetime | None) -> None:
    assert moment(text) == expected
