"""The form of an image's documents (OCI image specification 1.1): what is wrong with one, in words. Pure."""

from typing import Any

from ci.oci.media import is_digest

_LISTS_OF_TEXT = ("Env", "Entrypoint", "Cmd")
_OBJECTS = ("Labels", "ExposedPorts", "Volumes", "Healthcheck")


def descriptor_problem(value: object) -> str:
    """What is wrong with a descriptor's three required properties ("descriptor"); empty for nothing."""
    if not isinstance(value, dict) or not isinstance(value.get("mediaType"), str):
        return "has a descriptor without a media type"
    if not is_digest(value.get("digest")):
        return f"has a digest that is none: {str(value.get('digest'))[:100]!r}"
    size = value.get("size")
    if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size < 1 << 63:
        return f"has a descriptor without a size: {str(size)[:100]!r}"
    return ""


def config_problem(config: dict[str, Any], layers: int) -> str:
    """What is wrong with an image's configuration ("config"); empty for nothing.

    Args:
        config: the whole document.
        layers: how many its manifest has.
    """
    rootfs = config.get("rootfs")
    diff_ids = rootfs.get("diff_ids") if isinstance(rootfs, dict) else None
    if not isinstance(diff_ids, list) or len(diff_ids) != layers or not all(is_digest(one) for one in diff_ids):
        return f"does not name the {layers} layers of its manifest"
    history = config.get("history") or []
    if not isinstance(history, list) or not all(isinstance(entry, dict) for entry in history):
        return "has a history that is no list of objects"
    started = config.get("config") or {}
    if not isinstance(started, dict):
        return "has a `config` that is no object"
    for key in _LISTS_OF_TEXT:
        listed = started.get(key) or []
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            return f"has a `{key}` that is no list of texts"
    for key in _OBJECTS:
        if not isinstance(started.get(key) or {}, dict):
            return f"has a `{key}` that is no object"
    return ""
