"""Packages as programs: ``python3 -m PACKAGE OPERATION ARGUMENTS.json REPORT.json``."""

import json
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure, print_failure


def function(package: str, operations: Mapping[str, str], operation: str) -> Callable[..., Any]:
    """The function of an operation."""
    found: Callable[..., Any] = getattr(import_module(f"{package}.{operations[operation]}"), operation)
    return found


def operate(package: str, operations: Mapping[str, str], argv: Sequence[str]) -> int:
    """Run one operation; failures are printed on standard error.

    Args:
        package: whose operations these are.
        operations: operation, which is the name of its function, to the module of the package that has it.
        argv: the operation, a file with its keyword arguments (a JSON object), and the file for its report.

    Returns:
        The exit code.
    """
    if len(argv) != 3 or argv[0] not in operations:  # noqa: PLR2004  an operation and two files
        usage = f"python3 -m {package} OPERATION ARGUMENTS.json REPORT.json"
        return print_failure(Failure("the arguments are wrong", f"use {usage}; operations: {', '.join(operations)}"))
    operation, arguments, report = argv
    try:
        result = function(package, operations, operation)(**json.loads(Path(arguments).read_text("utf-8")))
        Path(report).write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    except Failure as failure:
        return print_failure(failure)
    except OSError as error:
        what = f"{error.filename or report}: {error.strerror}"
        return print_failure(Failure(what, "check the path and the space left"))
    return 0
