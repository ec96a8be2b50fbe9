"""The list of apps, `apps.toml`, as typed values. Pure but for one read."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

LIST = Path(__file__).with_name("apps.toml")
PUBLISHED, REFUSED = "published", "refused"
GATES = "gates.failed"
"""Message of a run that a gate stopped."""

_COMMIT = re.compile(r"[0-9a-f]{40}")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")


class ListError(ValueError):
    """An entry of the list is not valid."""


@dataclass(frozen=True, kw_only=True)
class App:
    """One entry.

    Attributes:
        name: of the entry, and of its image.
        repository: owner and name at GitHub.
        commit: full id.
        directory: directory of the repository that is given to the pipeline as the source; empty for all of it.
        app: directory of the app in the source (`--app`); empty where there is only one.
        next: line of Next.js, such as ``16``; empty where the entry is not an app of it.
        manager: package manager and its line, such as ``yarn 1``; empty where none is declared or locked.
        kinds: what the entry is there for.
        expect: ``published`` or ``refused``.
        cause: id of the message (`ci/messages.toml`) with which it is refused.
        why: why a refusal is right; for people.
        machine: in place of `why`, what the machine of the run lacks, so that the refusal says nothing of the app; an
            image is right too.
        finding: advisory by which the gates refuse it. It has to build and to start, and nothing else may stop it.
        host: a host that the build asks. An engine that cannot reach it is right to refuse by its name.
    """

    name: str
    repository: str
    commit: str
    directory: str = ""
    app: str = ""
    next: str = ""
    manager: str = ""
    kinds: tuple[str, ...] = ()
    expect: str = PUBLISHED
    cause: str = ""
    why: str = ""
    machine: str = ""
    finding: str = ""
    host: str = ""


def load(file: Path = LIST) -> tuple[App, ...]:
    """The entries of a list.

    Raises:
        ListError: an entry is not valid, or two have the same name.
    """
    apps = tuple(entry(values) for values in tomllib.loads(file.read_text("utf-8"))["app"])
    names = [app.name for app in apps]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ListError(f"two entries have the name {', '.join(twice)}")
    return apps


def entry(values: Mapping[str, Any]) -> App:
    """One entry, checked.

    Raises:
        ListError: a key is unknown or missing, or a value has the wrong form.
    """
    name = str(values.get("name", ""))
    if unknown := sorted(set(values) - {key.name for key in fields(App)}):
        raise ListError(f"{name}: unknown key {', '.join(unknown)}")
    app = App(**{**values, "kinds": tuple(values.get("kinds", ()))})
    for what, pattern, given in (
        ("name", _NAME, app.name),
        ("repository", _REPOSITORY, app.repository),
        ("commit", _COMMIT, app.commit),
    ):
        if not pattern.fullmatch(given):
            raise ListError(f"{name}: `{given}` is not a {what}")
    if app.expect not in {PUBLISHED, REFUSED}:
        raise ListError(f"{name}: expect is `{app.expect}`: use {PUBLISHED} or {REFUSED}")
    if (app.cause, app.why, app.machine).count("") != (1 if app.expect == REFUSED else 3):
        raise ListError(f"{name}: a refusal has `cause`, and `why` or `machine`; nothing else has them")
    if app.expect == REFUSED and not app.cause:
        raise ListError(f"{name}: a refusal has `cause`")
    if bool(app.finding) != (app.cause == GATES):
        raise ListError(f"{name}: a refusal by {GATES} has `finding`, and nothing else has it")
    return app


def chosen(apps: Iterable[App], names: Iterable[str]) -> tuple[App, ...]:
    """The apps of these names, in the list's order; all where no name is given.

    Raises:
        ListError: a name is not in the list.
    """
    apps, wanted = tuple(apps), tuple(names)
    if missing := sorted(set(wanted) - {app.name for app in apps}):
        raise ListError(f"the list has no {', '.join(missing)}")
    return tuple(app for app in apps if not wanted or app.name in wanted)
