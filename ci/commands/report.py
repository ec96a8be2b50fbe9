"""`report`: results of all gates as files, for people and for programs."""

import json

import dagger

from ci import pipeline
from ci.build.run import Run
from ci.engine.containers import by_content
from ci.release.evidence import REVISION
from ci.report.junit import junit
from ci.report.markdown import markdown
from ci.report.report import Report, Subject
from ci.report.sarif import sarif


async def report(run: Run) -> dagger.Directory:
    """Run all gates again; gives ``report.json``, ``summary.md``, ``results.sarif`` and ``junit.xml``.

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
    return by_content(files(Report.of(subject, verdicts.gates, run.plan.trust.policy)))


def files(found: Report) -> dict[str, str]:
    """File name to content. Pure.

    Args:
        found: the report.
    """
    return {
        "report.json": f"{json.dumps(found.to_json(), indent=2)}\n",
        "summary.md": markdown(found),
        "results.sarif": f"{json.dumps(sarif(found), indent=2)}\n",
        "junit.xml": junit(found),
    }
