"""The generator of the load, a program of its own beside the app."""

import json
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.load.measured import Answers
from ci.intool.policy.codec import decode

SAMPLE = 0.5
"""Seconds between two looks at the app's memory."""

GRACE = 60
"""Seconds after its time in which the generator has to end."""


def ask(command: Sequence[str], spec: Mapping[str, Any], place: Path, look: Callable[[], None]) -> Answers:
    """Ask for a while.

    Args:
        command: that runs the generator; gets the file with `spec` as its last argument.
        spec: what is asked, as ``ci/programs/load.cjs`` takes it.
        place: directory for files.
        look: called again and again meanwhile.

    Raises:
        Failure: the generator failed, or printed something else.
    """
    file, printed, problems = place / "load.json", place / "printed", place / "problems"
    file.write_text(json.dumps(spec), "utf-8")
    with printed.open("wb") as out, problems.open("wb") as err:
        process = subprocess.Popen([*command, str(file)], stdin=subprocess.DEVNULL, stdout=out, stderr=err)
    last = time.monotonic() + spec["seconds"] + spec["timeout"] + GRACE
    try:
        while process.poll() is None and time.monotonic() < last:
            look()
            time.sleep(SAMPLE)
    finally:
        if process.poll() is None:
            process.kill()
    if process.wait():
        said = problems.read_text("utf-8", "replace").strip()[-1000:]
        raise Failure(f"the generator of the load failed: {said or 'it did not end'}", "run it again; see its output")
    return parsed(printed.read_text("utf-8"))


def parsed(text: str) -> Answers:
    """What the generator printed. Pure.

    Raises:
        Failure: it is something else.
    """
    try:
        document = json.loads(text)
    except ValueError:
        raise Failure(f"the generator of the load printed no JSON: {text[:200]}", "run it again") from None
    found: Answers = decode(Answers, document, "what the generator of the load printed")
    return found
