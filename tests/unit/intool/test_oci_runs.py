import io
from typing import Any

import pytest

from ci.intool.oci.json_compare import difference
from ci.intool.oci.runs import LIMIT, first_run

PAGE = b"x" * 40
MIB = 1 << 20

RUNS: dict[str, tuple[bytes, bytes, tuple[int, int, str, str, str]]] = {
    "a name": (
        b'{"buildId":"one","a":1}',
        b'{"buildId":"two","a":1}',
        (12, 15, "text", '{"buildId":"one","a":1}', '{"buildId":"two","a":1}'),
    ),
    "first byte": (b"a", b"b", (0, 1, "text", "a", "b")),
    "nothing": (b"", b"b", (0, 1, "text", "", "b")),
    "longer": (PAGE, PAGE + b"yz", (40, 42, "text", "x" * 24, "x" * 24 + "yz")),
    "equal bytes by chance": (b"ab-12-cd", b"zz-12-yy", (0, 8, "text", "ab-12-cd", "zz-12-yy")),
    "two runs": (b"a12345678b", b"c12345678d", (0, 1, "text", "a12345678b", "c12345678d")),
    "binary": (b"\0\1", b"\0\2", (1, 2, "hex", "0001", "0002")),
    "not UTF-8": (b"\xff\xff", b"\xff\xfe", (1, 2, "hex", "ffff", "fffe")),
    "within a character": ("größ".encode(), "grüß".encode(), (3, 4, "text", "größ", "grüß")),
    "characters cut by the excerpt": (
        "中".encode() * 20 + b"a" + "中".encode() * 20,
        "中".encode() * 20 + b"b" + "中".encode() * 20,
        (60, 61, "text", "中" * 8 + "a" + "中" * 8, "中" * 8 + "b" + "中" * 8),
    ),
    "behind the first read": (
        b"x" * MIB + b"a",
        b"x" * MIB + b"b",
        (MIB, MIB + 1, "text", "x" * 24 + "a", "x" * 24 + "b"),
    ),
    "across two reads": (
        b"x" * (MIB - 1) + b"aa",
        b"x" * (MIB - 1) + b"bb",
        (MIB - 1, MIB + 1, "text", "x" * 24 + "aa", "x" * 24 + "bb"),
    ),
    "no end": (b"a" * MIB, b"b" * MIB, (0, LIMIT, "text", "a" * 88, "b" * 88)),
}


@pytest.mark.parametrize(("a", "b", "run"), RUNS.values(), ids=RUNS)
def test_the_first_run(a: bytes, b: bytes, run: tuple[int, int, str, str, str]) -> None:
    keys = ("start", "end", "encoding", "a", "b")
    assert first_run(io.BytesIO(a), io.BytesIO(b)) == dict(zip(keys, run, strict=True))


@pytest.mark.parametrize(
    ("a", "b", "found"),
    [
        ({}, {}, None),
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, None),
        ({"a": 1}, {"a": 2}, {"path": "config.a", "a": 1, "b": 2}),
        ({"a": 1}, {}, {"path": "config.a", "a": 1}),
        ({}, {"a": None}, {"path": "config.a", "b": None}),
        ({"b": 1, "a": 1}, {"a": 2, "b": 2}, {"path": "config.a", "a": 1, "b": 2}),
        ({"Env": ["A", "B"]}, {"Env": ["A", "C"]}, {"path": "config.Env[1]", "a": "B", "b": "C"}),
        ({"Env": ["A"]}, {"Env": ["A", "C"]}, {"path": "config.Env[1]", "b": "C"}),
        (
            {"Labels": {"org.x": "1"}},
            {"Labels": {"org.x": "2"}},
            {"path": 'config.Labels["org.x"]', "a": "1", "b": "2"},
        ),
        ({"a": 1}, {"a": True}, {"path": "config.a", "a": 1, "b": True}),
        ({"a": []}, {"a": {}}, {"path": "config.a", "a": [], "b": {}}),
    ],
)
def test_the_first_difference_of_json(a: Any, b: Any, found: Any) -> None:
    assert difference(a, b, "config") == found
