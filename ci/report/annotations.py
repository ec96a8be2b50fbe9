"""A report as workflow commands, by which GitHub Actions marks lines on the page of a pull request. Pure.

A step prints them: ``cat report/annotations.txt``. Form and escapes are those of GitHub's "Workflow commands" and of
``@actions/core`` (``command.ts``): in a message ``%``, CR and LF, in a property ``:`` and ``,`` too.
"""

from collections.abc import Iterable, Iterator, Mapping

from ci.intool.policy import Finding, Source, Stops, Warns, ordered
from ci.report.report import Report

MOST = 10
"""Annotations of each level that GitHub shows of one step."""

LEVELS = {Stops: "error", Warns: "warning"}
"""Effect to command; what is waived or could not be judged marks nothing."""

_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = {**_MESSAGE, **str.maketrans({":": "%3A", ",": "%2C"})}


def annotations(report: Report) -> str:
    """A line for each finding that stops or warns, up to the number of each level that GitHub shows.

    What is in a file of the source comes first, and what stops before what warns. Where there are more, the last one
    of a level says how many, and where to find them.
    """
    found = ordered(one for gate in report.gates for one in gate.findings)
    lines = [line for effect, level in LEVELS.items() for line in _of_level(level, _with(found, effect))]
    return "".join(f"{line}\n" for line in lines)


def _with(findings: Iterable[Finding], effect: type) -> list[Finding]:
    those = [one for one in findings if isinstance(one.effect, effect)]
    return sorted(those, key=lambda one: not isinstance(one.where, Source))


def _of_level(level: str, findings: list[Finding]) -> Iterator[str]:
    shown = findings if len(findings) <= MOST else findings[: MOST - 1]
    for one in shown:
        yield _command(level, {**_place(one), "title": one.id}, _message(one))
    left = len(findings) - len(shown)
    if left:
        yield _command(level, {"title": "next-distroless"}, f"{left} more: the summary of the run has all of them")


def _place(finding: Finding) -> dict[str, str]:
    where = finding.where
    if not isinstance(where, Source):
        return {}
    return {"file": where.file, **({"line": str(where.line)} if where.line else {})}


def _message(finding: Finding) -> str:
    place = "" if isinstance(finding.where, Source) else finding.place
    said = ": ".join(filter(None, (place, finding.title))) or finding.id
    return f"{said}\nfix: {finding.fix}" if finding.fix else said


def _command(level: str, properties: Mapping[str, str], message: str) -> str:
    listed = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items())
    return f"::{level} {listed}::{message.translate(_MESSAGE)}"
