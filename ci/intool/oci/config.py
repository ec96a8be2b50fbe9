"""The configuration of an image: the base's with the app's over it (OCI image specification 1.1, "config"). Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

KEPT = ("architecture", "os", "os.version", "os.features", "variant", "author")
"""Keys of a base's configuration that are kept beside ``config``, ``rootfs`` and ``history``; an exporter's are not."""

MARK = "next-distroless: "
"""Start of an own layer's history entry; the layer's name follows."""


def config(
    base: Mapping[str, Any], over: Mapping[str, Any], created: str, layers: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """The configuration of a platform's image.

    Args:
        base: configuration of the base image.
        over: values as ``Spec.config`` has them.
        created: time of the image and its history; replaces the base's times, which are its exporter's clock.
        layers: name and diff id of own layers, lowest first.
    """
    diff_ids = base["rootfs"]["diff_ids"]
    return {
        **{key: base[key] for key in KEPT if base.get(key)},
        "created": created,
        "config": _started(base.get("config") or {}, over),
        "rootfs": {"type": "layers", "diff_ids": [*diff_ids, *(diff_id for _, diff_id in layers)]},
        "history": [
            *({**entry, "created": created} for entry in _history(base, len(diff_ids))),
            *({"created": created, "created_by": f"{MARK}{name}"} for name, _ in layers),
        ],
    }


def layer_names(config: Mapping[str, Any]) -> list[str]:
    """The name of every layer of an image, lowest first: what own layers are called, ``base`` for all others."""
    of_layers = [entry for entry in _history(config, len(config["rootfs"]["diff_ids"])) if not entry.get("empty_layer")]
    written = [str(entry.get("created_by", "")) for entry in of_layers]
    return [text.removeprefix(MARK) if text.startswith(MARK) else "base" for text in written]


def variables(started: Mapping[str, Any]) -> dict[str, str]:
    """The environment that ``config`` of a configuration sets."""
    return dict(text.split("=", 1) for text in started.get("Env") or [] if "=" in text)


def _history(config: Mapping[str, Any], layers: int) -> list[dict[str, Any]]:
    """The history; an empty one if it does not have an entry for each layer, which clients refuse."""
    history = [dict(entry) for entry in config.get("history") or []]
    of_layers = [entry for entry in history if not entry.get("empty_layer")]
    return history if len(of_layers) == layers else [{} for _ in range(layers)]


def _started(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    given = {key: value for key, value in over.items() if value}
    env = variables(base) | given.get("Env", {})
    merged = {
        "Env": [f"{name}={value}" for name, value in env.items()],
        "Labels": {**(base.get("Labels") or {}), **given.get("Labels", {})},
        "ExposedPorts": {**(base.get("ExposedPorts") or {}), **{port: {} for port in given.get("ExposedPorts", [])}},
    }
    return {key: value for key, value in {**base, **given, **merged}.items() if value}
