"""From runs to figures, tables and plots."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import product

import pytest

from bench.speed import machine, svg, table
from bench.speed.apps import APPS, SERIES, Series
from bench.speed.cases import EXPERT, HOST, OURS
from bench.speed.stats import exponent, figures, times
from bench.speed.store import Results, Run
from tests.conftest import CHECKOUT

GROWS = Series(name="routes", points={1: ("a", "cold"), 10: ("b", "cold"), 100: ("c", "cold")}, limit=1.05, most=2.5)


def run(subject: str, seconds: float, number: int = 1, *, app: str = "moontv-mini", case: str = "page", **more) -> Run:
    return Run(app=app, case=case, subject=subject, round=number, seconds=seconds, **more)


def test_a_figure_has_median_range_and_the_ratio_to_the_same_round() -> None:
    # The second round was twice as slow for both: the ratio stays.
    runs = [run(OURS, 20, 1), run(EXPERT, 40, 1), run(OURS, 44, 2), run(EXPERT, 80, 2), run(OURS, 21, 3)]
    found = figures(runs)
    ours = found["moontv-mini", "page", OURS]
    assert (ours.median, ours.low, ours.high, ours.runs) == (21, 20, 44, 3)
    assert ours.ratio == pytest.approx((0.5 + 0.55) / 2)
    assert found["moontv-mini", "page", EXPERT].ratio is None


def test_without_the_base_there_is_no_ratio() -> None:
    (found,) = figures([run(OURS, 20)]).values()
    assert found.ratio is None


def test_a_figure_has_the_median_of_what_was_sent() -> None:
    found = figures([run(OURS, 1, n, sent=size) for n, size in enumerate((5, 1, 100))])
    assert found["moontv-mini", "page", OURS].sent == 5
    assert figures([run(HOST, 1)])["moontv-mini", "page", HOST].sent is None


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 2.0])
def test_the_exponent_of_a_power_is_found(power: float) -> None:
    assert exponent({n: 3 * n**power for n in (1, 10, 50)}) == pytest.approx(power)


def test_of_one_point_nothing_grows() -> None:
    assert exponent({1: 3.0}) is None
    assert times({1: 3.0}) is None
    assert times({1: 3.0, 10: 6.0, 5: 100.0}) == 2


RUNS = (
    *(run(OURS, seconds, n, sent=900_000) for n, seconds in enumerate((10, 12, 11))),
    *(run(EXPERT, seconds, n, sent=1_800_000) for n, seconds in enumerate((20, 24, 22))),
    run(HOST, 9.44),
    run(OURS, 3, case="nothing"),
)


def test_the_table_has_a_row_for_each_case_and_a_column_for_each_subject() -> None:
    text = table.table("moontv-mini", figures(RUNS))
    assert text.splitlines() == [
        "| case | ours | expert (ratios are to it) | host |",
        "| --- | --- | --- | --- |",
        "| a line of a page changed | 11.0 s (10.0 to 12.0), **0.50** | 22 s (20 to 24) | 9.4 s, **0.39** |",
        "| nothing changed | 3.0 s |  |  |",
    ]


def test_bytes_are_told_of_cases_that_change_something() -> None:
    text = table.bytes_sent(figures(RUNS))
    assert text.splitlines()[2:] == ["| moontv-mini | a line of a page changed | 0.90 MB | 1.80 MB |"]
    assert table.bytes_sent(figures([run(OURS, 1, case="cold", sent=9)])) == ""


def test_growth_has_exponent_factor_and_aim() -> None:
    runs = [run(OURS, seconds, app=app, case="cold") for app, seconds in (("a", 10), ("b", 20), ("c", 40))]
    assert table.growth(figures(runs), [GROWS]).splitlines()[2:] == [
        "| routes | ours | 1: 10.0 s, 10: 20 s, 100: 40 s | 0.30 | 4.00 | exponent ≤ 1.05, ≤ 2.5 |"
    ]
    assert table.growth(figures(runs[:1]), [GROWS]) == ""


def test_a_point_of_a_series_has_no_table_of_its_own() -> None:
    point, other = run(OURS, 30, app="routes-1", case="cold"), run(OURS, 30, app="other", case="cold")
    assert table.compared(figures([point, other])) == ["other"]
    assert table.compared(figures([point, run(EXPERT, 40, app="routes-1", case="cold")])) == ["routes-1"]


def test_the_page_has_the_machine_and_all_tables() -> None:
    grown = [run(OURS, 30, app=f"routes-{n}", case="cold") for n in (1, 10, 50)]
    text = table.page(Results(machine={"cores": "2"}, runs=(*RUNS, *grown)), APPS)
    assert text.startswith("cores: 2.\n")
    assert "### the example of this project\n\n| case |" in text
    assert "50: 30 s" in text
    assert "### Growth\n\n| what grows |" in text
    plots = re.findall(r"!\[[^]]+\]\((speed-[\w-]+\.svg)\)", text)
    assert plots == ["speed-moontv-mini.svg", "speed-routes.svg"]


def test_figures_are_put_between_the_marks_of_a_page() -> None:
    page = "# Speed\n\n<!-- measured -->\nold\n<!-- end -->\n\nMore.\n"
    once = table.into(page, "new\n")
    assert once == "# Speed\n\n<!-- measured -->\n\nnew\n\n<!-- end -->\n\nMore.\n"
    assert table.into(once, "new\n") == once
    with pytest.raises(ValueError, match="no <!-- measured -->"):
        table.into("# Speed\n", "new\n")


def drawn(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314  made here


def names(root: ET.Element, tag: str) -> list[ET.Element]:
    return root.findall(f".//{{http://www.w3.org/2000/svg}}{tag}")


def test_bars_are_as_long_as_the_times() -> None:
    root = drawn(svg.bars("moontv-mini", figures(RUNS)))
    bars = [one for one in names(root, "rect") if len(one)]
    widths = {one[0].text: float(one.get("width", 0)) for one in bars}
    assert set(widths) == {"ours: 11.0 s", "expert: 22 s", "host: 9.4 s", "ours: 3.0 s"}
    assert widths["expert: 22 s"] == pytest.approx(2 * widths["ours: 11.0 s"], abs=0.2)
    assert {"a line of a page changed", "nothing changed"} <= {one.text for one in names(root, "text")}
    width = float(root.get("width", 0))
    assert all(float(one.get("x", 0)) + float(one.get("width", 0)) <= width for one in names(root, "rect"))


def test_bars_of_nothing_are_a_document() -> None:
    assert [one for one in names(drawn(svg.bars("none", {})), "rect") if len(one)] == []


def test_a_power_is_drawn_as_a_straight_line() -> None:
    runs = [run(OURS, seconds, app=app, case="cold") for app, seconds in (("a", 10), ("b", 20), ("c", 40))]
    root = drawn(svg.lines(GROWS, figures(runs)))
    (one, two, three) = [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in names(root, "circle")]
    assert two[0] - one[0] == pytest.approx(three[0] - two[0], abs=0.2)
    assert one[1] - two[1] == pytest.approx(two[1] - three[1], abs=0.2)
    assert one[1] > three[1]
    assert any("exponent 0.30" in (text.text or "") for text in names(root, "text"))


def test_lines_need_two_points() -> None:
    assert svg.lines(GROWS, figures([run(OURS, 1, app="a", case="cold")])) == ""


def test_equal_times_are_drawn_too() -> None:
    runs = [run(OURS, 10, app=app, case="cold") for app in "abc"]
    heights = {one.get("cy") for one in names(drawn(svg.lines(GROWS, figures(runs))), "circle")}
    assert len(heights) == 1


def test_every_series_has_a_plot_of_its_own() -> None:
    runs = [
        Run(app=app, case=case, subject=subject, round=1, seconds=n + 1)
        for series, subject in product(SERIES, (OURS, EXPERT))
        for n, (app, case) in series.points.items()
    ]
    assert all(len(names(drawn(svg.lines(series, figures(runs))), "path")) == 2 for series in SERIES)


def test_memory_is_read_in_gib() -> None:
    assert machine.memory("MemTotal:       24640996 kB\nMemFree: 1 kB\n") == "23 GiB"
    assert machine.memory("") == ""


def test_facts_of_this_machine_name_no_host() -> None:
    facts = machine.facts(CHECKOUT, "an engine")
    assert {"date", "processor", "cores", "memory", "kernel", "this project", "Dagger", "BuildKit"} <= set(facts)
    assert machine.platform.node() not in machine.lines(facts)


def test_a_newer_run_takes_the_place_of_an_older_one() -> None:
    first = run(OURS, 10)
    results = Results().after(first).after(run(EXPERT, 5)).after(replace(first, seconds=11))
    assert [one.seconds for one in results.runs] == [5, 11]
    assert results.has("moontv-mini", "page", OURS, 1)
    assert not results.has("moontv-mini", "page", OURS, 2)
