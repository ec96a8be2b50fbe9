"""Refuses a pipeline file that sets a secret for the build or in the image, where everybody who has it reads it."""

from collections.abc import Iterator

from ci.decide.config.model import Pipeline
from ci.decide.project.secrets import random
from ci.errors import ConfigError
from ci.intool.common.secret_forms import form, named

PUBLIC = "NEXT_PUBLIC_"
"""Prefix of names that are public on purpose, so that only the value is checked."""


def refuse(pipeline: Pipeline) -> None:
    """Look through ``build.env``, ``build.dummies`` and ``runtime.env``; variables of smoke tests are in no image.

    Args:
        pipeline: what ``build.allow-frozen`` lists may be public.

    Raises:
        ConfigError: variables look like secrets; their values are not repeated.
    """
    found = dict(_found(pipeline))
    if found:
        names = list(dict.fromkeys(key.rpartition(".")[2] for key in found))
        findings = [f"{key} ({reason})" for key, reason in found.items()]
        raise ConfigError.of("arguments.secret-in-env", findings=findings, names=names)


def _found(pipeline: Pipeline) -> Iterator[tuple[str, str]]:
    places = {
        "build.env": pipeline.build.env,
        "build.dummies": pipeline.build.dummies,
        "runtime.env": pipeline.runtime.env,
    }
    for place, env in places.items():
        for name, value in env.items():
            reason = "" if name in pipeline.build.allow_frozen else _reason(name, value)
            if reason:
                yield f"{place}.{name}", reason


def _reason(name: str, value: str) -> str:
    if what := form(value):
        return f"its value has the form of {what}"
    if named(name) and random(value) and not name.startswith(PUBLIC):
        return "its name says so, and its value looks random"
    return ""
