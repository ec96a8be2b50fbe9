from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.oci.spec import Source, parse
from tests.unit.layouts import spec

GOOD = spec(Path("/base.tar"), Path("/payload"))


def test_a_spec_is_read() -> None:
    read = parse(GOOD)
    assert read.platforms == {"linux/amd64": Source(base=Path("/base.tar"), payload=Path("/payload"))}
    assert {key: getattr(read, key) for key in GOOD if key != "platforms"} == {
        key: value for key, value in GOOD.items() if key != "platforms"
    }


BAD: list[tuple[dict[str, Any], str]] = [
    ({"platforms": {}}, "platforms is empty"),
    ({"platforms": []}, "platforms is not an object"),
    ({"platforms": {"linux": {"base": "a", "payload": "b"}}}, "platforms.linux is `linux`, which is not named os/arch"),
    ({"platforms": {"linux/amd64": {"base": "a"}}}, "platforms.linux/amd64.payload is missing"),
    ({"base": {"name": "a"}}, "base is not `name` and `digest`"),
    ({"base": {"name": "a", "digest": "sha256:../../x"}}, "base is not `name` and `digest`"),
    ({"prefix": "/app"}, "prefix is `/app`, which is not a plain relative path"),
    ({"prefix": "."}, "prefix is `.`"),
    ({"app": "../x"}, "app is `../x`"),
    ({"dist": ""}, "dist is ``"),
    ({"writable": {"a//b": "file"}}, "writable.a//b is `a//b`, which is not a plain relative path"),
    ({"writable": {"a": "socket"}}, "writable.a is 'socket', and may be file, directory"),
    ({"user": "65532"}, "user is not a whole number"),
    ({"user": True}, "user is not a whole number"),
    ({"user": -1}, "user is -1, below 0"),
    ({"config": {"user": "x"}}, "config.user is unknown; known are User, Env"),
    ({"config": {"Env": ["A=1"]}}, "config.Env is not an object"),
    ({"config": {"Env": {"A": 1}}}, "config.Env.A is not a text"),
    ({"config": {"Cmd": ["a", 1]}}, r"config.Cmd\[1\] is not a text"),
    ({"created": "yesterday"}, "created is `yesterday`, which is not an RFC 3339 time"),
    ({"annotations": {"a": None}}, "annotations.a is not a text"),
    ({"compression": "xz"}, "compression is 'xz', and may be gzip, zstd"),
    ({"compression": ["gzip"]}, "compression is \\['gzip'\\]"),
    ({"level": 0}, "level is 0, and may be 1, 2"),
    ({"level": 10}, "level is 10"),
    ({"levels": 1}, "levels is unknown"),
]


@pytest.mark.parametrize(("over", "words"), BAD, ids=[words for _, words in BAD])
def test_what_is_no_spec_is_named(over: dict[str, Any], words: str) -> None:
    with pytest.raises(Failure, match=words):
        parse({**GOOD, **over})


@pytest.mark.parametrize("key", GOOD)
def test_every_key_has_to_be_there(key: str) -> None:
    with pytest.raises(Failure, match=f"{key} is missing"):
        parse({name: value for name, value in GOOD.items() if name != key})


def test_levels_are_those_of_the_compression() -> None:
    assert parse({**GOOD, "compression": "zstd", "level": 19}).level == 19


def test_a_spec_is_an_object() -> None:
    with pytest.raises(Failure, match="the spec of the assembly is not an object"):
        parse([])
