"""What is printed of failed commands."""

import json
from types import SimpleNamespace
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from ci.engine import containers
from ci.engine.concurrent import gather
from ci.errors import BuildError, ConfigError, PayloadError, PipelineError, ProjectError, ProofError, PublishError
from ci.gates import in_image as started
from ci.messages import Message, message

FALLBACK = Message(id="build.failed", what="it failed", fix="look")


def failed(stdout: str = "", stderr: str = "", exit_code: int = 1) -> Any:
    """What Dagger raises, as far as it is looked at."""
    return SimpleNamespace(stdout=stdout, stderr=stderr, exit_code=exit_code)


def test_a_message_of_our_own_programs_is_repeated_as_it_is() -> None:
    failure = failed(
        "patches[0]: changed 3 of 3 files\n",
        "warning\n\nnext-distroless: patches[1]: no file matches `a`\n  fix: correct `files:`\n",
        9,
    )
    assert containers.explain(failure, FALLBACK) == Message(
        id="", what="patches[1]: no file matches `a`", fix="correct `files:`"
    )


def test_the_last_message_counts() -> None:
    failure = failed("", "next-distroless: first\n  fix: a\nnext-distroless: last\n  fix: b\n", 9)
    assert containers.explain(failure, FALLBACK) == Message(id="", what="last", fix="b")


@pytest.mark.parametrize(
    "failure",
    [
        failed("out\n", "next-distroless: said by a tool\n", 1),
        failed("out\n", "another program's exit code\n", 9),
    ],
)
def test_other_output_is_repeated_with_the_exit_code(failure: Any) -> None:
    found = containers.explain(failure, FALLBACK)
    assert found.what == f"it failed (exit code {failure.exit_code}):\n  | out\n  | {failure.stderr.strip()}"
    assert (found.id, found.fix) == (FALLBACK.id, FALLBACK.fix)


def test_standard_output_comes_before_standard_error_and_empty_lines_go(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = containers.explain(failed("a\n\n  \nb", "c\n"), FALLBACK)
    assert found.what.splitlines() == ["it failed (exit code 1):", "  | a", "  | b", "  | c"]
    assert not capsys.readouterr().out, "the message has all of it"


def test_indentation_is_kept_and_colours_go() -> None:
    found = containers.explain(failed("\x1b[31m\x1b[1merror\x1b[0m\n    at \x1b[36mfile.ts\x1b[39m"), FALLBACK)
    assert found.what.splitlines()[1:] == ["  | error", "  |     at file.ts"]


def test_long_output_is_cut_at_its_beginning_and_printed_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    found = containers.explain(failed("".join(f"line {n}\n" for n in range(500))), FALLBACK)
    _, *lines = found.what.splitlines()
    assert len(lines) == containers.TAIL
    assert lines[-1] == "  | line 499"
    assert capsys.readouterr().out.splitlines() == [f"line {n}" for n in range(500)]


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (("patch", [{"files": "a"}]), ["node", "/pipeline/patch.cjs", '[{"files": "a"}]']),
        (("payload", {"files": ()}, "/out"), ["node", "/pipeline/payload.cjs", '{"files": []}', "/out"]),
        (("fetch",), ["node", "/pipeline/fetch.cjs"]),
    ],
)
def test_programs_get_text_as_it_is_and_all_else_as_json(arguments: tuple[Any, ...], command: list[str]) -> None:
    assert containers.program(*arguments) == command


@pytest.mark.parametrize("error", [ConfigError, ProjectError, BuildError, PayloadError, PublishError, ProofError])
def test_every_error_says_what_and_what_next(error: type[PipelineError]) -> None:
    found = error("it broke", "repair it")
    assert isinstance(found, PipelineError)
    assert (found.what, found.fix, str(found)) == ("it broke", "repair it", "it broke\n  fix: repair it")


def test_a_test_program_that_printed_no_report_has_failed() -> None:
    report = started._report("".join(f"line {n}\n" for n in range(30)))
    assert [one["id"] for one in report["findings"]] == ["test-ended"]
    assert report["log"] == [f"line {n}" for n in range(10, 30)]


def test_a_test_programs_report_is_taken_as_it_is() -> None:
    printed = {"readyMs": 5, "findings": [], "log": ["a"]}
    assert started._report(json.dumps(printed)) == printed


AT_BUILD = ("at-build", "entropy", "settings", "traces", "kept", "ahead", "unreached")


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("fail", {"fail.cjs"}),
        ("patch", {"patch.cjs", "glob.cjs", "fail.cjs"}),
        ("entropy", {"entropy.cjs", "settings.cjs"}),
        ("at-build", {f"{name}.cjs" for name in AT_BUILD}),
        ("digests", {"digests.cjs", "tree.cjs", "fail.cjs"}),
        ("serve-fonts", {"serve-fonts.cjs", "fonts.cjs", "font-calls.cjs"}),
    ],
)
def test_a_program_is_mounted_with_what_it_requires_and_nothing_else(name: str, files: set[str]) -> None:
    assert containers.closure(name) == files


def test_programs_that_are_mounted_together_share_what_they_require() -> None:
    assert containers.closure("patch", "serve-fonts") == containers.closure("patch") | containers.closure("serve-fonts")


def test_the_static_server_is_there_for_the_payload() -> None:
    assert "serve-static.cjs" in containers.closure("payload")


def test_a_recognised_cause_comes_before_the_output() -> None:
    cause = message("cause.host", host="api.example.com", later="")
    found = containers.explain(failed("", "Error: getaddrinfo ENOTFOUND api.example.com", 1), FALLBACK)
    assert found.what == f"it failed: {cause.what} (exit code 1):\n  | Error: getaddrinfo ENOTFOUND api.example.com"
    assert (found.id, found.fix, found.facts) == (cause.id, cause.fix, cause.facts)


async def test_work_side_by_side_gives_results_in_order() -> None:
    async def after(turns: int) -> int:
        for _ in range(turns):
            await anyio.lowlevel.checkpoint()
        return turns

    assert await gather(after(3), after(1), after(2)) == [3, 1, 2]


async def test_an_error_of_work_side_by_side_comes_as_it_is() -> None:
    async def fail() -> None:
        raise BuildError("it broke", "repair it")

    with pytest.raises(BuildError) as error:
        await gather(gather(fail(), anyio.sleep(60)), anyio.sleep(60))
    assert error.value.what == "it broke"
