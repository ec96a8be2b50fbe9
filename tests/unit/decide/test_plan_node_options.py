"""What an app's own NODE_OPTIONS load first is taken out of them."""

import pytest

from ci.decide.plan.node_options import preloads


@pytest.mark.parametrize(
    ("options", "rest", "modules"),
    [
        ("", "", ()),
        ("--max-old-space-size=4096", "--max-old-space-size=4096", ()),
        ("--require ./a.cjs", "", ("./a.cjs",)),
        ("-r dotenv/config --no-warnings --require=./b.cjs", "--no-warnings", ("dotenv/config", "./b.cjs")),
        ('--require "./my file.cjs" --title="a b"', '--title="a b"', ("./my file.cjs",)),
        (r'--require="a\"b\\c.cjs"', "", (r'a"b\c.cjs',)),
        ("--import ./a.mjs --require", "--import ./a.mjs", ()),
        ("--required x", "--required x", ()),
    ],
)
def test_modules_and_the_other_options(options: str, rest: str, modules: tuple[str, ...]) -> None:
    assert preloads(options) == (rest, modules)
