"""The inputs of an install, a build and a release, without the addresses that things are fetched from. Pure."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from fnmatch import fnmatchcase
from typing import Any

from ci.decide.plan.model import BuildPlan, ImagePlan, InstallPlan, Plan

INSTALL = ("manager", "directory", "fetch", "scripts")
"""Fields of the install that count; its commands follow from them, and from where packages are fetched."""

BUILD = ("app", "patches", "generate", "steps", "fonts", "env", "dummies", "settings")
NOT_INPUTS = ("locked", "public", "now")
"""Fields of the trust that follow from other inputs, or are the clock: a verdict holds for the day."""

PACKING = (
    "serve",
    "files",
    "exclude",
    "slim",
    "source_maps",
    "writable",
    "command",
    "platforms",
    "native",
    "swaps",
    "side",
)


def of_install(plan: Plan, files: Mapping[str, str]) -> dict[str, Any]:
    """What an install depends on.

    Args:
        plan: all decisions.
        files: path to digest, of the whole source.

    Returns:
        Name for people to JSON value.
    """
    return {
        "node image": str(plan.install.image),
        "install": _of(plan.install, INSTALL),
        "manifests and lockfile": {path: value for path, value in files.items() if _matches(path, plan.install.inputs)},
    }


def of_settings(plan: Plan, files: Mapping[str, str]) -> dict[str, Any]:
    """What a build depends on beside the source: the install, and its own commands, variables and patches."""
    return {**of_install(plan, files), "build": _of(plan.build, BUILD)}


def of_build(plan: Plan, files: Mapping[str, str]) -> dict[str, Any]:
    """What a build depends on: its settings, and every file of the source that it sees."""
    seen = {path: value for path, value in files.items() if path not in plan.build.unseen}
    return {**of_settings(plan, files), "source": seen}


def of_payload(plan: Plan, files: Mapping[str, str]) -> dict[str, Any]:
    """What the files of the images depend on: the build, and how it is packed."""
    packing = {**_of(plan.image, PACKING), "base": str(plan.image.base)}
    return {**of_build(plan, files), "packing": packing}


def of_release(plan: Plan, files: Mapping[str, str]) -> dict[str, Any]:
    """What an image and the results of its gates depend on: its files, its configuration, and the checks.

    The gates read every file of the source, also the pipeline file, which may have a secret in a comment.
    """
    written = {"created": plan.release.created, "compression": plan.release.compression}
    release = {**written, "annotations": dict(plan.release.annotations), "allowed": plan.build.allow_frozen}
    trust = {name: value for name, value in asdict(plan.trust).items() if name not in NOT_INPUTS}
    tested = {"image": asdict(plan.image), "smoke": asdict(plan.smoke), "trust": trust}
    unseen = {path: value for path, value in files.items() if path in plan.build.unseen}
    return {**of_payload(plan, files), "release": release, **tested, **({"pipeline files": unseen} if unseen else {})}


Ingredients = Callable[[Plan, Mapping[str, str]], Mapping[str, Any]]


def digest(*facts: object) -> str:
    """A sha256 in hex over JSON values."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str).encode()).hexdigest()


def _of(plan: InstallPlan | BuildPlan | ImagePlan, names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in asdict(plan).items() if name in names}


def _matches(path: str, globs: Sequence[str]) -> bool:
    """Whether a path is one of the inputs; ``**/`` matches any directory, or none."""
    return any(fnmatchcase(path, glob) or fnmatchcase(path, glob.removeprefix("**/")) for glob in globs)
