"""Variables that a build asks for: dummies of ``build.dummies``."""

import re
from collections.abc import Iterable, Mapping

from ci.decide.config.model import Pipeline
from ci.decide.diagnose import Known
from ci.decide.diagnose.variables import dummies
from ci.decide.project.facts import Project
from ci.decide.tries import Amended, Failure, Stop, pages
from ci.decide.tries import scripts as steps
from ci.decide.tries.edit import put
from ci.decide.variables import TO_BROWSERS, public
from ci.decide.variables.dummies import Form, dummy, of_host

_NEAR = 400
"""Characters behind the name of a variable in which a validator says what it wants."""

_SAYS = (
    ("url", r"(?i:invalid ur[li]|must be a(?: valid)? ur[li])"),
    ("email", r"(?i:invalid email|must be a(?: valid)? email)"),
    ("uuid", r"(?i:invalid uuid|invalid guid)"),
    ("boolean", r"(?i:expected boolean|invalid boolean|invalid bool)"),
    ("number", r"(?i:expected number|received nan|must be a number|invalid number|invalid port)"),
    ("json", r"(?i:invalid json)"),
)
_OF_DATABASES = (
    ("pooled", r"make sure to use a pooled connection string"),
    ("direct", r"meant to be used with a pooled connection|format for `neon\(\)` should be: postgresql://"),
)
"""What @vercel/postgres and @neondatabase/serverless say of the address of a server; they do not name its variable."""

_CHOICES = re.compile(r"""[Ee]xpected (?:one of )?((?:\\?['"][\w.-]+\\?['"](?:\s*[|,]\s*)?)+)""")
_LEAST = re.compile(r"(?:at least|>=)\s*(\d{1,4})")
_MOST = re.compile(r"(?:at most|<=)\s*(\d{1,4})")
_EXACTLY = re.compile(r"exactly\s*(\d{1,4})")
_STARTS = re.compile(r"""(?:start(?:ing)? with)\s*\\?['"]([^'"\\\n]+)""")

_COMPILER = re.compile(r"^Failed to compile|Type error:|Module not found:|Turbopack build failed", re.MULTILINE)
"""Failures before any code of a page runs: no variable changes them."""

_SERVICE = re.compile(
    r"(?:KEY|SECRET|TOKEN|PASSWORD|PASSWD|UR[LI]|DSN|HOST|HOSTNAME|DOMAIN|ENDPOINT|(?<![A-Z])ID|REGION|BUCKET|DATASET|ISSUER)$"
)
"""Names of what a service gives, among all that a source reads."""

_CHOICE = re.compile(
    r"^(?:VERCEL|NETLIFY|CF_PAGES|GITHUB|GITLAB|RENDER|RAILWAY|AWS_LAMBDA|AWS_AMPLIFY|HEROKU|FLY|K_SERVICE)(?:_|$)|_PROXY$"
    r"|^(?:NEXT_PUBLIC_)?(?:VERCEL_\w+|\w*BASE_?PATH|\w*ASSET_?PREFIX|\w*CDN_URL|\w*DIST_?DIR|\w*OUTPUT|BUILD_\w+|STANDALONE"
    r"|DOCKER\w*|ANALYZE|SKIP_\w+|DEBUG|LOG_LEVEL|\w*ENV|\w*ENVIRONMENT|\w*MODE|PORT)$"
)
"""Names by which an app chooses how it is built: a value that means nothing would choose wrongly."""


def known(project: Project, pipeline: Pipeline) -> Known:
    """What is known of the app's variables, and which of them the build has."""
    given = (*pipeline.build.env, *pipeline.build.dummies)
    return Known(reads=project.env, declared=project.variables, given=given)


def missing(text: str, pipeline: Pipeline, failure: Failure, project: Project) -> Amended | None:
    """Set what the build names, and all that the source requires."""
    names = [str(name) for name in _listed(failure.facts["names"])]
    found = {n: v for n, v in dummies(names, known(project, pipeline)).items() if n not in pipeline.runtime.env}
    return _set(text, found, project, "The build does not go on without it.") if found else None


