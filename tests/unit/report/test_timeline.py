"""A timeline as rows, as text and as a picture."""

from itertools import pairwise
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from ci.engine.record import Measured
from ci.report.timeline import Row, lines, rows
from ci.report.timeline_svg import WIDTH, svg
from tests.unit.gate_results import RUN

SVG = "{http://www.w3.org/2000/svg}"


def step(name: str, start: float, end: float, inside: str = "") -> Measured:
    return Measured(name=name, start=start, seconds=round(end - start, 2), inside=inside)


def after(*measured: Measured) -> dict[str, str]:
    return {row.name: row.after for row in rows(measured)}


def decisive(*measured: Measured) -> list[str]:
    return [row.name for row in rows(measured) if row.decisive]


def test_one_after_the_other() -> None:
    run = (step("push", 9, 10), step("build", 2, 9), step("deps", 0, 2))
    assert after(*run) == {"deps": "", "build": "deps", "push": "build"}
    assert decisive(*run) == ["deps", "build", "push"]


def test_a_step_comes_after_the_one_that_ended_last() -> None:
    run = (step("database", 0, 3), step("deps", 0, 5), step("gates", 5.1, 9))
    assert after(*run) == {"database": "", "deps": "", "gates": "deps"}
    assert decisive(*run) == ["deps", "gates"]


def test_gates_are_below_the_step_around_them() -> None:
    run = (
        step("gates: scan", 5, 9, "gates"),
        step("gates: sbom", 9.01, 10, "gates"),
        step("gates: smoke", 5, 8, "gates"),
        step("gates", 5, 10),
        step("assemble", 0, 5),
        step("push", 10, 11),
    )
    assert [(row.name, row.depth) for row in rows(run)] == [
        ("assemble", 0),
        ("gates", 0),
        ("gates: scan", 1),
        ("gates: smoke", 1),
        ("gates: sbom", 1),
        ("push", 0),
    ]
    assert after(*run)["push"] == "gates"
    assert after(*run)["gates: sbom"] == "gates: scan"
    assert decisive(*run) == ["assemble", "gates", "gates: scan", "gates: sbom", "push"]


def test_times_that_are_rounded() -> None:
    """A step may seem to start before the one that it waited for ended."""
    assert after(step("base", 0, 0.21), step("deps", 0.2, 5)) == {"base": "", "deps": "base"}


def test_steps_that_took_no_time_are_left_out() -> None:
    run = (step("base", 0, 1), step("cache", 1, 1.04), step("cache 2", 1, 1.05), step("deps", 1.05, 2))
    assert after(*run) == {"base": "", "cache 2": "base", "deps": "cache 2"}


def test_a_step_after_one_inside_of_another() -> None:
    """The chain of a level has steps of that level only."""
    run = (
        step("prove: build", 0, 8, "prove"),
        step("prove", 0, 20),
        step("base", 9, 10),
        step("push", 20, 21),
    )
    assert after(*run)["base"] == "prove: build"
    assert decisive(*run) == ["prove", "prove: build", "push"]


@pytest.mark.parametrize("measured", [(), RUN])
def test_the_table_has_a_line_for_each_step(measured: tuple[Measured, ...]) -> None:
    printed = lines(rows(measured))
    assert len(printed) == (len(measured) + 1 if measured else 0)
    assert all(len(line) < 100 for line in printed)


def picture(found: list[Row], *failed: str) -> Element:
    return fromstring(svg(found, "shop <1.2> & more", failed))


def numbers(root: Element, tag: str, kind: str, key: str) -> list[float]:
    return [float(one.attrib[key]) for one in root.iter(f"{SVG}{tag}") if kind in one.attrib["class"].split()]


def test_the_picture_is_whole_xml_with_text() -> None:
    root = picture(rows(RUN), "hardening", "base")
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert texts.count("shop <1.2> & more") == 1
    assert {"deps", "gates", "hardening", "42.6"} <= set(texts)
    assert len(numbers(root, "rect", "failed", "x")) == 2
    assert not list(root.iter(f"{SVG}image"))
    assert not [name for one in root.iter() for name in one.attrib if "href" in name]


def test_a_title_with_control_characters_is_still_xml() -> None:
    root = fromstring(svg([], "shop \x1b[31m \0"))
    assert {one.text for one in root.iter(f"{SVG}text")} >= {"shop \\x1b[31m \\x00"}


def test_bars_are_inside_the_picture_and_to_scale() -> None:
    found = rows(RUN)
    root = picture(found)
    bars = [one for one in root.iter(f"{SVG}rect") if "card" not in one.attrib["class"]]
    starts = [float(bar.attrib["x"]) for bar in bars]
    widths = [float(bar.attrib["width"]) for bar in bars]
    assert len(bars) == len(found)
    assert all(start + width <= WIDTH for start, width in zip(starts, widths, strict=True))
    by_name = dict(zip([row.name for row in found], zip(starts, widths, strict=True), strict=True))
    assert by_name["build"][1] / by_name["deps"][1] == pytest.approx(42.6 / 9.5, rel=0.01)
    rises = [float(bar.attrib["y"]) for bar in bars]
    assert all(lower - upper == rises[1] - rises[0] for upper, lower in pairwise(rises))


@pytest.mark.parametrize("end", [0.05, 0.3, 1, 7.9, 61, 600, 5000])
def test_the_axis_has_few_marks_at_round_seconds(end: float) -> None:
    root = picture(rows([step("build", 0, end)]))
    marks = [float(str(one.text)) for one in root.iter(f"{SVG}text") if one.attrib.get("class") == "tick"]
    assert 1 <= len(marks) <= 9
    assert marks[0] == 0
    assert marks[-1] <= end


def test_nothing_was_measured() -> None:
    assert list(picture([]).iter(f"{SVG}path")) == []
