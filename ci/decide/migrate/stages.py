"""What stands in a stage when its instructions have run: variables, directory, user, and those of its bases."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ci.decide.migrate import words
from ci.decide.migrate.dockerfile import Dockerfile, Instruction, Stage
from ci.decide.migrate.words import Text


@dataclass(frozen=True, kw_only=True)
class Set:
    """A variable of a stage.

    Attributes:
        text: its value.
        line: that sets it.
    """

    text: Text
    line: int


@dataclass(frozen=True, kw_only=True)
class Step:
    """An instruction with what holds when it runs.

    Attributes:
        instruction: the instruction.
        directory: the working directory, absolute.
        known: values of variables.
    """

    instruction: Instruction
    directory: str
    known: Mapping[str, Text]

    def expand(self, word: str) -> Text:
        """A word of the instruction with the values of its variables."""
        return words.expand(word, self.known, quotes=not self.instruction.json)


@dataclass(frozen=True, kw_only=True)
class Walked:
    """A stage to its end.

    Attributes:
        image: image that the first of its bases begins with.
        image_line: of that ``FROM``.
        steps: all instructions, those of its bases first.
        env: what ``ENV`` set last, by name.
        directory: the working directory at its end.
    """

    image: Text
    image_line: int
    steps: tuple[Step, ...]
    env: Mapping[str, Set] = field(default_factory=dict)
    directory: str = "/"

    def last(self, name: str) -> Step | None:
        """The last instruction of a name; None where there is none."""
        return next((step for step in reversed(self.steps) if step.instruction.name == name), None)


def stage_of(file: Dockerfile, name: str, before: int | None = None) -> int | None:
    """Number of a stage by its name or number; None where it is none, and so an image.

    Args:
        file: the file.
        name: as ``FROM``, ``--from`` or a target has it.
        before: number of the stage that names it; only earlier ones count.
    """
    for number in range((len(file.stages) if before is None else before) - 1, -1, -1):
        if file.stages[number].name == name.lower() or str(number) == name:
            return number
    return None


def bases(file: Dockerfile, number: int, given: Mapping[str, str]) -> list[int]:
    """The stage, and the stages that it begins with, the first of them first."""
    chain = [number]
    while (found := stage_of(file, _base(file, file.stages[chain[0]], given).value, chain[0])) is not None:
        chain.insert(0, found)
    return chain


def used(file: Dockerfile, number: int, given: Mapping[str, str]) -> list[int]:
    """Every stage that a stage is made from, by ``FROM`` or ``--from``, in the file's order."""
    found: set[int] = set()
    waiting = [number]
    while waiting:
        now = waiting.pop()
        if now in found:
            continue
        found.add(now)
        waiting += bases(file, now, given)[:-1]
        waiting += [one for one in (stage_of(file, name, now) for name in _froms(file.stages[now])) if one is not None]
    return sorted(found)


def walk(file: Dockerfile, number: int, given: Mapping[str, str]) -> Walked:
    """Run a stage, and those that it begins with.

    Args:
        file: the file.
        number: of the stage.
        given: build arguments that a workflow or a compose file sets.
    """
    chain = bases(file, number, given)
    first = file.stages[chain[0]]
    outer = _outer(file, given)
    env: dict[str, Set] = {}
    directory = "/"
    steps: list[Step] = []
    for stage in (file.stages[one] for one in chain):
        known: dict[str, Text] = {name: value.text for name, value in env.items()}
        for instruction in stage.instructions:
            step = Step(instruction=instruction, directory=directory, known=known)
            steps.append(step)
            if instruction.name == "WORKDIR":
                directory = posixpath.normpath(posixpath.join(directory, step.expand(instruction.text).value))
            elif instruction.name == "ARG":
                known = {**known, **_arguments(instruction, step, outer, given, env)}
            elif instruction.name == "ENV":
                values = {name: step.expand(value) for name, value in instruction.pairs()}
                env |= {name: Set(text=value, line=instruction.line) for name, value in values.items()}
                known = {**known, **values}
    return Walked(
        image=_base(file, first, given), image_line=first.line, steps=tuple(steps), env=env, directory=directory
    )


def images(file: Dockerfile, given: Mapping[str, str]) -> tuple[str, ...]:
    """The image that each stage begins with, at the end of its bases; empty for one that the file does not name.

    Args:
        file: the file.
        given: build arguments that a workflow or a compose file sets.
    """
    outer = _outer(file, given)
    found: list[str] = []
    for number, stage in enumerate(file.stages):
        base = words.expand(stage.base, outer).value
        below = stage_of(file, base, number)
        found.append(base if below is None else found[below])
    return tuple(found)


def _froms(stage: Stage) -> Iterator[str]:
    for instruction in stage.instructions:
        if name := instruction.flag("from"):
            yield name
        for flag, value in instruction.flags:
            if flag == "mount":
                yield from (part[5:] for part in value.split(",") if part.startswith("from="))


def _base(file: Dockerfile, stage: Stage, given: Mapping[str, str]) -> Text:
    return words.expand(stage.base, _outer(file, given))


def _outer(file: Dockerfile, given: Mapping[str, str]) -> dict[str, Text]:
    """Arguments before the first stage."""
    known: dict[str, Text] = {}
    for instruction in file.arguments:
        for name, value in instruction.pairs():
            default = "=" in instruction.text
            known[name] = Text(value=given[name]) if name in given else words.expand(value, known)
            if name not in given and not default:
                known[name] = Text(value="", unknown=(name,))
    return known


def _arguments(
    instruction: Instruction, step: Step, outer: Mapping[str, Text], given: Mapping[str, str], env: Mapping[str, Set]
) -> dict[str, Text]:
    """Arguments of a stage; ``ENV`` of the same name wins over them."""
    found: dict[str, Text] = {}
    for word in instruction.words():
        name, default, value = word.partition("=")
        if name in env:
            continue
        if name in given:
            found[name] = Text(value=given[name])
        elif default:
            found[name] = step.expand(value)
        else:
            found[name] = outer.get(name, Text(value="", unknown=(name,)))
    return found
