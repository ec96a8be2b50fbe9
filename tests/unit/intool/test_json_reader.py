"""JSON is read field by field, and what is wrong is named by its path."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import Json, inside, loaded, object_in, objects_inside, parsed

DOCUMENT: dict[str, Any] = {
    "text": "a",
    "empty": "",
    "null": None,
    "number": 7,
    "flag": True,
    "object": {"inner": {"deep": 1}},
    "layers": [{"digest": "sha256:a"}, {"digest": "sha256:b"}, {}, {"digest": 1}],
    "texts": ["a", "b"],
    "mixed": ["a", 1],
    "mapping": {"a": "b"},
    "numbers": {"a": 1},
}


@pytest.fixture
def json() -> Json:
    return Json("document", DOCUMENT, "write it again")


def test_fields_are_read(json: Json) -> None:
    assert (json.text("text"), json.number("number"), json.flag("flag")) == ("a", 7, True)
    assert json.object("object").object("inner").number("deep") == 1
    assert (json.texts("texts"), json.mapping("mapping")) == (("a", "b"), {"a": "b"})
    assert [one.where for one in json.objects("layers")][1] == "document: layers[1]"
    assert json.one_of("number", range(9)) == 7
    assert json.matching("text", re.compile("a"), "an a") == "a"


@pytest.mark.parametrize("key", ["absent", "null"])
def test_what_is_absent_or_null_is_empty(json: Json, key: str) -> None:
    assert (json.text(key), json.number(key), json.flag(key), json.texts(key)) == ("", 0, False, ())
    assert (json.object(key).value, json.objects(key), json.mapping(key)) == ({}, [], {})


@pytest.mark.parametrize(
    ("read", "reported"),
    [
        (lambda json: json.text("number"), "document: number is not a text"),
        (lambda json: json.text("empty", needed=True), "document: empty is missing"),
        (lambda json: json.number("flag"), "document: flag is not a whole number"),
        (lambda json: json.flag("number"), "document: number is neither true nor false"),
        (lambda json: json.object("texts"), "document: texts is not an object"),
        (lambda json: json.objects("texts"), "document: texts[0] is not an object"),
        (lambda json: json.objects("object"), "document: object is not a list"),
        (lambda json: json.texts("mixed"), "document: mixed[1] is not a text"),
        (lambda json: json.mapping("numbers"), "document: numbers.a is not a text"),
        (lambda json: json.objects("layers")[3].text("digest"), "document: layers[3].digest is not a text"),
        (lambda json: json.one_of("text", ("b", "c")), "document: text is 'a', and may be b, c"),
        (lambda json: json.one_of("flag", (1, 2)), "document: flag is True, and may be 1, 2"),
        (lambda json: json.matching("text", re.compile("b"), "a b"), "document: text is `a`, which is not a b"),
        (lambda json: json.object("mapping").only("b"), "document: mapping.a is unknown; known are b"),
        (lambda json: json.required("text", "null"), "document: null is missing"),
        (lambda json: json.required("absent"), "document: absent is missing"),
        (lambda _: Json("document", []).object(), "document is not an object"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(json: Json, read: Callable[[Json], Any], reported: str) -> None:
    with pytest.raises(Failure) as failure:
        read(json)
    assert failure.value.what == reported


@pytest.mark.parametrize(
    ("data", "reported"),
    [
        (b"{", "x is not JSON"),
        (b"\xff", "x is not JSON"),
        (b'{"a": NaN}', "x is not JSON"),
        (b"[" * 100_000, "x is not JSON"),
        (b"[]", "x is not a JSON object"),
        (b"null", "x is not a JSON object"),
    ],
)
def test_what_is_not_an_object(data: bytes, reported: str) -> None:
    with pytest.raises(Failure, match=reported):
        parsed(data, "x")
    assert object_in(data) is None


def test_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(Failure, match=r"a\.json cannot be read \(No such file"):
        loaded(str(tmp_path / "a.json"))
    (tmp_path / "a.json").write_text('{"a": [1]}')
    assert loaded(str(tmp_path / "a.json"), "the report").where == "the report"


def test_documents_of_any_form_are_looked_into() -> None:
    assert inside(DOCUMENT, "object", "inner", "deep") == 1
    assert inside(DOCUMENT, "text", "inner") is None
    assert inside(None, "a") is None
    assert objects_inside(DOCUMENT, "layers") == DOCUMENT["layers"]
    assert objects_inside(DOCUMENT, "mixed") == objects_inside(DOCUMENT, "text", "x") == []
