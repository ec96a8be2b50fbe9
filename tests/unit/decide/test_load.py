"""The load: what is asked, the numbers of what autocannon really printed, and the verdict."""

from dataclasses import replace
from pathlib import Path

import pytest

from ci.decide.config.load import Load, Route, Thresholds
from ci.decide.config.model import Health, Pipeline, Runtime, Scenario, Smoke
from ci.decide.config.parse import parse
from ci.decide.load.asked import OTHER, THIS, generator, interleaved, rounds, routes, scenario
from ci.decide.load.numbers import growth, histogram, numbers, percentile, pooled
from ci.decide.load.verdict import Result, judge
from ci.errors import ConfigError
from ci.intool.load.generator import parsed
from ci.intool.load.measured import Answers, Count, Measured, Memory, Round, Sample
from tests.unit.plans import plan_of

DATA = Path(__file__).parents[1] / "data" / "load"
"""What ``ci/programs/load.cjs`` printed of a small server: ``/`` answers, ``/bad`` answers 500, ``/cut`` and ``/end``
close the connection; nobody listened for ``refused``."""

TRUST = plan_of().trust


def printed(name: str) -> Answers:
    return parsed((DATA / f"{name}.json").read_text("utf-8"))


def count(*times: tuple[int, int]) -> tuple[Count, ...]:
    return tuple(Count(microseconds=time, requests=requests) for time, requests in times)


def one(image: str = THIS, name: str = "steady") -> Round:
    return Round(image=image, ready_ms=200, answers=printed(name), memory=Memory(idle_rss_kib=51200, end_rss_kib=61440))


def ids(result: Result) -> list[str]:
    return [finding.id for finding in result.gate.findings]


def judged(*seen: Round, soak: bool = False, rate: int = 40, **limits: int) -> Result:
    load = Load(rate=rate, thresholds=Thresholds(**limits))
    return judge(Measured(rounds=seen), load, "default", TRUST, soak=soak)


def test_the_health_path_is_asked_where_the_file_names_no_route() -> None:
    pipeline = Pipeline(runtime=Runtime(health=Health(path="/api/health", status=204)))
    assert routes(plan_of(pipeline=pipeline), "") == (Route(path="/api/health", status=204),)


def test_a_static_chunk_needs_one_that_is_known() -> None:
    plan = plan_of(pipeline=Pipeline(load=Load(routes=(Route(path="{chunk}"),))))
    assert generator(plan.load, routes(plan, "/a.js"), "/a.js")["requests"][0]["path"] == "/a.js"
    with pytest.raises(ConfigError, match=r"\{chunk\}.*no static chunk"):
        routes(plan, "")


def test_weights_are_spread_evenly() -> None:
    given = (Route(path="/a", weight=4), Route(path="/b"), Route(path="/c", weight=2))
    found = "".join(route.path[1:] for route in interleaved(given))
    assert sorted(found) == sorted("aaaabcc")
    assert "aaa" not in found


def test_a_body_is_sent_as_json() -> None:
    asked = generator(Load(), (Route(path="/login", method="POST", json='{"a": 1}'), Route(path="/")), "")
    assert asked["requests"][0]["headers"] == {"content-type": "application/json"}
    assert asked["requests"][0]["body"] == '{"a": 1}'
    assert asked["requests"][1]["headers"] == {}


def test_two_images_are_started_in_turns_for_as_long_together() -> None:
    load = Load(duration=20, warmup=3)
    assert (rounds(load, compared=False).order, rounds(load, compared=False).seconds) == ((THIS,), 20)
    assert (rounds(load, compared=True).order, rounds(load, compared=True).seconds) == ((THIS, OTHER, OTHER, THIS), 10)


def test_the_scenario_is_the_named_one_or_the_first() -> None:
    smoke = Smoke(scenarios=(Scenario(name="plain"), Scenario(name="redis")))
    assert scenario(plan_of(pipeline=Pipeline(smoke=smoke))).name == "plain"
    assert scenario(plan_of(pipeline=Pipeline(smoke=smoke, load=Load(scenario="redis")))).name == "redis"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("load: {scenario: redis}", "load.scenario: there is no scenario `redis`"),
        ("load: {thresholds: {p95: 0}}", "load.thresholds.p95: 0 is out of range"),
        ("load: {routes: [{path: api}]}", "expected a path"),
        ("load: {routes: [{path: /, method: get}]}", "expected an HTTP method"),
        ("load: {rps: 5}", "load.rps"),
    ],
)
def test_the_pipeline_file_is_read_strictly(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r"next-distroless\.yaml:1") as error:
        parse(f"{text}\n", "next-distroless.yaml")
    assert said in error.value.what


def test_percentiles_are_by_nearest_rank() -> None:
    times = count((1000, 90), (2000, 5), (3000, 4), (9000, 1))
    assert [percentile(times, p) for p in (50, 90, 95, 99, 100)] == [1.0, 1.0, 2.0, 3.0, 9.0]
    assert percentile((), 95) == 0


def test_rounds_are_pooled() -> None:
    assert pooled([count((1000, 2), (5000, 1)), count((1000, 3), (2000, 1))]) == list(
        count((1000, 5), (2000, 1), (5000, 1))
    )


def test_the_histogram_has_the_bars_between_the_first_and_the_last() -> None:
    assert histogram(count((1500, 2), (9000, 1))) == {2.0: 2, 5.0: 0, 10.0: 1}
    assert histogram(count((11_000_000, 1))) == {float("inf"): 1}


