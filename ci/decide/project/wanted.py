"""The variables that an app wants: what its validators require, and what its example files list."""

import posixpath
from collections.abc import Mapping
from dataclasses import replace

from ci.decide.project import environment
from ci.decide.project.javascript import without_comments
from ci.decide.project.source_files import SourceFiles
from ci.decide.project.workspace import Workspace
from ci.decide.variables import Variable
from ci.decide.variables.dummies import Form, dummy
from ci.decide.variables.schema import Rule, rules

EXAMPLES = (
    *(".env.example", ".env.sample", ".env.template", ".env.local.example", ".env.local.sample"),
    *(".env.production.example", ".env.development.example", ".env.example.local", "env.example", "example.env"),
)
"""Names of example files, which hold no secrets, the first ones first."""


def examples(source: SourceFiles, place: Workspace) -> Mapping[str, tuple[str, str]]:
    """The variables of example files beside the app, and beside the root of its workspace.

    Returns:
        Name to value and file.
    """
    found: dict[str, tuple[str, str]] = {}
    for directory in dict.fromkeys((place.app.directory, place.owner.directory)):
        for name in EXAMPLES:
            path = posixpath.normpath(f"{directory}/{name}")
            for variable, value in environment.declared(source.files.get(path, "")).items():
                found.setdefault(variable, (value, path))
    return found


def variables(source: SourceFiles, place: Workspace) -> tuple[Variable, ...]:
    """All variables that are declared, sorted by name.

    Those that Node.js, Next.js and npm set by themselves are left out.
    """
    listed = examples(source, place)
    validated = _validated(source, place)
    found = {
        name: Variable(
            name=name,
            dummy=dummy(name, replace(rule.form, example=listed.get(name, ("", ""))[0])),
            required=rule.required,
            file=path,
        )
        for name, (rule, path) in validated.items()
    }
    for name, (value, path) in listed.items():
        if name not in found:
            found[name] = Variable(name=name, dummy=dummy(name, Form(example=value)), required=False, file=path)
    return tuple(found[name] for name in sorted(found) if not environment.own(name))


def _validated(source: SourceFiles, place: Workspace) -> Mapping[str, tuple[Rule, str]]:
    found: dict[str, tuple[Rule, str]] = {}
    for path in place.of_app({path: path for path in source.validators}):
        for name, rule in rules(without_comments(source.validators[path])).items():
            if name not in found or rule.required:
                found[name] = rule, path
    return found
