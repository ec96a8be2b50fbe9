"""One key of a pipeline file is set."""

from typing import Any

import pytest
import yaml

from ci.decide.tries.edit import Place, put

FILE = """\
# Head
version: 2  # format

runtime:
  # Why.
  health:
    path: /
    # path: /docs
  files: [a]

# tail: 1
"""


@pytest.mark.parametrize(
    ("place", "value", "text"),
    [
        (
            ("runtime", "health", "path"),
            "/api/health",
            FILE.replace("    path: /\n", "    # Because.\n    path: /api/health\n", 1),
        ),
        (
            ("runtime", "health", "status"),
            307,
            FILE.replace("path: /\n", "path: /\n    # Because.\n    status: 307\n", 1),
        ),
        (("runtime", "files"), ["a", "b"], FILE.replace("  files: [a]", "  # Because.\n  files: [a, b]")),
        (
            ("build", "dummies", "A"),
            "x: y",
            FILE + '\nbuild:\n  dummies:\n    # Because.\n    A: "x: y"\n',
        ),
        (
            ("smoke", "scenarios", 0, "env", "A"),
            "1",
            FILE + '\nsmoke:\n  scenarios:\n    - env:\n        # Because.\n        A: "1"\n',
        ),
        (
            ("patches", 0),
            {"files": "a", "append": "b"},
            f"{FILE}\npatches:\n  # Because.\n  - files: a\n    append: b\n",
        ),
    ],
)
def test_a_key_is_set_and_all_else_stays(place: Place, value: Any, text: str) -> None:
    assert put(FILE, place, value, "Because.") == text


def test_a_file_without_content() -> None:
    assert put("# Nothing\n", ("node",), "22") == '# Nothing\nnode: "22"\n'


@pytest.mark.parametrize(
    ("text", "place", "value", "meaning"),
    [
        ("build: {env: {A: b}}\n", ("build", "dummies", "C"), "d",
         {"build": {"env": {"A": "b"}, "dummies": {"C": "d"}}}),
        ("build:\n", ("build", "dummies", "C"), "d", {"build": {"dummies": {"C": "d"}}}),
        ("{version: 2}\n", ("app",), "web", {"version": 2, "app": "web"}),
        ("build:\n  env: {}\n", ("build", "env", "A"), "b", {"build": {"env": {"A": "b"}}}),
        ("patches:\n- files: a\n  append: b\n", ("patches", 1), {"files": "c", "append": "d"},
         {"patches": [{"files": "a", "append": "b"}, {"files": "c", "append": "d"}]}),
        ("patches:\n  - files: a\n    append: |\n      b\n", ("patches", 1), {"files": "c", "append": "d"},
         {"patches": [{"files": "a", "append": "b\n"}, {"files": "c", "append": "d"}]}),
        ("smoke:\n  scenarios:\n    - name: a\n      env:\n        A: b\n", ("smoke", "scenarios", 0, "env", "C"), "d",
         {"smoke": {"scenarios": [{"name": "a", "env": {"A": "b", "C": "d"}}]}}),
        ("smoke:\n  scenarios:\n    - name: a\n", ("smoke", "scenarios", 0, "env", "C"), "d",
         {"smoke": {"scenarios": [{"name": "a", "env": {"C": "d"}}]}}),
        ("smoke:\n  scenarios:\n    - name: a\n      env: {A: b}\n", ("smoke", "scenarios", 0, "name"), "z",
         {"smoke": {"scenarios": [{"name": "z", "env": {"A": "b"}}]}}),
        ("smoke: {scenarios: [{name: a}]}\n", ("smoke", "scenarios", 0, "env", "C"), "d",
         {"smoke": {"scenarios": [{"name": "a", "env": {"C": "d"}}]}}),
    ],
)  # fmt: skip
def test_what_the_file_means_then(text: str, place: Place, value: Any, meaning: Any) -> None:
    once = put(text, place, value, "Because # of : it")
    assert yaml.safe_load(once) == meaning
