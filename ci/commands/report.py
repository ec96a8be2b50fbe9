"""`report`: results of all gates as files, for people and for programs."""

import json

import dagger

from ci import pipeline
from ci.build.run import Run
from ci.engine.containers import by_content
from ci.errors import ConfigError
from ci.release.evidence import REVISION
from ci.report.annotations import annotations
from ci.report.html.details import Details
from ci.report.html.page import page
from ci.report.html.words import ENGLISH, LANGUAGES
from ci.report.junit import junit
from ci.report.markdown import markdown
from ci.report.report import Report, Subject
from ci.report.sarif import sarif
from ci.report.timeline import rows
from ci.report.timeline_svg import svg


async def report(run: Run, *, language: str) -> dagger.Directory:
    """Run all gates again; gives their results and the run's timeline as files.

    A gate that fails is part of the report, not an error.

    Args:
        run: the run.
        language: of the page, one of ``LANGUAGES``.

    Raises:
        ConfigError: there is no such language.
    """
    known(language)
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
    details = Details(
        platforms=made.image.platforms,
        payload=payload,
        variables=made.variables["variables"],
        files=verdicts.files,
        budget=run.plan.trust.harden.budget,
    )
    return by_content(files(Report.of(subject, verdicts.gates, run.plan.trust.policy, timeline), details, language))


def known(language: str) -> None:
    """Refuse a language that the page does not have. Pure.

    Args:
        language: as it was given.

    Raises:
        ConfigError: there is no such language.
    """
    if language not in LANGUAGES:
        raise ConfigError.of("arguments.language", given=language, known=" or ".join(LANGUAGES))


def files(found: Report, details: Details | None = None, language: str = ENGLISH) -> dict[str, str]:
    """File name to content. Pure.

    Args:
        found: the report.
        details: what the page shows of the image beside it; None for nothing.
        language: of the page, one of ``LANGUAGES``.
    """
    return {
        "index.html": page(found, details, language),
        "report.json": f"{json.dumps(found.to_json(), indent=2)}\n",
        "summary.md": markdown(found),
        "results.sarif": f"{json.dumps(sarif(found), indent=2)}\n",
        "junit.xml": junit(found),
        "annotations.txt": annotations(found),
        "timeline.svg": svg(found.timeline, f"{found.subject.name}, {found.subject.time}", found.failed),
    }
