"""What counts as published, as refused with the right cause, and as wrong."""

import pytest

from bench.apps.outcome import PUBLISHED, REFUSED_RIGHT, WRONG, Call, Outcome, by_machine, error_of, ids_of, judged
from tests.unit.bench import corpus
from tests.unit.bench.corpus import DIGEST, TEMPLATES, UNREACHED, app, refused

STORED = frozenset({DIGEST})
NO_LOCKFILE = "Error: ci.errors.ProjectError: the app has no lockfile, so the versions to install are unknown\n  fix: …"


def test_an_image_in_the_registry_is_published_with_its_figures() -> None:
    outcome = judged(app(), Call(code=0, seconds=80, printed=corpus.PUBLISHED, stored=STORED), TEMPLATES)
    assert outcome == Outcome(
        verdict=PUBLISHED, seconds=80, digest=DIGEST, size=61.5, payload=31.0, standalone=62.0, score=97
    )


def test_a_payload_of_which_nothing_was_left_out_is_as_large_as_the_standalone_output() -> None:
    printed = corpus.PUBLISHED.replace("31.0 MB of 62.0 MB", "62.0 MB")
    outcome = judged(app(), Call(code=0, seconds=80, printed=printed, stored=STORED), TEMPLATES)
    assert (outcome.payload, outcome.standalone) == (62.0, 62.0)


def test_an_image_that_the_registry_does_not_have_is_wrong() -> None:
    assert judged(app(), Call(code=0, seconds=80, printed=corpus.PUBLISHED), TEMPLATES).verdict == WRONG


def test_a_digest_after_a_failure_is_wrong() -> None:
    call = Call(code=1, seconds=80, printed=corpus.PUBLISHED, stored=STORED)
    assert judged(app(), call, TEMPLATES).verdict == WRONG


def test_an_app_that_is_published_though_it_should_be_refused_is_wrong() -> None:
    call = Call(code=0, seconds=80, printed=corpus.PUBLISHED, stored=STORED)
    assert judged(refused("lockfile.none"), call, TEMPLATES).verdict == WRONG


def test_a_refusal_is_right_by_its_message() -> None:
    call = Call(code=1, seconds=5, log=NO_LOCKFILE)
    assert judged(refused("lockfile.none"), call, TEMPLATES).verdict == REFUSED_RIGHT
    assert judged(refused("build.failed"), call, TEMPLATES).verdict == WRONG
    assert judged(app(), call, TEMPLATES).verdict == WRONG


def test_a_host_that_the_engine_cannot_reach_is_the_right_cause_only_where_the_list_names_it() -> None:
    call = Call(code=1, seconds=60, log=UNREACHED)
    assert judged(app(host="api.example.com"), call, TEMPLATES).verdict == REFUSED_RIGHT
    assert judged(app(host="other.example.com"), call, TEMPLATES).verdict == WRONG
    assert judged(app(), call, TEMPLATES).verdict == WRONG
    vulnerable = refused("gates.failed", finding="CVE-2025-29927", host="api.example.com")
    assert judged(vulnerable, call, TEMPLATES).verdict == REFUSED_RIGHT


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("source, scan failed, so nothing was pushed:\n  - CVE-2025-29927 (critical) next@14.1.0", REFUSED_RIGHT),
        ("scan failed, so nothing was pushed:\n  - CVE-2025-29927 (critical) next@14.1.0", REFUSED_RIGHT),
        ("scan failed, so nothing was pushed:\n  - CVE-2026-00001 (critical) other@1.0.0", WRONG),
        ("scan, smoke failed, so nothing was pushed:\n  - CVE-2025-29927 (critical) next@14.1.0", WRONG),
        ("the app does not build: CVE-2025-29927", WRONG),
    ],
)
def test_a_vulnerability_is_the_right_cause_only_where_nothing_else_stops_the_app(said: str, verdict: str) -> None:
    entry = refused("gates.failed", finding="CVE-2025-29927")
    log = f"Error: ci.errors.PublishError: {said}\n"
    assert judged(entry, Call(code=1, seconds=90, log=log), TEMPLATES).verdict == verdict


def test_what_the_machine_lacks_says_nothing_of_the_app() -> None:
    entry = app(expect="refused", cause="lockfile.none", machine="a package")
    missing = judged(entry, Call(code=1, seconds=5, log=NO_LOCKFILE), TEMPLATES)
    assert by_machine(entry, missing)
    there = judged(entry, Call(code=0, seconds=80, printed=corpus.PUBLISHED, stored=STORED), TEMPLATES)
    assert (there.verdict, by_machine(entry, there)) == (PUBLISHED, False)
    asks = app(host="api.example.com")
    assert by_machine(asks, judged(asks, Call(code=1, seconds=60, log=UNREACHED), TEMPLATES))
    owners = refused("lockfile.none", host="api.example.com")
    assert not by_machine(owners, judged(owners, Call(code=1, seconds=5, log=NO_LOCKFILE), TEMPLATES))


def test_a_deadline_is_wrong() -> None:
    outcome = judged(app(), Call(code=None, seconds=900), TEMPLATES)
    assert (outcome.verdict, outcome.error) == (WRONG, "no answer within the deadline")


def test_the_error_is_the_logs_last_without_colours_and_without_what_the_cli_adds() -> None:
    error = error_of(UNREACHED.replace("Error:", "\x1b[31mError:\x1b[0m"))
    assert error.startswith("the app does not build: ")
    assert error.endswith("publish")


def test_a_log_without_an_error_of_the_pipeline_gives_its_last_lines() -> None:
    lines = [f"line {number}" for number in range(30)]
    assert error_of("\n".join(lines)).splitlines() == lines[-15:]


def test_a_message_is_recognised_by_what_it_says_beside_its_facts() -> None:
    assert ids_of(error_of(UNREACHED), TEMPLATES) == ("build.failed", "cause.host")
    assert ids_of("source, scan failed, so nothing was pushed:\n  high …", TEMPLATES) == ("gates.failed",)


def test_stored_errors_can_be_judged_again() -> None:
    wrong = judged(app(), Call(code=1, seconds=5, log=NO_LOCKFILE), TEMPLATES)
    assert wrong.again(refused("lockfile.none"), TEMPLATES).verdict == REFUSED_RIGHT
    done = judged(app(), Call(code=0, seconds=80, printed=corpus.PUBLISHED, stored=STORED), TEMPLATES)
    assert done.again(refused("lockfile.none"), TEMPLATES).verdict == WRONG
    assert done.again(app(), TEMPLATES) == done
