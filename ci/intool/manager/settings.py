"""How a container of an image is run, from its configuration (OCI image specification 1.1, "config"). Pure."""

from collections.abc import Mapping
from typing import Any

from ci.intool.registry.image import RegistryImage


def settings(image: RegistryImage) -> dict[str, Any]:
    """All settings, with defaults for those that are not set."""
    run: Mapping[str, Any] = image.run
    return {
        "user": run.get("User", ""),
        "entrypoint": run.get("Entrypoint") or [],
        "cmd": run.get("Cmd") or [],
        "working_directory": run.get("WorkingDir", ""),
        "env": dict(setting.partition("=")[::2] for setting in run.get("Env") or ()),
        "ports": sorted(run.get("ExposedPorts") or ()),
        "volumes": sorted(run.get("Volumes") or ()),
        "stop_signal": run.get("StopSignal", ""),
        "health_check": run.get("Healthcheck") or {},
        "labels": dict(image.labels),
    }


def as_text(value: Any) -> str:
    """A setting as people write it."""
    match value:
        case Mapping():
            return " ".join(f"{key}={as_text(one)}" for key, one in value.items())
        case list():
            return " ".join(map(str, value))
    return str(value)


def listed(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Rows of a table: name and value; a mapping has one row for each entry; what is not set is left out."""
    rows = []
    for name, value in facts.items():
        values = (
            [f"{key}={as_text(one)}" for key, one in value.items()] if isinstance(value, Mapping) else [as_text(value)]
        )
        rows += list(zip([name.replace("_", " "), *[""] * len(values)], filter(None, values), strict=False))
    return rows
