"""Images that do not start: variables of the smoke test's container, and the path that is asked."""

import re
from collections.abc import Mapping

from ci.decide.config.model import Pipeline
from ci.decide.diagnose import Known, diagnose
from ci.decide.diagnose.variables import dummies
from ci.decide.project.facts import Project
from ci.decide.tries import Amended, Failure, Stop
from ci.decide.tries.edit import Place, put
from ci.decide.variables import public

ENV: Place = ("smoke", "scenarios", 0, "env")
_ANSWER = re.compile(r"(\S+) was not healthy within \d+ s \(last answer: (\d{3}), expected \d+\)")
_MISSED = re.compile(r"Cannot find module '([^'\n]+)'")
_GUARDED = {"301", "302", "303", "307", "308", "401", "403"}
"""Answers of an app that works and wants a sign-in, or sends on to the page of a language."""

_BROKEN = "5"
"""First digit of the answers of an app that does not work."""


def amend(text: str, pipeline: Pipeline, failure: Failure, project: Project) -> Amended | Stop | None:
    """Give the container what it names, then what the build had, and then ask another path."""
    answer = _ANSWER.search(failure.what)
    return (
        _missed(text, pipeline, failure)
        or _named(text, pipeline, failure, project)
        or (_as_built(text, pipeline) if not answer or answer[2].startswith(_BROKEN) else None)
        or (_other_path(text, pipeline, answer[1], answer[2], project) if answer else None)
        or _stop(failure, answer)
    )


def whole(text: str, pipeline: Pipeline, why: str) -> Amended | None:
    """Keep every file that Next.js traced.

    Args:
        text: of the pipeline file.
        pipeline: the same, read.
        why: the reason, without a capital and a full stop.

    Returns:
        The next file; None where every file is kept already.
    """
    if not pipeline.runtime.slim:
        return None
    return Amended(text=put(text, ("runtime", "slim"), value=False, reason=f"{why[0].upper()}{why[1:]}."), why=why)


def _missed(text: str, pipeline: Pipeline, failure: Failure) -> Amended | None:
    missed = _MISSED.search(failure.what)
    return (
        whole(text, pipeline, f"the server does not find {missed[1]}, which may have been left out") if missed else None
    )


def _named(text: str, pipeline: Pipeline, failure: Failure, project: Project) -> Amended | None:
    """Variables that the log names, and all that the source requires."""
    has = (*_given(pipeline), *pipeline.runtime.env)
    cause = diagnose(failure.what, Known(reads=project.env, declared=project.variables))
    if not cause or cause.id != "cause.variables":
        return None
    names = cause.facts["names"]
    asked = [str(name) for name in names] if isinstance(names, list | tuple) else []
    if asked and all(name in has for name in asked):
        return None
    found = dummies(asked, Known(reads=project.env, declared=project.variables, given=has))
    return _set(text, pipeline, found, "The app asks for it when it starts.")


def _as_built(text: str, pipeline: Pipeline) -> Amended | None:
    """What the build only got as a dummy may be read again at run time."""
    has = {*_given(pipeline), *pipeline.runtime.env}
    found = {name: value for name, value in pipeline.build.dummies.items() if name not in has}
    return _set(text, pipeline, found, "The build asks for it, and so may the app when it runs.")


def _set(text: str, pipeline: Pipeline, found: Mapping[str, str], why: str) -> Amended | None:
    values = {name: value for name, value in found.items() if not public(name)}
    if not values:
        return None
    if not pipeline.smoke.scenarios:
        scenario = {"name": "default", "requests": [{"path": "{chunk}"}]}
        text = put(text, ("smoke", "scenarios"), [scenario])
    for name, value in values.items():
        text = put(text, (*ENV, name), value, f"{why} A dummy of this test; the image does not have it.")
    return Amended(text=text, why=f"dummies of the smoke test for {', '.join(values)}")


def _other_path(text: str, pipeline: Pipeline, path: str, status: str, project: Project) -> Amended | None:
    """The next candidate for the health path; behind the last one, what it answers."""
    paths = list(project.health)
    following = paths[paths.index(path) + 1 :] if path in paths else []
    place = ("runtime", "health")
    if following:
        why = f"{path} answers {status}"
        return Amended(text=put(text, (*place, "path"), following[0], f"{why}."), why=f"{why}; next {following[0]}")
    if status not in _GUARDED or (pipeline.runtime.health and str(pipeline.runtime.health.status) == status):
        return None
    why = f"{path} answers {status}: the app runs, and sends the request on or wants a sign-in"
    return Amended(text=put(text, (*place, "status"), int(status), f"{why}."), why=why)


def _stop(failure: Failure, answer: re.Match[str] | None) -> Stop:
    reason = f"{answer[1]} answers {answer[2]}" if answer else "the image does not start"
    fix = (
        "set runtime.health.path to a path that answers without other services, or give the test what the app needs: "
        "`env` and `services` of smoke.scenarios; the output above has the app's own log"
    )
    return Stop(reason=f"{reason}: {failure.heading}", fix=fix)


def _given(pipeline: Pipeline) -> tuple[str, ...]:
    return tuple(pipeline.smoke.scenarios[0].env) if pipeline.smoke.scenarios else ()
