"""`load` and `soak`: an image under load, alone or beside another one."""

from dataclasses import replace

from ci.build.run import Run
from ci.commands.registry import archive
from ci.decide import pins
from ci.decide.load import asked
from ci.decide.load.verdict import judge
from ci.decide.plan.health import settled
from ci.decide.plan.model import Plan
from ci.engine import tool
from ci.engine.registries import Registry
from ci.errors import ConfigError, PublishError
from ci.gates import load as load_gate
from ci.gates.load import Subject
from ci.report import load as report

NODE = "node24"
"""Image that the generator runs on, whatever the app runs on."""

SOAK_GROWTH = 100
"""KiB in 1,000 requests that `soak` allows where the pipeline file says nothing."""


async def load(
    run: Run,
    registries: tuple[Registry, Registry],
    image: str = "",
    against: str = "",
    *,
    form: str = report.TEXT,
    seconds: int | None = None,
) -> str:
    """Put an image under load; returns numbers and verdict.

    Args:
        run: the run; its app is built where no image is named.
        registries: how the registries of `image` and `against` are reached.
        image: published image; empty for the one that the source makes.
        against: published image to compare with; empty for none.
        form: of the result, one of ``report.FORMS``.
        seconds: that are measured, in place of those of the pipeline file, with the growth of memory judged; None for
            a short run.

    Raises:
        ConfigError: a route is a static chunk, and the image is not built here; or an argument has no meaning.
        PublishError: the image does not keep to its thresholds, or could not be had.
    """
    if form not in report.FORMS:
        raise ConfigError.of("load.format", form=form, known=[*report.FORMS])
    if seconds is not None and seconds < 1:
        raise ConfigError.of("load.seconds", seconds=seconds)
    plan, subject, chunk = await _subject(run, registries[0], image)
    if seconds:
        plan = soaked(plan, seconds)
    subjects = {asked.THIS: subject}
    if against:
        subjects[asked.OTHER] = await _published(plan, registries[1], against)
    rounds = asked.rounds(plan.load, compared=bool(against))
    around = load_gate.Surroundings(node=pins.load().image(NODE), access=run.access)
    measured = await load_gate.load(plan, subjects, rounds, around, chunk=chunk)
    result = judge(measured, plan.load, asked.scenario(plan).name, plan.trust, soak=bool(seconds))
    said = report.FORMS[form](result, plan.load)
    if result.gate.passed:
        return said
    raise PublishError.of("load.failed", report=said)


def soaked(plan: Plan, seconds: int) -> Plan:
    """The plan of a long run, in which the growth of memory is judged. Pure."""
    limits = plan.load.thresholds
    thresholds = replace(limits, growth=limits.growth or SOAK_GROWTH)
    return replace(plan, load=replace(plan.load, duration=seconds, thresholds=thresholds))


async def _subject(run: Run, registry: Registry, image: str) -> tuple[Plan, Subject, str]:
    """The image that is judged, the plan that holds for it, and one of its static chunks."""
    if image:
        return run.plan, await _published(run.plan, registry, image), ""
    made = await run.make()
    plan = settled(run.plan, made.payload.alive, made.payload.behind)
    return plan, Subject(archive=made.image.archive, layout=made.image.layout), made.payload.chunk


async def _published(plan: Plan, registry: Registry, image: str) -> Subject:
    file = await archive(registry, image, plan.image.native, "oci")
    return Subject.of(file, tool.python(plan.tools))
