"""Variables of a build and of an image: what may stand in a pipeline file, and what must not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ci.decide.migrate.result import Findings
from ci.decide.migrate.words import Text
from ci.decide.project.environment import own
from ci.decide.project.facts import Project
from ci.decide.variables import public
from ci.decide.variables.dummies import dummy
from ci.intool.common.secret_forms import form, secret_by

LONGEST = 4_000
"""Characters of a value that is carried over."""

DEFAULTS = {"NODE_ENV": "production", "NEXT_TELEMETRY_DISABLED": "1", "HOSTNAME": "0.0.0.0"}  # noqa: S104  a value, no socket
_KEPT = ("NODE_OPTIONS", "TZ", "SKIP_ENV_VALIDATION")
"""Variables of Node.js and of the system that change what an app does."""

_TOOLS = re.compile(
    r"(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)|SOURCE_DATE_EPOCH|(?:PNPM|NVM|YARN|BUN|COREPACK|TURBO)_\w+|BUN_INSTALL"
)
"""Variables of BuildKit and of package managers."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A variable that a file sets.

    Attributes:
        name: of it.
        text: its value.
        place: file and line.
    """

    name: str
    text: Text
    place: str


def of_build(variables: Iterable[Variable], project: Project, findings: Findings) -> None:
    """Carry over variables of the build: to ``build.env``; secrets are not, and a dummy takes their place."""
    for one in variables:
        if _system(one.name):
            continue
        if one.text.unknown:
            _unknown(one, "set it in `build.env` if it is the same for every release", findings)
        elif _secret(one):
            value = next((v.dummy for v in project.variables if v.name == one.name), "") or dummy(one.name)
            if public(one.name):
                findings.remark(
                    one.place, f"{one.name} looks like a secret and browsers would get it: not carried over"
                )
            elif one.text.value and not form(value) and not findings.has(f"build.env.{one.name}"):
                findings.carry(
                    "build.dummies", value, f"{one.place}, in place of what looks like a secret", name=one.name
                )
        elif one.text.value and _short(one, findings):
            findings.carry("build.env", one.text.value, one.place, name=one.name)


def of_image(variables: Iterable[Variable], findings: Findings) -> None:  # noqa: C901  one branch for each form of the language
    """Carry over variables of the image: to ``runtime.env``; secrets are not."""
    empty: dict[str, list[str]] = {}
    for one in variables:
        if DEFAULTS.get(one.name) == one.text.value:
            continue
        if one.name == "NODE_ENV" and one.text.unknown:
            continue
        if one.name == "NODE_ENV":
            findings.remark(one.place, f"NODE_ENV={one.text.value}: the image runs with NODE_ENV=production")
        elif one.name == "PORT" or (_system(one.name) and one.name != "HOSTNAME"):
            continue
        elif one.text.unknown:
            _unknown(one, "set it in `runtime.env`, or pass it to the container", findings)
        elif _secret(one) and one.text.value:
            findings.remark(one.place, f"{one.name} looks like a secret: no image has it; pass it to the container")
        elif not one.text.value:
            empty.setdefault(one.place, []).append(one.name)
        elif _short(one, findings):
            findings.carry("runtime.env", one.text.value, one.place, name=one.name)
    for place, names in empty.items():
        findings.remark(place, f"no value for {', '.join(names)}: pass it to the container")


def _system(name: str) -> bool:
    return bool(_TOOLS.fullmatch(name)) or (own(name) and name not in _KEPT)


def _secret(one: Variable) -> bool:
    """By its name or its value; a public name says that browsers may have it, so that only the value counts."""
    if public(one.name):
        return bool(form(one.text.value))
    return bool(secret_by(one.name, one.text.value))


def _short(one: Variable, findings: Findings) -> bool:
    if len(one.text.value) > LONGEST or not one.name.isascii():
        findings.remark(
            one.place, f"the value of {one.name[:60]} is too long, or its name has odd letters: not carried over"
        )
        return False
    return True


def _unknown(one: Variable, instead: str, findings: Findings) -> None:
    names = ", ".join(one.text.unknown)
    whose = "" if names == one.name else f" ({names})"
    findings.remark(one.place, f"{one.name} gets its value from outside{whose}: {instead}")
