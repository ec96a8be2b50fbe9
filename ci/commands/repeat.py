"""The command that repeats a call anywhere, which the error of a failed one ends with."""

import csv
import inspect
import io
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dagger

from ci.engine.inputs import checkout
from ci.intool.common.reference import host_of

MAIN = "NextDistroless"
"""The class whose functions stand on the command line without the name of a family (`config`, `pins`) before them."""

UNWRITTEN = ("source", "git", "pipelines", "origin", "registry")
"""Arguments of the constructor that are written in another way, or cannot be (see `command`)."""

SHORT, STORES = ("env", "file"), ("op", "vault")
"""Kinds of secrets whose address says where the secret is, and nothing of the secret itself: ``env:A``, ``op://A``."""


async def command(called: object, method: Callable[..., Any], given: Mapping[str, Any], *, source: bool = True) -> str:
    """Write the command from the arguments of a call: every one that is not its default, quoted for a shell.

    The source is ``--git`` with its commit, or ``--source`` with the caller's ``--origin`` or ``.``. A module gets the
    name of a file and not its directory (Dagger 0.21.8), so a file is ``./NAME``. A secret is its address, such as
    ``env:TOKEN``; where the address may hold the secret, a variable named after the argument. ``--pipelines`` is left
    out: a module cannot distinguish a given one from the default.

    Args:
        called: the object of the facade, with the constructor's arguments.
        method: its method.
        given: arguments of the method.
        source: whether the method reads the app; else no source is named.
    """
    constructor = {name: value for name, value in _changed(type(called), vars(called)).items() if name not in UNWRITTEN}
    words = ["dagger", "call"]
    if source:
        words += await _source(called, constructor)
    words += [word for name, value in constructor.items() for word in await _option(name, value)]
    if getattr(called, "registry", None):
        words += ["--registry", _service(getattr(called, "address", ""), given)]
    family = type(called).__name__
    words += [*([] if family == MAIN else [family.lower()]), _flag(method.__name__.rstrip("_"))]
    changed = _changed(method, given)
    return shlex.join([*words, *[word for name, value in changed.items() for word in await _option(name, value)]])


async def report_command(called: object) -> str:
    """Write the command that writes the report of the run that a call describes.

    Args:
        called: the object of the facade, with the constructor's arguments; it has the function `report`.
    """
    return f"{await command(called, type(called).report, {})} export --path report"  # type: ignore[attr-defined]


def _changed(function: Callable[..., Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments, in the order of the signature, with a value that is not the default."""
    parameters = [p for p in inspect.signature(function).parameters.values() if p.name != "self" and p.name in values]
    return {p.name: values[p.name] for p in parameters if values[p.name] not in (p.default, None)}


async def _source(called: object, constructor: dict[str, Any]) -> Sequence[str]:
    """Arguments that name the source; the branch or tag of a checkout joins those of the constructor."""
    git = getattr(called, "git", None)
    chosen = await checkout(git.tree(), git, ()) if git else None
    if not chosen or not chosen.url:
        return ["--source", getattr(called, "origin", "") or "."]
    if chosen.ref and hasattr(called, "git_ref"):
        constructor.setdefault("git_ref", chosen.ref)
    return ["--git", f"{chosen.url}#{chosen.revision}"]


async def _option(name: str, value: object) -> Sequence[str]:
    flag = f"--{_flag(name)}"
    if isinstance(value, bool):
        return [flag if value else f"{flag}=false"]
    if isinstance(value, list | tuple):
        return [flag, _row(value)] if value else []
    if isinstance(value, dagger.File):
        return [flag, f"./{await value.name()}"]
    if isinstance(value, dagger.Secret):
        return [flag, await _address(name, value)]
    return [flag, str(value)]


async def _address(name: str, secret: dagger.Secret) -> str:
    """Where a secret is; one that is set by code has no address, and a command (``cmd:``) may have it in its text."""
    kind, separator, place = (await secret.uri()).partition("://")
    if kind in SHORT:
        return f"{kind}:{place}"
    return f"{kind}{separator}{place}" if kind in STORES else f"env:{name.upper()}"


def _service(address: str, given: Mapping[str, Any]) -> str:
    """The registry of the image that is pushed or read: a module does not see where its service comes from."""
    named = address or str(given.get("ref") or given.get("repository") or given.get("old") or "")
    return f"tcp://{host_of(named) or 'HOST:PORT'}"


def _row(values: Sequence[object]) -> str:
    """A list as the command line takes it: one line of CSV (RFC 4180)."""
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(values)
    return text.getvalue()


def _flag(name: str) -> str:
    """As the command line has it; a name that is a word of Python ends with an underscore in the code."""
    return name.rstrip("_").replace("_", "-")
