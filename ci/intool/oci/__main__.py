"""``python3 -m ci.intool.oci``: image layouts from the command line."""

import json
import sys
from pathlib import Path

from ci.intool.common.failure import Failure, print_failure
from ci.intool.common.json_reader import Json, loaded
from ci.intool.common.layout import Layout
from ci.intool.oci.assemble import assemble
from ci.intool.oci.compare import compare
from ci.intool.oci.explain import explain
from ci.intool.oci.place import place
from ci.intool.oci.rebase import rebase
from ci.intool.oci.rebase_spec import parse as parse_rebase
from ci.intool.oci.spec import FIX, parse

USAGE = """python3 -m ci.intool.oci assemble SPEC.json OUT_DIR REPORT.json
python3 -m ci.intool.oci rebase SPEC.json OUT_DIR REPORT.json
python3 -m ci.intool.oci place SPEC.json OUT_DIR REPORT.json
python3 -m ci.intool.oci compare LAYOUT_A LAYOUT_B REPORT.json"""


_PLACE = ("payload", "app", "dist", "writable", "user")
"""Keys of what ``place`` is given."""


def main(arguments: list[str]) -> int:
    """Run a command; failures are printed on standard error.

    Args:
        arguments: command and its three paths.

    Returns:
        The exit code.
    """
    commands = {"assemble": _assemble, "rebase": _rebase, "place": _place, "compare": _compare}
    if len(arguments) != 4 or arguments[0] not in commands:  # noqa: PLR2004  a command and three paths
        return print_failure(Failure("the arguments are wrong", f"use one of\n{USAGE}"))
    first, second, report = (Path(argument) for argument in arguments[1:])
    try:
        result = commands[arguments[0]](first, second)
        report.write_text(json.dumps(result, indent=2) + "\n", "utf-8")
    except Failure as failure:
        return print_failure(failure)
    except OSError as error:
        return print_failure(
            Failure(f"{error.filename or arguments[-1]}: {error.strerror}", "check the path and the space left")
        )
    return 0


def _assemble(spec: Path, out: Path) -> object:
    return assemble(parse(_json(spec)), out)


def _rebase(spec: Path, out: Path) -> object:
    return rebase(parse_rebase(_json(spec)), out)


def _place(spec: Path, out: Path) -> object:
    given = Json("the spec of the directory", _json(spec), FIX).object()
    given.required(*_PLACE)
    return place(
        Path(given.text("payload")),
        out,
        app=given.text("app"),
        dist=given.text("dist"),
        writable=given.mapping("writable"),
        user=given.number("user"),
    )


def _json(spec: Path) -> object:
    return loaded(str(spec), str(spec), FIX).value


def _compare(one: Path, other: Path) -> object:
    result = compare(Layout(one), Layout(other))
    text = explain(result["first"]) if result["first"] else f"equal: {result['a']}"
    print(text.encode(errors="backslashreplace").decode())  # names of files need not be UTF-8
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
