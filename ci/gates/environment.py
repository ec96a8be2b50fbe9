"""Gate `environment`: no secret is in the bundle, by the report of ``programs/env.cjs``. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from ci.decide.plan.model import Plan
from ci.intool.policy import Finding, GateResult, Setting, gate_result, not_judged

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


def judge(plan: Plan, report: Mapping[str, Any]) -> GateResult:
    """Judge the report.

    Args:
        plan: the policy, what is accepted, and names of variables that may be frozen although they look like secrets.
        report: what the bundle does with each variable.

    Returns:
        The result; it fails where a value that looks like a secret is in the bundle, and in policy ``strict`` where a
        dummy is, unless somebody accepts that.
    """
    variables, allow_frozen, trust = report["variables"], plan.build.allow_frozen, plan.trust
    secrets = [variable for variable in variables if variable["secret"] and variable["name"] not in allow_frozen]
    dummies = [variable for variable in variables if DUMMY in variable["set"] and variable["name"] not in allow_frozen]
    secrets = [variable for variable in secrets if variable not in dummies or variable["secret"] != "name"]  # noqa: S105  how it looks like one
    found = [finding for variable in secrets for finding in _leak(variable)]
    found += [finding for variable in dummies if variable not in secrets for finding in _dummy(variable)]
    found += [finding for variable in variables for finding in _surprises(variable)]
    found += [
        not_judged(
            "variable-not-searched", "its value is too common to be found in the bundle", Setting(key=variable["name"])
        )
        for variable in [*secrets, *(one for one in dummies if one not in secrets)]
        if _is_set_for_build(variable) and not variable["searched"]
    ]
    figures = {figure: sum(kind in variable["where"] for variable in variables) for kind, figure in FIGURES.items()}
    return gate_result(NAME, found, trust.waivers, trust.today, by=trust.judging(), figures=figures)


def dummies(result: GateResult) -> tuple[Finding, ...]:
    """The dummies that the build froze."""
    return tuple(one for one in result.findings if one.id in DUMMIES)


def secrets(result: GateResult) -> tuple[Finding, ...]:
    """What stops the release, without the dummies: values in the bundle that look like secrets."""
    return tuple(one for one in result.findings if one.stops and one.id not in DUMMIES)


def _leak(variable: Mapping[str, Any]) -> Iterator[Finding]:
    where, looks = variable["where"], f"looks like a secret by its {variable['secret']}"
    public = _by_public_name(variable)
    rule, worst = (PUBLIC, "medium") if public else ("", "critical")
    if "browser" in where:
        title = f"{looks}, and browsers get its value{_in(where['browser'])}"
        yield _finding("secret-in-browser", variable, title, worst, rule=rule, fix=FIX)
    elif "frozen" in where:
        title = f"{looks}, and its value is frozen{_in(where['frozen'])}"
        yield _finding("secret-frozen", variable, title, "medium" if public else "high", rule=rule, fix=FIX)


def _dummy(variable: Mapping[str, Any]) -> Iterator[Finding]:
    where = variable["where"]
    if "browser" in where:
        title = f"is a dummy of the build, and browsers get it{_in(where['browser'])}: set the real value in build.env"
        yield _finding("dummy-in-browser", variable, title, "medium", fix=REAL)
    elif "frozen" in where:
        title = f"is a dummy of the build, and it is frozen{_in(where['frozen'])}: set the real value, or read it later"
        yield _finding("dummy-frozen", variable, title, "medium", fix=REAL)


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


def _finding(
    name: str, variable: Mapping[str, Any], title: str, severity: str, *, rule: str = "", fix: str = ""
) -> Finding:
    where = Setting(key=variable["name"])
    return Finding(id=name, severity=severity, title=title, where=where, rule=rule, fix=fix)


def _is_set_for_build(variable: Mapping[str, Any]) -> bool:
    return not {"build", ".env", "next.config"}.isdisjoint(variable["set"])


def _in(file: str) -> str:
    return f" ({file})" if file else ""
