"""A Dockerfile of a Next.js app, carried over."""

from ci.decide.migrate import building, running
from ci.decide.migrate.context import Context
from ci.decide.migrate.stages import Step, Walked, stage_of, used, walk

LAST = -1


def carry(context: Context, target: str) -> None:
    """Carry over a Dockerfile.

    Args:
        context: the file, and what is known beside it.
        target: stage that becomes the image; empty for the last.
    """
    file = context.file
    named = stage_of(file, target) if target else None
    number = len(file.stages) - 1 if named is None else named
    if target and named is None:
        context.remark(file.stages[LAST].line, f"there is no stage {target}: the last one is read")
    walked = {one: walk(file, one, context.given) for one in used(file, number, context.given)}
    own = {one: _own(file.stages[one].instructions, walked[one]) for one in walked}
    final = walked[number]
    making = [one for one in walked if any(building.builds(context, step) for step in own[one])]
    building.node(context, final, running=True)
    needed = {below for one in making for below in used(file, one, context.given)}
    for one, stage in walked.items():
        if one in making:
            building.set_up(context, stage, own[one])
            if stage.image != final.image:
                building.node(context, stage, running=False)
        if one in (needed or walked) or one == number:
            building.commands(context, own[one], running=one == number and one not in making)
    if not making:
        what = "the app is built outside of this file: the pipeline builds it from the source by itself"
        context.remark(file.stages[number].line, what)
    running.environment(context, final)
    running.user(context, final)
    running.metadata(context, final)
    running.check(context, final)
    if number not in making:
        running.files(context, own[number], _places(context, walked, own, making))
    running.start(context, final)


def _own(instructions: tuple[object, ...], walked: Walked) -> tuple[Step, ...]:
    return walked.steps[len(walked.steps) - len(instructions) :]


def _places(
    context: Context, walked: dict[int, Walked], own: dict[int, tuple[Step, ...]], making: list[int]
) -> dict[str, str]:
    """Where the source is in each stage that has it."""
    places = {"": "/"}
    where = {one: walked[one].directory for one in walked}
    where |= {one: building.directory(step) for one in making for step in own[one] if building.builds(context, step)}
    usual = where[making[LAST]] if making else ""
    for one in walked:
        if one in making or not making or where[one] in (usual, walked[making[LAST]].directory):
            places |= dict.fromkeys((context.file.stages[one].name, str(one)), where[one])
    return places
