"""Steps of build scripts that fail, and that an image build need not run."""

import re
from collections.abc import Iterator
from dataclasses import replace

from ci.decide.config.model import Pipeline
from ci.decide.project.cuts import cuts, for_images, names, steps, without
from ci.decide.project.facts import Project
from ci.decide.project.scripts import Scripts
from ci.decide.tries import Amended, Failure
from ci.decide.tries.edit import put

_NEXT = re.compile(r"▲ Next\.js|Creating an optimized production build|Linting and checking validity")
"""Printed once `next build` runs: what comes before it has passed."""

_ANNOUNCED = re.compile(r"^[ |]*(?:[>$] )(.*)$", re.MULTILINE)
"""Lines in which package managers say what they run."""


def amend(text: str, pipeline: Pipeline, failure: Failure, project: Project) -> Amended | None:
    """Leave out the step that failed, where it only checks, tests or deploys; None for any other failure."""
    path = f"{project.app}/package.json".removeprefix("./")
    package = next((one for one in project.packages if one.path == path), None)
    if package is None or not failure.id.startswith(("build.", "cause.")):
        return None
    for script in pipeline.build.scripts or ("build",):
        failed = _failed(failure.what, list(steps(package, script)))
        if failed:
            return _left_out(text, pipeline, package, script, failed)
    return None


def _failed(output: str, optional: list[tuple[str, str]]) -> tuple[str, str] | None:
    """The step that ran last, as far as the output says."""
    begun = list(_NEXT.finditer(output))
    announced = _ANNOUNCED.findall(output[begun[-1].end() if begun else 0 :])
    ran = [one for one in optional if any(_mentions(line, one[0]) for line in announced[-3:])]
    exact = [one for one in ran if not any("&&" in line and _mentions(line, one[0]) for line in announced[-3:])]
    return exact[-1] if exact else next(iter(ran), None)


def _mentions(line: str, step: str) -> bool:
    return re.search(rf"(?<![\w:-]){re.escape(step)}(?![\w:-])", line) is not None


def _left_out(text: str, pipeline: Pipeline, package: Scripts, script: str, failed: tuple[str, str]) -> Amended | None:
    step, what = failed
    reason = f"`{step}` {what}, which an image build need not"
    instead = for_images(package)
    if instead and instead not in pipeline.build.scripts:
        why = f"`{script}` runs `{step}`, which {what}; by its name `{instead}` builds for images"
        return Amended(text=put(text, ("build", "scripts"), [instead], f"{why}."), why=why)
    if listed := names(package, script):
        kept = [one for name in (pipeline.build.scripts or (script,)) for one in _names(name, script, listed, step)]
        why = f"{reason}; these are the other scripts of `{script}`"
        return Amended(text=put(text, ("build", "scripts"), kept, f"{why}."), why=reason)
    cut = without(package, script, step)
    if not cut or cut.replace not in package.text:
        return None
    # The pipeline's own cut of this script gives way to a patch of the file, so the patch has both.
    shorter = replace(package, commands={**package.commands, script: cut.after}, text=package.text + cut.replacement)
    further = [one for one in cuts([shorter], [(package.path, script)]) if one.script == script]
    after = further[0].replacement if further else cut.replacement
    patch = {"files": cut.path, "replace": cut.replace, "with": after}
    amended = put(text, ("patches", len(pipeline.patches)), patch, f"{reason}.")
    return Amended(text=amended, why=f"{reason}, so it is taken out of the script `{script}`")


def _names(name: str, script: str, listed: tuple[str, ...], step: str) -> Iterator[str]:
    yield from (one for one in listed if one != step) if name == script else (name,)
