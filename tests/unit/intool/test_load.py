"""The load in the tool container: the image's user, the generator as a program, and what the kernel says of memory."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from ci.intool.common.failure import Failure
from ci.intool.contract.process import members, proportional, resident
from ci.intool.load.generator import ask, parsed
from ci.intool.load.measure import user
from ci.intool.load.measured import Answers

MIB = 1 << 20


def test_memory_is_that_of_the_process() -> None:
    """It writes to 64 MiB, so it has them."""
    program = f"import sys; kept = bytearray(b'x') * {64 * MIB}; print(len(kept), flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        own = [process.pid]
        assert 64 < resident(own) / 1024 < 128
        assert 60 < proportional(own) / 1024 <= resident(own) / 1024 + 1
        assert resident([*own, os.getpid()]) > resident(own)
        assert process.pid in members(os.getpid())
        process.communicate()
    assert (resident(own), proportional(own), members(process.pid)) == (0, 0, ())


def test_the_user_of_an_image_may_be_a_name(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "passwd").write_text("root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n")
    assert user("65532:65532", tmp_path) == 65532
    assert user("node", tmp_path) == 1000
    with pytest.raises(Failure, match="runs as `app`"):
        user("app", tmp_path)


def test_a_generator_that_fails_is_no_measurement(tmp_path: Path) -> None:
    spec = {"seconds": 0, "timeout": 0}
    with pytest.raises(Failure, match="generator of the load failed: no autocannon"):
        ask(["sh", "-c", "echo no autocannon >&2; exit 1", "-"], spec, tmp_path, lambda: None)
    with pytest.raises(Failure, match="printed no JSON"):
        parsed("<html>")
    looked: list[int] = []
    text = json.dumps(asdict(Answers(sent=3)))
    answers = ask(["sh", "-c", f"sleep 0.2; echo '{text}'", "-"], spec, tmp_path, lambda: looked.append(1))
    assert answers.sent == 3
    assert looked
