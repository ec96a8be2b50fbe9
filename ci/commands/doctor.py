"""`doctor`: problems of this engine and this app, each with its fix."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from dagger import dag

from ci.build.run import Run
from ci.errors import PipelineError
from ci.messages import message

ENGINE = "v0.21.8"
"""The engine that this release is tested with (dagger.json)."""


@dataclass(frozen=True)
class Finding:
    """One line of the report: ``ok``, ``advice``, ``warning`` or ``error``."""

    level: str
    text: str
    fix: str = ""


def text(findings: Sequence[Finding]) -> str:
    """The report: errors first, then warnings, advice and what is fine."""
    order = {"error": 0, "warning": 1, "advice": 2, "ok": 3}
    lines = []
    for finding in sorted(findings, key=lambda f: order[f.level]):
        lines.append(f"{finding.level:<8} {finding.text}")
        if finding.fix:
            lines.append(f"         fix: {finding.fix}")
    return "\n".join(lines)


def of_notes(notes: Sequence[str]) -> list[Finding]:
    """A plan's notes as findings."""
    return [_of_note(note) for note in notes]


def _of_note(note: str) -> Finding:
    if note.startswith("advice: "):
        return Finding("advice", note.removeprefix("advice: "))
    if note.startswith(("warning: ", "stand-in: ")):
        return Finding("warning", note.removeprefix("warning: "))
    return Finding("ok", note)


async def examine(decide: Callable[[], Awaitable[Run]]) -> str:
    """Look at the engine and at the app.

    Args:
        decide: plans a run; its errors are the problems of the app.
    """
    version = await dag.version()
    findings = [Finding("ok", f"engine {version}")]
    if version != ENGINE:
        findings = [
            Finding("warning", f"engine {version}: this release is tested with {ENGINE}", f"use Dagger {ENGINE}")
        ]
    try:
        run = await decide()
    except PipelineError as error:
        return text([*findings, Finding("error", error.what, error.fix)])
    plan = run.plan
    findings += of_notes(plan.notes)
    if not plan.release.repository:
        missing = message("arguments.no-address")
        findings.append(Finding("warning", missing.what, missing.fix))
    native = plan.image.native
    untested = f"images are built but not tested: the engine's platform is {native}"
    findings += [Finding("warning", f"{one} {untested}") for one in plan.image.platforms if one != native]
    return text(findings)
