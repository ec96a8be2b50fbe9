"""Gate `environment`: no secret is in the bundle, by the report of ``programs/env.cjs``. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ci.intool.policy import Finding, GateResult, Judging, Setting, decided, not_judged

NAME = "environment"

PUBLIC = "secret-by-public-name"
"""Row of the table of policies for what looks like a secret by a public name alone."""

FIGURES = {"frozen": "frozen", "runtime": "read at run time", "browser": "in browsers", "unused": "unused"}

DUMMIES = ("dummy-frozen", "dummy-in-browser")

DUMMY = "dummy"
"""Where a variable is set, if ``build.dummies`` does."""

FIX = (
    "read it at run time, without a NEXT_PUBLIC_ name, `env` of next.config and pages made at build; "
    "if it may be public, list it in build.allow-frozen"
)
REAL = "set the real value in build.env, or read it at run time"


def judge(report: Mapping[str, Any], allow_frozen: Collection[str], by: Judging | None = None) -> GateResult:
    """Judge the report.

    Args:
        report: what the bundle does with each variable.
        allow_frozen: names of variables that may be frozen although they look like secrets.
        by: how findings are judged; default: the strictest.

    Returns:
        The result; it fails where a value that looks like a secret is in the bundle, and in policy ``strict`` where a
        dummy is.
    """
    variables = report["variables"]
    secrets = [variable for variable in variables if variable["secret"] and variable["name"] not in allow_frozen]
    dummies = [variable for variable in variables if DUMMY in variable["set"] and variable["name"] not in allow_frozen]
    secrets = [variable for variable in secrets if variable not in dummies or variable["secret"] != "name"]  # noqa: S105  how it looks like one
    found = [finding for variable in secrets for finding in _leak(variable)]
    found += [finding for variable in dummies if variable not in secrets for finding in _dummy(variable)]
    found += [finding for variable in variables for finding in _surprises(variable)]
    found = [_judged(finding, by or Judging()) for finding in found]
    return GateResult(
        name=NAME,
        findings=(
            *sorted(found, key=lambda finding: not finding.stops),
            *(
                not_judged(
                    "variable-not-searched",
                    "its value is too common to be found in the bundle",
                    Setting(key=variable["name"]),
                )
                for variable in [*secrets, *(one for one in dummies if one not in secrets)]
                if _is_set_for_build(variable) and not variable["searched"]
            ),
        ),
        figures={figure: sum(kind in variable["where"] for variable in variables) for kind, figure in FIGURES.items()},
    )


def dummies(result: GateResult) -> GateResult:
    """The result with the dummies alone that the build froze."""
    return replace(result, findings=tuple(one for one in result.findings if one.id in DUMMIES))


def _leak(variable: Mapping[str, Any]) -> Iterator[Finding]:
    where, looks = variable["where"], f"looks like a secret by its {variable['secret']}"
    public = _by_public_name(variable)
    rule, worst = (PUBLIC, "medium") if public else ("", "critical")
    if "browser" in where:
        title = f"{looks}, and browsers get its value{_in(where['browser'])}"
        yield _finding("secret-in-browser", variable, title, worst, rule)
    elif "frozen" in where:
        title = f"{looks}, and its value is frozen{_in(where['frozen'])}"
        yield _finding("secret-frozen", variable, title, "medium" if public else "high", rule)


def _dummy(variable: Mapping[str, Any]) -> Iterator[Finding]:
    where = variable["where"]
    if "browser" in where:
        title = f"is a dummy of the build, and browsers get it{_in(where['browser'])}: set the real value in build.env"
        yield _finding("dummy-in-browser", variable, title, "medium")
    elif "frozen" in where:
        title = f"is a dummy of the build, and it is frozen{_in(where['frozen'])}: set the real value, or read it later"
        yield _finding("dummy-frozen", variable, title, "medium")


def _by_public_name(variable: Mapping[str, Any]) -> bool:
    """Whether its name alone looks like a secret's, and is public on purpose: keys of maps, analytics, payment."""
    by_name = variable["secret"] == "name"  # noqa: S105  how it looks like one
    return by_name and str(variable["name"]).startswith("NEXT_PUBLIC_")


def _surprises(variable: Mapping[str, Any]) -> Iterator[Finding]:
    where, origins = variable["where"], variable["set"]
    if "undefined" in where:
        title = f"is undefined in browsers, which read it{_in(where['undefined'])}: Next.js did not inline it"
        yield _finding("variable-undefined", variable, title, "medium")
    if "image" in origins and "frozen" in where and "runtime" not in where:
        title = f"is set in the image, but the build froze its value{_in(where['frozen'])}: no change has effect"
        yield _finding("variable-without-effect", variable, title, "medium")
    if ".env" in origins and "runtime" in where and "image" not in origins:
        title = "is read at run time and set in a .env file, which is not in the image: set it in runtime.env"
        yield _finding("variable-not-in-image", variable, title, "medium")


def _finding(name: str, variable: Mapping[str, Any], title: str, severity: str, rule: str = "") -> Finding:
    where = Setting(key=variable["name"])
    return Finding(id=name, severity=severity, title=title, where=where, rule=rule)


def _judged(finding: Finding, by: Judging) -> Finding:
    found = decided(finding, by)
    return replace(found, fix=(REAL if found.id in DUMMIES else FIX) if found.stops else "")


def _is_set_for_build(variable: Mapping[str, Any]) -> bool:
    return not {"build", ".env", "next.config"}.isdisjoint(variable["set"])


def _in(file: str) -> str:
    return f" ({file})" if file else ""
