"""Processor time by kind of program."""

import sys

import pytest

from bench.processor import kind, parsed, spent


def test_the_name_of_a_program_may_have_spaces_and_brackets() -> None:
    stat = "42 (a) b) S 1 42 42 0 -1 4194304 1 2 3 4 150 50 7 8 20 0 1 0 98765 1 1"
    assert parsed(stat) == ("98765", 200)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("node /usr/local/bin/pnpm run build", "Next.js: compile, types, pages"),
        ("/nodejs/bin/node /pipeline/smoke.cjs /questions.json", "the started app and its questions"),
        ("/home/me/engine --oci-cni-binary-dir /run/cni", "the engine"),
        ("python3 -m ci.intool.oci assemble", "packing, hashing and searching"),
        ("dagger --progress=plain -m . call publish", "the command line"),
        ("bash", "other"),
    ],
)
def test_programs_are_known_by_their_command_line(command: str, expected: str) -> None:
    assert kind(command) == expected


def test_a_program_that_computes_is_seen_and_its_exit_code_kept() -> None:
    code, seconds, ticks = spent([sys.executable, "-c", "sum(range(20_000_000)); raise SystemExit(3)"])
    assert code == 3
    assert seconds > 0
    assert ticks["other"] > 0
