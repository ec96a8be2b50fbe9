"""What signing, attaching and verifying a release costs: a first one, and the same again on another day.

Usage: eval "$(make -s env)" && PYTHONPATH=. python3 bench/evidence.py [ROUNDS]

Starts a registry of its own on loopback, pushes a small image of two platforms, and runs the operation of a release
with SBOMs of 70 and 40 kB. Prints medians of seconds, of seconds of the processor in this process and in the programs
that it starts, and how many programs that are.
"""

import contextlib
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ci.intool.attest.attest import attest
from ci.intool.attest.audit import record
from ci.intool.attest.predicates import AUDIT, CYCLONEDX, SCAN, SPDX
from ci.intool.attest.self_check import own
from ci.intool.common.reference import split
from tests.registry import conftest, signers

SIZES = {SPDX: 70_000, CYCLONEDX: 40_000}
CASES = {"first": "2026-01-01T00:00:00Z", "unchanged": "2026-01-02T00:00:00Z"}
started = 0


class Counted(subprocess.Popen[Any]):
    """A program that is counted."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        global started  # noqa: PLW0603  the one counter
        started += 1
        super().__init__(*arguments, **options)


def statements(image: str, when: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Type, platform and predicate of all that a release attaches."""
    for kind, platform, predicate in signers.statements(image):
        if kind in SIZES:
            yield kind, platform, {**predicate, "filling": "x" * SIZES[kind]}
        else:
            yield kind, platform, signers.scan("CVE-1", when=when) if kind == SCAN else predicate
    yield AUDIT, "", record(who="bench", when=when, digest=split(image)[1], gates={})


def processor() -> float:
    """Seconds of the processor so far."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def release(directory: Path, image: str, signer: dict[str, Any], when: str) -> tuple[float, float, int]:
    """One release."""
    given = []
    for number, (kind, platform, predicate) in enumerate(statements(image, when)):
        path = directory / f"{number}.json"
        path.write_text(json.dumps(predicate))
        given.append({"type": kind, "platform": platform, "path": str(path)})
    trust = own(signer)  # a run has it from an earlier step, mostly from the engine's cache
    begun = time.monotonic(), processor(), started
    attest(image, given, signer, when, signed=True, require="attested", trust=trust)
    return time.monotonic() - begun[0], processor() - begun[1], started - begun[2]


def measured() -> dict[str, tuple[float, float, int]]:
    """Each case once, with a new registry and a new key."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as ends:
        directory = Path(name)
        registry = conftest.serve(directory / "registry")
        ends.callback(registry.stop)
        (directory / "regctl.json").write_text(json.dumps({"hosts": {registry.address: {"tls": "disabled"}}}))
        os.environ |= {"REGCTL_CONFIG": str(directory / "regctl.json"), "COSIGN_PASSWORD": signers.PASSWORD}
        pair = signers.keys(directory, "bench")
        image = signers.image(directory / "layout", f"{registry.address}/app")
        return {case: release(directory, image, pair.signer, when) for case, when in CASES.items()}


def main() -> None:
    """Print the table."""
    subprocess.Popen = Counted  # type: ignore[misc]
    rounds = [measured() for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3)]
    for case in CASES:
        columns = zip(*(one[case] for one in rounds), strict=True)
        seconds, used, programs = (statistics.median(values) for values in columns)
        print(f"{case:<10} {seconds:6.1f} s  {used:5.1f} s of the processor  {programs:.0f} programs")


if __name__ == "__main__":
    main()
