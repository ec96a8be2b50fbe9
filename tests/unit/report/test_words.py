"""The words of the HTML page: one table has each of them in every language, and nothing else."""

import ast
import re
from pathlib import Path

import pytest

from ci.commands.report import files, known
from ci.errors import ConfigError
from ci.intool.policy import FAILED, NOT_RUN, PASSED, SEVERITIES, WAIVED
from ci.report.environment import HEADER, cells
from ci.report.html.evidence import GATES, LEVEL
from ci.report.html.findings import PARTS
from ci.report.html.findings import WORDS as EFFECTS
from ci.report.html.image import CHANGES
from ci.report.html.words import ENGLISH, LANGUAGES, TABLE, Words
from tests.unit.gate_results import REPORT
from tests.unit.report.pages import read

ROOM = Path(__file__).parents[3] / "ci/report/html"


def literals() -> set[str]:
    """Texts of calls of ``say``, also those that ``map`` makes."""
    found: set[str] = set()
    for path in ROOM.glob("*.py"):
        for call in (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            maps = name == "map" and isinstance(call.args[0], ast.Name) and call.args[0].id == "say"
            inner = call.args[1:] if maps else call.args[:1] if name == "say" else []
            texts = (node.value for one in inner for node in ast.walk(one) if isinstance(node, ast.Constant))
            found |= {text for text in texts if isinstance(text, str)}
    return found


def constants() -> set[str]:
    """Words that other parts of the code have."""
    answers = {word for where in ("frozen", "undefined", "build") for word in cells("", {where: ""})[1:] if word}
    titles = {title for _, title, _ in PARTS}
    results = {"met", "met by waiver", "not met", "not shown"}
    return {
        *(PASSED, FAILED, WAIVED, NOT_RUN, *SEVERITIES),
        *(titles | answers | results),
        *(*HEADER, *GATES.values(), LEVEL, *EFFECTS.values(), *CHANGES.values()),
    }


@pytest.mark.parametrize("language", TABLE)
def test_the_table_has_every_text_and_no_other(language: str) -> None:
    assert set(TABLE[language]) == literals() | constants()


@pytest.mark.parametrize("language", TABLE)
def test_every_text_has_the_facts_of_the_english_one(language: str) -> None:
    for english, text in TABLE[language].items():
        assert text.strip()
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", english)), english
        assert text != english, english


def test_every_language_has_a_table() -> None:
    assert LANGUAGES.keys() == {ENGLISH, *TABLE}


def test_a_text_that_the_table_lacks_is_an_error() -> None:
    assert Words()("{number} apples", number=2) == "2 apples"
    with pytest.raises(KeyError, match="apples"):
        Words(language="zh")("{number} apples", number=2)


def test_a_chinese_page_marks_what_stays_english() -> None:
    root = read(files(REPORT, language="zh")["index.html"])
    assert root.attributes["lang"] == "zh-Hans"
    assert [one.text for one in root.all("h1", "h2")] == [
        "shop\uff1a被拒绝",
        "发现的问题",
        "运行过程",
        "检查项与控制项",
        "来源证明",
        "未执行",
    ]
    english = " ".join(one.text for one in root.all() if one.attributes.get("lang") == "en")
    assert "set runtime.user to a number above 0" in english
    assert "is a shell" in english
    assert not [one for one in read(files(REPORT)["index.html"]).all() if "lang" in one.attributes]


def test_a_language_that_the_page_does_not_have_is_refused() -> None:
    for language in LANGUAGES:
        known(language)
    with pytest.raises(ConfigError) as error:
        known("de")
    assert error.value.id == "arguments.language"
    assert "pass en or zh" in str(error.value)
