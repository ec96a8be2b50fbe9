"""The pictures of an image's size: the treemap, its table, and the bar beside the budget."""

from itertools import combinations

import pytest

from ci.intool.oci.layers import ORDER
from ci.report.html.budget import WIDTH as BUDGET_WIDTH
from ci.report.html.budget import budget
from ci.report.html.image import CHANGES
from ci.report.html.layer_colours import colour
from ci.report.html.map import HEIGHT, LETTER, SHOWN, WIDTH, cut, pieces
from ci.report.html.markup import joined
from ci.report.html.page import STYLE
from ci.report.html.squarify import Box, squarified
from ci.report.html.words import Words
from tests.unit.report.pages import Element, read
from tests.unit.report.test_html import FILES, PAGES, by_id

SAY = Words()
WHOLE = Box(x=10, y=20, width=600, height=300)


@pytest.mark.parametrize("sizes", [[1], [3, 1], [6, 6, 4, 3, 2, 2, 1], [1000, 1, 1, 1], [7] * 40])
def test_areas_are_to_scale_and_fill_the_box(sizes: list[float]) -> None:
    boxes = squarified(sizes, WHOLE)
    unit = WHOLE.width * WHOLE.height / sum(sizes)
    assert [one.width * one.height for one in boxes] == pytest.approx([size * unit for size in sizes])
    for one in boxes:
        assert one.x >= WHOLE.x - 1e-6
        assert one.y >= WHOLE.y - 1e-6
        assert one.x + one.width <= WHOLE.x + WHOLE.width + 1e-6
        assert one.y + one.height <= WHOLE.y + WHOLE.height + 1e-6
    for one, other in combinations(boxes, 2):
        wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
        high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
        assert min(wide, high) < 1e-6


def test_pieces_are_near_to_squares() -> None:
    """The example of the paper: its worst ratio is below that of slices, 1.5 for the first two."""
    boxes = squarified([6, 6, 4, 3, 2, 2, 1], Box(x=0, y=0, width=6, height=4))
    assert [(round(one.width, 2), round(one.height, 2)) for one in boxes[:2]] == [(3, 2), (3, 2)]
    assert max(max(one.width / one.height, one.height / one.width) for one in boxes) < 3


def test_no_size_has_no_box() -> None:
    assert squarified([], WHOLE) == []


def test_small_packages_are_one_piece_and_no_byte_is_lost() -> None:
    found = pieces(FILES, SAY)
    assert [layer[0].layer for layer in found] == ["base", "node_modules", "server", "static", "public"]
    for layer in found:
        total = sum(int(str(one["bytes"])) for one in FILES if one["layer"] == layer[0].layer)
        assert sum(one.size for one in layer) == total
    names = [one.name for one in found[1]]
    assert names[0] == "next@14.2.24"
    assert "21 others" in names
    assert len(names) <= SHOWN + 1
    assert [one.name for one in found[0]] == ["Node.js", "no npm package"]


def drawn(page: str) -> tuple[Element, Element]:
    image = by_id(read(page), "image")
    [picture] = [one for one in image.all("svg") if one.attributes.get("class") == "map"]
    [table] = [one for one in image.all("table") if "npm" in one.all("caption")[0].text]
    return picture, table


def test_the_table_has_what_the_picture_has() -> None:
    picture, table = drawn(PAGES["every kind"])
    said = {one.all("title")[0].text for one in picture.all("g")}
    rows = [[cell.text for cell in row.children] for row in table.all("tbody")[0].all("tr")]
    own = [row for row in rows if row[1] != "base"]
    assert len(rows) == len(own) + 2
    assert said == {f"{layer}: {name}, {size}" for name, layer, size, _ in own}
    assert len(own) == len(picture.all("g"))
    areas = [float(one.attributes["width"]) * float(one.attributes["height"]) for one in picture.all("rect")]
    assert sum(areas) == pytest.approx(WIDTH * HEIGHT, rel=0.05)


def test_no_label_is_wider_than_its_piece() -> None:
    picture, _ = drawn(PAGES["every kind"])
    shown = [(group.all("rect")[0].attributes, label) for group in picture.all("g") for label in group.all("text")]
    assert shown
    for box, label in shown:
        assert float(label.attributes["x"]) + len(label.text) * LETTER <= float(box["x"]) + float(box["width"])
        assert float(label.attributes["y"]) <= float(box["y"]) + float(box["height"])


@pytest.mark.parametrize(
    ("name", "room", "shown"),
    [
        ("next", 4, "next"),
        ("react-dom", 8, "react-d…"),
        ("react-dom", 5, ""),
        ("其他包", 6, "其他包"),
        ("其他包啊", 7, "其他包…"),
    ],
)
def test_a_name_is_cut_where_it_does_not_fit(name: str, room: int, shown: str) -> None:
    assert cut(name, room) == shown


@pytest.mark.parametrize(
    ("size", "said", "over"),
    [
        (50_000_000, "50.0 MB, 50 % of the 100.0 MB", None),
        (100_000_000, "100.0 MB, 100 % of the 100.0 MB", None),
        (125_000_000, "125.0 MB, 125 % of the 100.0 MB", 0.2),
    ],
)
def test_the_size_beside_the_budget(size: int, said: str, over: float | None) -> None:
    root = read(f"<!DOCTYPE html><div>{joined(budget('linux/amd64', size, 100, SAY))}</div>")
    assert said in root.text
    bars = {one.attributes["class"]: float(one.attributes["width"]) for one in root.all("rect")}
    assert bars["budget-used"] == pytest.approx(min(size / 1e8, 1 / max(size / 1e8, 1)) * (BUDGET_WIDTH - 4), abs=0.1)
    assert bars.get("budget-over") == (pytest.approx(over * (BUDGET_WIDTH - 4), abs=0.1) if over else None)


def test_no_budget_has_no_bar() -> None:
    shown = joined(budget("linux/amd64", 50_000_000, 0, SAY))
    assert "sets no limit" in shown
    assert "<svg" not in shown


def test_every_layer_of_the_pipeline_has_a_colour_and_says_what_changes_it() -> None:
    names = ("base", *ORDER)
    assert tuple(CHANGES) == names
    assert len({colour(name) for name in (*names, "another")}) == len(names) + 1
    assert all(f".{colour(name)} " in STYLE for name in (*names, "another"))
