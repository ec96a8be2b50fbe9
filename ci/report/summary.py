"""The text that a release ends with. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from ci.intool.policy import FAILED, NOT_RUN, PASSED, WAIVED, GateResult
from ci.release.result import Released
from ci.report.compliance import outcomes, score
from ci.report.lines import finding_lines, lines_of
from ci.report.text import WIDTH, column, outcome
from ci.report.timeline import SHORTEST
from ci.report.wording import some


def summary(
    released: Released,
    sent: Mapping[str, Any] | None,
    promoted: Mapping[str, Any],
    *,
    since: str = "",
    steps: Mapping[str, float],
    total: float,
    notes: Sequence[str],
    full: bool = False,
) -> str:
    """A text of a few lines: the reference, tags, sizes, what the gates found, times.

    Args:
        released: the image, and the verdicts on it.
        sent: what was pushed; None where the registry had all of it from an earlier run.
        promoted: reference, and what was done with each tag.
        since: when the same was released, and the level that it reaches now; empty for a new release.
        steps: seconds of each, in order.
        total: seconds of the run; steps that ran side by side are not added up.
        notes: reasons and warnings of the plan.
        full: every finding, for a run of which there is no report; else at most ``ci.report.lines.LIMIT`` lines.
    """
    earlier = [f"{'sent':<{WIDTH}} nothing: an earlier run of the same inputs built, tested and pushed this image"]
    below = [
        *tag_lines(promoted["tags"]),
        *(platform_line(platform, facts) for platform, facts in released.platforms.items()),
        *([f"{'unchanged':<{WIDTH}} since {since}"] if since else [sent_line(sent)] if sent else earlier),
        *payload_line(released.payload),
        *outcome(released.gates),
        *([score_line(released.gates)] if any(gate.checks for gate in released.gates) else []),
        *column("findings", finding_lines(released.gates, full=True) if full else lines_of(released.gates, "publish")),
        *_steps(steps),
        f"{'total':<{WIDTH}} {total:.1f} s",
        *notes,
    ]
    return "\n".join([reference(promoted["ref"], promoted["tags"]), *(f"  {line}" for line in below)])


def _steps(steps: Mapping[str, float]) -> list[str]:
    measured = [f"{name} {seconds:.1f} s" for name, seconds in steps.items() if seconds >= SHORTEST]
    return column("steps", [", ".join(measured)] if measured else [])


def tag_lines(tags: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was done with each tag."""
    return [f"{'tag':<{WIDTH}} {tag['name']}: {tag['action']} ({tag['reason']})" for tag in tags]


def reference(ref: str, tags: Sequence[Mapping[str, Any]]) -> str:
    """Repository, the first tag that names the image now, and digest."""
    repository, _, digest = ref.partition("@")
    named = next((f":{tag['name']}" for tag in tags if tag["action"] in {"set", "keep"}), "")
    return f"{repository}{named}@{digest}"


def platform_line(platform: str, facts: Mapping[str, Any]) -> str:
    """Compressed size of one platform's image, and of each of its layers above the base."""
    layers = facts["layers"]
    own = ", ".join(f"{layer['name']} {megabytes(layer['size'])}" for layer in layers if layer["name"] != "base")
    count = f"{len(layers)} layer{'s' if len(layers) != 1 else ''}"
    return f"{platform:<{WIDTH}} {megabytes(facts['size'])} compressed in {count}{f' ({own})' if own else ''}"


def sent_line(pushed: Mapping[str, Any]) -> str:
    """How much of the image the registry did not have yet."""
    there = f"{megabytes(pushed['there'])} were there already"
    mounted = f", {megabytes(pushed['mounted'])} taken from other repositories" if pushed["mounted"] else ""
    return f"{'sent':<{WIDTH}} {megabytes(pushed['sent'])}; {there}{mounted}"


def megabytes(size: int) -> str:
    """Bytes for people, in units of 10^6."""
    return f"{size / 1e6:.1f} MB"


def payload_line(payload: Mapping[str, Any]) -> list[str]:
    """The payload's size, and the names of what was left out of it; nothing where it is not known."""
    if not payload:
        return []
    names = [group["what"] for group in _removed(payload)]
    before = f" of {megabytes(payload['standalone'])}; left out: {some(names)}" if names else ""
    return column("payload", [f"{megabytes(payload['bytes'])}{before}"])


def payload_lines(payload: Mapping[str, Any]) -> list[str]:
    """The payload's size, and what was left out of it with sizes and reasons; nothing where it is not known."""
    if not payload:
        return []
    removed = _removed(payload)
    before = f" of {megabytes(payload['standalone'])}" if removed else ""
    left_out = [f"left out: {megabytes(group['bytes'])} {group['what']} ({group['why']})" for group in removed]
    return column("payload", [f"{megabytes(payload['bytes'])}{before}", *left_out])


def _removed(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What was left out, the largest first."""
    return sorted(payload["removed"], key=lambda group: -int(group["bytes"]))


def score_line(gates: Sequence[GateResult]) -> str:
    """How many checks of the table passed, and the score (``ci/report/compliance.py``)."""
    found = outcomes(gates)
    counts = {result: list(found.values()).count(result) for result in (PASSED, WAIVED, FAILED, NOT_RUN)}
    checks = ", ".join(f"{number} {result}" for result, number in counts.items() if number)
    return f"{'score':<{WIDTH}} {score(found)} of 100 (checks: {checks})"