def declared(text: str, pipeline: Pipeline, failure: Failure, project: Project) -> Amended | None:
    """Set all that validators, example files and the source's own reads name, where no cause is known.

    It is done once, since the build has them all afterwards. Names by which an app chooses how it is built are left
    out, and so is all of it where the compiler failed.
    """
    if _COMPILER.search(failure.what):
        return None
    files = {variable.name: f"{variable.file} lists it" for variable in project.variables}
    read = {name: "The source reads it" for name in project.env if _SERVICE.search(name)}
    required = {variable.name for variable in project.variables if variable.required}
    given = {*pipeline.build.env, *pipeline.build.dummies, *pipeline.runtime.env}
    names = [n for n in {**files, **read} if n not in given and (n in required or not _CHOICE.search(n))]
    if not names:
        return None
    reasons = {name: f"{(read | files)[name]}, and nothing says why the build fails." for name in names}
    step = _set(text, dummies(names, known(project, pipeline)), project, reasons)
    return Amended(text=step.text, why=f"no cause is known; {step.why}, which the source declares")


def refused(text: str, pipeline: Pipeline, failure: Failure, _: Project) -> Amended | Stop:
    """Try another form of a dummy, by what the validator says of it."""
    names = [str(name) for name in _listed(failure.facts["names"])]
    better = {name: dummy(name, _said(name, failure.what)) for name in names}
    given = {**pipeline.build.env, **pipeline.build.dummies}
    changed = {
        name: value for name, value in better.items() if value != given.get(name) and name not in pipeline.build.env
    }
    if not changed:
        return Stop(reason=f"the build refuses the dummies of {', '.join(names)}", fix=failure.fix)
    for name, value in changed.items():
        text = put(text, ("build", "dummies", name), value, "Of the form that the build asks for.")
    return Amended(text=text, why=f"other dummies for {', '.join(changed)}")


def url(text: str, pipeline: Pipeline, failure: Failure, project: Project) -> Amended | None:
    """Set the variables that may hold the beginning of a URL."""
    likely = re.findall(r"build\.env\.(\w+)", str(failure.facts.get("likely", "")))
    given = {*pipeline.build.env, *pipeline.build.dummies, *pipeline.runtime.env}
    found = {name: dummy(name, Form(kind="url")) for name in likely if name not in given}
    return _set(text, found, project, "The build makes a URL of it.") if found else None


def host(text: str, pipeline: Pipeline, failure: Failure, project: Project) -> Amended | Stop | None:
    """A server that is asked by a step that can be left out, or by a page; else a person decides."""
    found = steps.amend(text, pipeline, failure, project) or pages.amend(text, pipeline, failure, project)
    if found:
        return found
    name = of_host(str(failure.facts["host"]), tuple(pipeline.build.dummies))
    if not name:
        return None
    return Stop(
        reason=f"the build uses {name}, and not only checks it: a page that is made at build asks that server",
        fix="make the page at run time (`export const dynamic = 'force-dynamic'`, or `await connection()`), or set the "
        f"real value in build.env.{name}, if it is no secret and the engine reaches the server",
    )


def _set(text: str, found: Mapping[str, str], project: Project, otherwise: str | Mapping[str, str]) -> Amended:
    required = {variable.name: variable.file for variable in project.variables if variable.required}
    for name, value in found.items():
        other = otherwise if isinstance(otherwise, str) else otherwise.get(name, "")
        why = f"Required by {required[name]}." if name in required else other
        if public(name):
            why += f" {TO_BROWSERS}"
        text = put(text, ("build", "dummies", name), value, why)
    return Amended(text=text, why=f"dummies for {', '.join(found)}")


def _said(name: str, output: str) -> Form:
    """What a validator says of a variable, wherever it does."""
    near = "\n".join(match[0] for match in re.finditer(rf"\b{re.escape(name)}\b[\s\S]{{0,{_NEAR}}}", output))
    choices = _CHOICES.search(near)
    exactly = _number(_EXACTLY, near)
    starts = _STARTS.search(near)
    return Form(
        kind=_first(_SAYS, near) or _first(_OF_DATABASES, output) or "text",
        choices=tuple(re.findall(r"[\w.-]+", choices[1])) if choices else (),
        least=exactly or _number(_LEAST, near),
        most=exactly or _number(_MOST, near),
        starts=starts[1] if starts else "",
    )


def _first(kinds: Iterable[tuple[str, str]], text: str) -> str:
    return next((kind for kind, pattern in kinds if re.search(pattern, text, re.IGNORECASE)), "")


def _number(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.search(text)
    return int(match[1]) if match else 0


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else [value]
