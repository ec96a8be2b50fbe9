"""Semgrep with this project's rules for Next.js (``ci/rules``), on the source."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import dagger
import yaml

from ci.decide.plan.model import Earlier, Plan
from ci.engine import tool
from ci.engine.containers import by_content, finished, image, without_network
from ci.engine.tool import report_of, run_operation
from ci.errors import PublishError
from ci.intool.policy import GateResult
from ci.intool.policy.judging import ANYWHERE
from ci.intool.scan import commands
from ci.messages import message

SOURCE = "/source"
RULES = "/rules"
RULE_FILE = "rules.json"
REPORTS = "/reports"
REPORT = f"{REPORTS}/semgrep.json"
_RULES = Path(__file__).parent.parent / "rules"


async def rules(
    plan: Plan, files: dagger.Directory, earlier: Earlier = None, looked: Collection[str] = ()
) -> tuple[GateResult, Sequence[Mapping[str, str]]]:
    """Run Semgrep on the source; gives what was found too, for the next release to compare with.

    Args:
        plan: the policy.
        files: the source.
        earlier: what the last release was found to have; None where there is none.
        looked: ids of the rules that looked at it. What a newer rule finds may be old, so it does not count as new.

    Raises:
        PublishError: Semgrep itself failed, so there is no result.
    """
    container = (
        image(plan.tools.semgrep)
        .with_mounted_directory(RULES, by_content({RULE_FILE: as_json()}))
        .with_mounted_directory(SOURCE, files)
        .with_directory(REPORTS, by_content({".keep": ""}))
        .with_workdir(SOURCE)
        .with_env_variable("SEMGREP_SETTINGS_FILE", f"{REPORTS}/settings.yml")
        .with_env_variable("SEMGREP_LOG_FILE", f"{REPORTS}/semgrep.log")
    )
    scanned = without_network(container, commands.semgrep(".", f"{RULES}/{RULE_FILE}", REPORT))
    done = await finished(scanned, message("judging.semgrep"), PublishError)
    arguments = {
        "report": REPORT,
        **plan.trust.accepting(with_newer_rules(earlier, looked)),
    }
    judged = await run_operation(
        tool.python(plan.tools, "scan").with_mounted_directory(REPORTS, done.directory(REPORTS)),
        "scan",
        "semgrep",
        arguments,
        PublishError,
    )
    report = await report_of(judged)
    return GateResult.from_json(report["result"]), report["found"]


def as_json() -> str:
    """All rules as one JSON document: Semgrep 1.180 takes 2 s longer to read them from YAML."""
    return json.dumps({"rules": [rule for text in _own().values() for rule in yaml.safe_load(text)["rules"]]})


def names() -> tuple[str, ...]:
    """Ids of all rules."""
    return tuple(name for text in _own().values() for name in re.findall(r"^  - id: (\S+)$", text, re.MULTILINE))


def _own() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(_RULES.glob("*.yaml"))}


def with_newer_rules(earlier: Earlier, looked: Collection[str]) -> Earlier:
    """What the last release had, and may have had: all that rules find which did not look at it. Pure.

    Args:
        earlier: what it was found to have; None where there is none.
        looked: ids of the rules that looked at it.
    """
    if earlier is None:
        return None
    return [*earlier, *({"id": name, "subject": ANYWHERE} for name in names() if name not in looked)]
