"""Registry work as a program: ``python3 -m ci.registry OPERATION ARGUMENTS.json REPORT.json``."""

import json
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from ci.oci.failure import Failure, tell

OPERATIONS = {
    "cache_fetch": "cache",
    "cache_list": "cache",
    "cache_store": "cache",
    "cache_why": "cache",
    "clean": "clean",
    "diff": "diff",
    "info": "info",
    "names": "names",
    "promote": "promote",
    "pull": "pull",
    "push": "push",
    "size": "size",
    "tags": "listing",
    "verify": "verify",
}
"""Operation, which is the name of its function, to the module of this package that has it."""


def function(operation: str) -> Callable[..., Any]:
    """The function of an operation."""
    found: Callable[..., Any] = getattr(import_module(f"ci.registry.{OPERATIONS[operation]}"), operation)
    return found


def main(argv: Sequence[str]) -> int:
    """Run one operation; failures are told on standard error.

    Args:
        argv: the operation, a file with its keyword arguments (a JSON object), and the file for its report.

    Returns:
        The exit code.
    """
    if len(argv) != 3 or argv[0] not in OPERATIONS:  # noqa: PLR2004  an operation and two files
        usage = "python3 -m ci.registry OPERATION ARGUMENTS.json REPORT.json"
        return tell(Failure("these are no arguments", f"use {usage}; operations: {', '.join(OPERATIONS)}"))
    operation, arguments, report = argv
    try:
        result = function(operation)(**json.loads(Path(arguments).read_text("utf-8")))
        Path(report).write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    except Failure as failure:
        return tell(failure)
    except OSError as error:
        what = f"{error.filename or report}: {error.strerror}"
        return tell(Failure(what, "check the path and the space left"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
