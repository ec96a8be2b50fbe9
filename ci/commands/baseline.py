"""`baseline`: the pipeline file with what is found today, accepted for a time."""

from dataclasses import replace

import dagger

from ci import pipeline
from ci.build.run import Run
from ci.decide.config import baseline as section
from ci.decide.config.model import Baseline
from ci.decide.shipped import OWN_PIPELINE
from ci.engine.containers import by_content
from ci.engine.inputs import Asked, choose, look
from ci.intool.policy import REPORT, STANDARD


async def baseline(run: Run, asked: Asked, *, owner: str, until: str, renew: bool) -> dagger.File:
    """Run all gates, and write what would stop a release into the section `baseline` of the pipeline file.

    What stops in every policy is printed, and never accepted.

    Args:
        run: the run. In the policy `report`, which stops for none of this, findings are those of `standard`.
        asked: its pipeline file, as the caller names it.
        owner: who answers for the baseline; empty for the last owner, or who started the run.
        until: last day of new entries, ISO 8601; empty for 90 days from today.
        renew: whether entries of the last baseline get that day too.

    Raises:
        ConfigError: no owner is known, the day is over, or the file has a form in which no section can be written.
    """
    trust = run.plan.trust
    earlier, day = trust.baseline, section.last_day(until, trust.today)
    who = section.owner_of(owner, earlier, run.signing.actor)
    policy = STANDARD if trust.policy == REPORT else trust.policy
    asking = replace(trust, policy=policy, baseline=Baseline(owner=who))
    judged = replace(run, plan=replace(run.plan, trust=asking))
    _, verdicts = await pipeline.build_and_check(judged, fresh=False)
    found = section.sort(verdicts.gates, asking.judging(), earlier, day, renew=renew)
    print(section.explained(found, day, who), flush=True)
    file = await choose(run.source, await look(run.source), asked)
    text = section.written(file.text, file.name or OWN_PIPELINE, who, found.entries)
    return by_content({OWN_PIPELINE: text}).file(OWN_PIPELINE)
