"""Semgrep with this project's rules for Next.js (``ci/rules``), on the source."""

from pathlib import Path

import dagger

from ci.decide.plan.model import Plan
from ci.engine import tool
from ci.engine.containers import finished, handed, image, without_network
from ci.engine.tool import operated, reported
from ci.errors import PublishError
from ci.intool.policy import GateResult
from ci.intool.scan import commands
from ci.messages import message

SOURCE = "/source"
RULES = "/rules"
REPORTS = "/reports"
REPORT = f"{REPORTS}/semgrep.json"
_RULES = Path(__file__).parent.parent / "rules"


async def rules(plan: Plan, files: dagger.Directory) -> GateResult:
    """Judge a source.

    Args:
        plan: waivers.
        files: the source.

    Raises:
        PublishError: Semgrep itself failed, which is no verdict.
    """
    own = {path.name: path.read_text("utf-8") for path in sorted(_RULES.glob("*.yaml"))}
    container = (
        image(plan.tools.semgrep)
        .with_mounted_directory(RULES, handed(own))
        .with_mounted_directory(SOURCE, files)
        .with_directory(REPORTS, handed({".keep": ""}))
        .with_workdir(SOURCE)
        .with_env_variable("SEMGREP_SETTINGS_FILE", f"{REPORTS}/settings.yml")
        .with_env_variable("SEMGREP_LOG_FILE", f"{REPORTS}/semgrep.log")
    )
    scanned = without_network(container, commands.semgrep(".", RULES, REPORT))
    done = await finished(scanned, message("judging.semgrep"), PublishError)
    arguments = {
        "report": REPORT,
        **plan.trust.accepting(),
        "severity": plan.trust.scan.severity,
    }
    judged = await operated(
        tool.python(plan.tools, "scan").with_mounted_directory(REPORTS, done.directory(REPORTS)),
        "scan",
        "semgrep",
        arguments,
        PublishError,
    )
    return GateResult.from_json((await reported(judged))["result"])
