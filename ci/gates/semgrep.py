"""Semgrep with this project's rules for Next.js (``ci/rules``), on the source."""

from pathlib import Path

import dagger

from ci.decide.plan.model import Plan
from ci.engine import tool
from ci.engine.containers import by_content, finished, image, without_network
from ci.engine.tool import report_of, run_operation
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
    """Run Semgrep on the source.

    Args:
        plan: waivers.
        files: the source.

    Raises:
        PublishError: Semgrep itself failed, so there is no result.
    """
    own = {path.name: path.read_text("utf-8") for path in sorted(_RULES.glob("*.yaml"))}
    container = (
        image(plan.tools.semgrep)
        .with_mounted_directory(RULES, by_content(own))
        .with_mounted_directory(SOURCE, files)
        .with_directory(REPORTS, by_content({".keep": ""}))
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
    judged = await run_operation(
        tool.python(plan.tools, "scan").with_mounted_directory(REPORTS, done.directory(REPORTS)),
        "scan",
        "semgrep",
        arguments,
        PublishError,
    )
    return GateResult.from_json((await report_of(judged))["result"])
