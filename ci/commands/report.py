"""`report`: results of all gates as files, for people and for programs."""

import json

import dagger

from ci import pipeline
from ci.build.run import Run
from ci.engine.containers import by_content
from ci.release.evidence import REVISION
from ci.report.html.details import Details
from ci.report.html.page import page
from ci.report.junit import junit
from ci.report.markdown import markdown
from ci.report.report import Report, Subject
from ci.report.sarif import sarif
from ci.report.timeline import rows
from ci.report.timeline_svg import svg


async def report(run: Run) -> dagger.Directory:
    """Run all gates again; gives their results and the run's timeline as files.

    A gate that fails is part of the report, not an error.
    """
    made, verdicts = await pipeline.build_and_check(run, fresh=True)
    subject = Subject(
        name=run.plan.name,
        digest=made.image.digest,
        platforms=tuple(run.plan.image.platforms),
        revision=run.plan.image.labels.get(REVISION, ""),
        time=run.plan.trust.now,
    )
    timeline = rows(run.clock.timeline)
    payload = {name: getattr(made.payload, name) for name in ("bytes", "standalone", "removed")}
    details = Details(platforms=made.image.platforms, payload=payload, variables=made.variables["variables"])
    return by_content(files(Report.of(subject, verdicts.gates, run.plan.trust.policy, timeline), details))


def files(found: Report, details: Details | None = None) -> dict[str, str]:
    """File name to content. Pure.

    Args:
        found: the report.
        details: what the page shows of the image beside it; None for nothing.
    """
    return {
        "index.html": page(found, details),
        "report.json": f"{json.dumps(found.to_json(), indent=2)}\n",
        "summary.md": markdown(found),
        "results.sarif": f"{json.dumps(sarif(found), indent=2)}\n",
        "junit.xml": junit(found),
        "timeline.svg": svg(found.timeline, f"{found.subject.name}, {found.subject.time}", found.failed),
    }