def test_the_numbers_of_a_real_run() -> None:
    answers = printed("steady")
    found = numbers([one()])
    assert found.answered == found.requests == sum(time.requests for time in answers.times) == found.codes["200"]
    assert found.failures == 0
    assert found.share == 0
    assert found.p50 < found.p95 <= found.p99 <= found.slowest
    assert found.p95 >= 30, "a third of the answers took 30 ms"
    assert found.rate == pytest.approx(40, abs=2)
    assert sum(found.histogram.values()) == found.answered
    assert (found.idle_rss_mib, found.end_rss_mib) == (50, 60)


def test_answers_of_another_status_and_cut_connections_are_failures() -> None:
    found = numbers([one(name="failing")])
    assert found.unexpected == {"GET /bad: 500, not 200": found.codes["500"]}
    assert found.broken == {"connection closed without an answer": printed("failing").lost}
    assert found.requests == found.answered + printed("failing").lost
    assert found.share == pytest.approx(0.75, abs=0.05)


def test_an_image_that_keeps_to_its_thresholds_passes() -> None:
    result = judged(one())
    assert result.gate.passed
    assert ids(result) == []
    assert result.gate.figures["failed"] == 0


@pytest.mark.parametrize(
    ("name", "limits", "rate", "found", "said"),
    [
        ("steady", {"p95": 10}, 40, "load-p95", "10 ms are allowed"),
        ("steady", {}, 100, "load-rate", "of 100 requests a second"),
        ("failing", {}, 0, "load-errors", "0.10% are allowed (connection closed without an answer:"),
        ("refused", {}, 0, "load-errors", "100.00%"),
    ],
)
def test_each_threshold_fails_by_its_name(name: str, limits: dict[str, int], rate: int, found: str, said: str) -> None:
    result = judged(one(name=name), rate=rate, **limits)
    assert not result.gate.passed
    assert ids(result) == [found]
    assert said in result.gate.findings[0].title
    assert result.gate.findings[0].fix


def test_failures_up_to_the_threshold_pass() -> None:
    assert judged(one(name="failing"), rate=0, errors=10_000).gate.passed


def test_an_image_that_does_not_start_or_ends_fails_with_its_log() -> None:
    start = judged(Round(image=THIS, problem="it does not listen", log=("Error: x",)))
    assert (ids(start), start.gate.log, start.image) == (["load-start"], ("Error: x",), None)
    ended = judged(replace(one(), ended=137, log=("killed",)))
    assert ids(ended) == ["load-ended"]
    assert "137" in ended.gate.findings[0].title


def test_an_engine_that_cannot_measure_never_passes_as_measured() -> None:
    result = judge(Measured(unavailable="no rights"), Load(), "default", TRUST)
    assert result.gate.status == "not run"
    assert result.gate.not_judged


def sampled(kib_a_second: float, *, seconds: int = 40, sawtooth: int = 0) -> Round:
    samples = tuple(
        Sample(seconds=n / 2, rss_kib=round(100_000 + n / 2 * kib_a_second + sawtooth * (n % 5)))
        for n in range(seconds * 2)
    )
    answers = Answers(
        seconds=seconds, sent=100 * seconds, codes={"200": 100 * seconds}, times=count((1000, 100 * seconds))
    )
    return Round(image=THIS, answers=answers, memory=Memory(idle_rss_kib=100_000, samples=samples))


def test_growth_is_that_of_a_thousand_requests_whatever_is_collected_meanwhile() -> None:
    assert growth(sampled(10)) == pytest.approx(100, abs=1)
    assert growth(sampled(0, sawtooth=2000)) == pytest.approx(0, abs=1)
    assert growth(sampled(10, seconds=4)) is None


def test_growth_is_judged_where_a_threshold_asks_for_it() -> None:
    assert judged(sampled(10), rate=100).gate.passed
    assert ids(judged(sampled(10), rate=100, growth=50)) == ["load-growth"]
    assert "a short run" in judged(sampled(10), rate=100, growth=50).gate.findings[0].title
    assert "a short run" not in judged(sampled(10), rate=100, growth=50, soak=True).gate.findings[0].title
    assert judged(sampled(10), rate=100, growth=150).gate.passed
    few = judged(sampled(10, seconds=4), rate=100, growth=50).gate
    assert few.passed
    assert [finding.id for finding in few.not_judged] == ["load-growth"]


def timed(image: str, microseconds: int) -> Round:
    return Round(
        image=image, answers=Answers(seconds=10, sent=400, codes={"200": 400}, times=count((microseconds, 400)))
    )


def test_another_image_is_compared_by_p50_and_p95() -> None:
    slower = judged(timed(THIS, 15_000), timed(OTHER, 10_000))
    assert ids(slower) == ["load-ratio", "load-ratio"]
    assert "150%; 120% are allowed" in slower.gate.findings[0].title
    assert judged(timed(THIS, 15_000), timed(OTHER, 10_000), ratio=150).gate.passed
    assert judged(timed(THIS, 10_000), timed(OTHER, 15_000)).gate.passed
    assert ids(judged(timed(THIS, 10_000), Round(image=OTHER, problem="no"))) == ["load-start"]


def test_a_difference_that_is_not_in_every_start_is_not_judged() -> None:
    noisy = judged(timed(THIS, 11_000), timed(OTHER, 10_000), timed(OTHER, 10_000), timed(THIS, 30_000))
    assert noisy.gate.passed
    assert {finding.id for finding in noisy.gate.not_judged} == {"load-ratio"}
    assert "300%, but not in every start (11, 30 and 10, 10 ms)" in str(noisy.gate.findings[0])
    steady = judged(timed(THIS, 15_000), timed(OTHER, 10_000), timed(OTHER, 10_000), timed(THIS, 30_000))
    assert ids(steady) == ["load-ratio", "load-ratio"]


def test_the_policy_report_only_tells_of_thresholds() -> None:
    trust = replace(TRUST, policy="report")
    assert judge(Measured(rounds=(one(),)), Load(thresholds=Thresholds(p95=1)), "default", trust).gate.passed
