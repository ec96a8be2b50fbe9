"""Secrets stay out of the bundle: judged by what ``programs/env.cjs`` found. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ci.gates.result import GateResult

FIGURES = {"frozen": "frozen", "runtime": "read at run time", "browser": "in browsers", "unused": "unused"}


def judge(report: Mapping[str, Any], allow_frozen: Collection[str]) -> GateResult:
    """Judge.

    Args:
        report: what the bundle does with each variable.
        allow_frozen: names of variables that may be frozen although they look like secrets.

    Returns:
        Fails where a value that looks like a secret is in the bundle. Findings that begin with ``warning:`` do not
        make it fail.
    """
    variables = report["variables"]
    secrets = [variable for variable in variables if variable["secret"] and variable["name"] not in allow_frozen]
    leaks = [(variable, told) for variable in secrets if (told := _leak(variable))]
    errors = [told for variable, told in leaks if not _by_public_name(variable)]
    warnings = [told for variable, told in leaks if _by_public_name(variable)]
    warnings += [told for variable in variables for told in _surprises(variable)]
    return GateResult(
        name="environment",
        passed=not errors,
        findings=(*errors, *(f"warning: {told}" for told in warnings)),
        figures={figure: sum(kind in variable["where"] for variable in variables) for kind, figure in FIGURES.items()},
        skipped=tuple(
            f"{variable['name']}: its value is too common to be found in the bundle"
            for variable in secrets
            if _is_set_for_build(variable) and not variable["searched"]
        ),
        fix="read it at run time, without a NEXT_PUBLIC_ name, `env` of next.config and pages made at build; "
        "if it may be public, list it in build.allow-frozen",
    )


def _leak(variable: Mapping[str, Any]) -> str:
    where = variable["where"]
    looks = f"{variable['name']} looks like a secret by its {variable['secret']}"
    if "browser" in where:
        return f"{looks}, and browsers get its value{_in(where['browser'])}"
    if "frozen" in where:
        return f"{looks}, and its value is frozen{_in(where['frozen'])}"
    return ""


def _by_public_name(variable: Mapping[str, Any]) -> bool:
    """Whether only the name tells, and tells of the will to publish it as well: keys of maps, analytics, payment."""
    by_name = variable["secret"] == "name"  # noqa: S105  how it looks like one
    return by_name and str(variable["name"]).startswith("NEXT_PUBLIC_")


def _surprises(variable: Mapping[str, Any]) -> Iterator[str]:
    name, where, origins = variable["name"], variable["where"], variable["set"]
    if "undefined" in where:
        yield f"{name} is undefined in browsers, which read it{_in(where['undefined'])}: Next.js did not inline it"
    if "image" in origins and "frozen" in where and "runtime" not in where:
        yield f"{name} is set in the image, but the build froze its value{_in(where['frozen'])}: no change has effect"
    if ".env" in origins and "runtime" in where and "image" not in origins:
        yield f"{name} is read at run time and set in a .env file, which is not in the image: set it in runtime.env"


def _is_set_for_build(variable: Mapping[str, Any]) -> bool:
    return not {"build", ".env", "next.config"}.isdisjoint(variable["set"])


def _in(file: str) -> str:
    return f" ({file})" if file else ""
