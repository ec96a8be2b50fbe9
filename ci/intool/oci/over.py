"""The app's part of an image's configuration (``Spec.config``), found by comparison with the base. Pure."""

from collections.abc import Mapping
from typing import Any

from ci.intool.oci.config import variables
from ci.intool.oci.spec import base_annotations

_GIVEN = ("Cmd", "User", "WorkingDir", "Healthcheck")
"""Keys that assembly gives to every image, so that a value is the app's even if the base has the same."""


def over(image: Mapping[str, Any], new: Mapping[str, Any], old: Mapping[str, Any] | None) -> dict[str, Any]:
    """Find the app's values.

    Args:
        image: ``config`` of the configuration, its form checked by ``form.check_config``.
        new: that of the base that comes.
        old: that of the base that goes; None if it is not known, and then all is the app's but variables that the
            new base has too.

    Returns:
        Values as ``Spec.config`` has them; the entry point is always the base's.
    """
    below = old or {}
    env = variables(image)
    inherited = variables(new).keys() if old is None else _same(env, variables(below))
    return {
        **{key: image.get(key) for key in _GIVEN},
        "Env": {name: value for name, value in env.items() if name not in inherited},
        "Labels": _own(image, below, "Labels"),
        "ExposedPorts": list(_own(image, below, "ExposedPorts")),
        "StopSignal": "" if image.get("StopSignal") == below.get("StopSignal") else image.get("StopSignal"),
    }


def renewed(texts: Mapping[str, str], base: Mapping[str, str], created: str) -> dict[str, str]:
    """Update base image and time in labels or annotations; keys that are not there are not added.

    Args:
        texts: the labels or annotations.
        base: ``name`` and ``digest`` of the base image.
        created: RFC 3339 time; empty leaves it.
    """
    news = base_annotations(base) | ({"org.opencontainers.image.created": created} if created else {})
    return {name: news.get(name, text) for name, text in texts.items()}


def _own(image: Mapping[str, Any], below: Mapping[str, Any], key: str) -> dict[str, Any]:
    values = image.get(key) or {}
    inherited = _same(values, below.get(key) or {})
    return {name: value for name, value in values.items() if name not in inherited}


def _same(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> set[str]:
    return {name for name, value in ours.items() if name in theirs and theirs[name] == value}
