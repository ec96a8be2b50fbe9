"""The form of an image's documents (OCI image specification 1.1): what is wrong with one, in words. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from ci.intool.common.media import is_digest

_LISTS = ("manifests", "layers", "blobs")
_OF_PLATFORM = ("os", "architecture", "variant")


def _is_text(value: object) -> bool:
    return isinstance(value or "", str)


def _is_list(value: object) -> bool:
    listed = value or []
    return isinstance(listed, list) and all(isinstance(one, str) for one in listed)


def _is_object(value: object) -> bool:
    return isinstance(value or {}, dict)


def _are_labels(value: object) -> bool:
    labels = value or {}
    return isinstance(labels, dict) and all(isinstance(text, str) for text in labels.values())


_STARTED: Mapping[str, tuple[Callable[[object], bool], str]] = {
    **dict.fromkeys(("Env", "Entrypoint", "Cmd"), (_is_list, "a list of texts")),
    **dict.fromkeys(("User", "WorkingDir", "StopSignal"), (_is_text, "a text")),
    **dict.fromkeys(("ExposedPorts", "Volumes", "Healthcheck"), (_is_object, "an object")),
    "Labels": (_are_labels, "an object of texts"),
}
"""Keys of ``config`` to what they have to be, where they are there and not null."""


def descriptor_problem(value: object) -> str:
    """What is wrong with a descriptor's three required properties ("descriptor"); empty for nothing."""
    if not isinstance(value, dict) or not isinstance(value.get("mediaType"), str):
        return "has a descriptor without a media type"
    if not is_digest(value.get("digest")):
        return f"has an invalid digest: {str(value.get('digest'))[:100]!r}"
    size = value.get("size")
    if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size < 1 << 63:
        return f"has a descriptor without a size: {str(size)[:100]!r}"
    return ""


def manifest_problem(document: dict[str, Any]) -> str:
    """What is wrong with what a manifest or an index has ("manifest", "image index"); empty for nothing.

    Args:
        document: the whole of it.
    """
    if not all(_is_text(document.get(key)) for key in ("mediaType", "artifactType")):
        return "has a media type that is not a text"
    if not all(isinstance(document.get(key, []), list) for key in _LISTS):
        return f"has no list where one of {', '.join(_LISTS)} stands"
    named = [document[key] for key in ("config", "subject") if document.get(key) is not None]
    for descriptor in (*named, *(one for key in _LISTS for one in document.get(key, []))):
        if problem := descriptor_problem(descriptor):
            return problem
        if not isinstance(descriptor.get("platform") or {}, dict):
            return "has a descriptor with a platform that is not an object"
    return "" if _are_labels(document.get("annotations")) else "has annotations that are not texts"


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
        return "has a history that is not a list of objects"
    started = config.get("config") or {}
    if not isinstance(started, dict):
        return "has a `config` that is not an object"
    if not all(_is_text(config.get(key)) for key in _OF_PLATFORM):
        return f"has no texts for {', '.join(_OF_PLATFORM)}"
    for key, (fits, what) in _STARTED.items():
        if not fits(started.get(key)):
            return f"has a `{key}` that is not {what}"
    return ""
