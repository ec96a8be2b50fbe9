"""CFG-12 to CFG-14: secrets and Node.js options in the environment and the command."""

import re
from collections.abc import Iterator

from ci.intool.checks.definition import Fault, check
from ci.intool.checks.image import CheckedImage
from ci.intool.common.secret_forms import secret_by

SHARE = 0.8
"""Share of the memory that the heap may take: Node.js needs the rest for buffers, code and stacks."""

_INSPECT = re.compile(r"(?:^|\s)--inspect\S*")
_HEAP = re.compile(r"--max[-_]old[-_]space[-_]size(-percentage)?[= ](\d+(?:\.\d+)?)")


@check("CFG-12")
def secrets(image: CheckedImage) -> Iterator[Fault]:
    """No variable has a name or a value like a secret's; the value is not printed."""
    for name, value in image.env.items():
        if value and (by := secret_by(name, value)):
            yield f"config.Env.{name}", f"looks like a secret by its {by}"


@check("CFG-13")
def inspector(image: CheckedImage) -> Iterator[Fault]:
    """Neither in NODE_OPTIONS nor in the command."""
    for where, text in _options(image).items():
        if found := _INSPECT.search(text):
            yield where, f"has {found[0].strip()}"


@check("CFG-14")
def heap(image: CheckedImage) -> Iterator[Fault]:
    """The heap limit is set, and fits the memory if that is known."""
    memory = image.expected.memory_mb
    if not memory:
        return
    found = [match for text in _options(image).values() for match in _HEAP.finditer(text)]
    if not found:
        yield "config.Env.NODE_OPTIONS", f"sets no heap limit for {memory} MB of memory"
    for match in found:
        limit = float(match[2]) * (memory / 100 if match[1] else 1)
        if not 0 < limit <= memory * SHARE:
            yield "config.Env.NODE_OPTIONS", f"has {match[0]} for {memory} MB of memory"


def _options(image: CheckedImage) -> dict[str, str]:
    return {"config.Env.NODE_OPTIONS": image.env.get("NODE_OPTIONS", ""), "config.Cmd": " ".join(image.argv)}
