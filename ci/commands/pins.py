"""The pipeline's own pins, compared with what their tags name now."""

from collections.abc import Mapping
from typing import Any

import dagger

from ci.commands.registry import tools
from ci.decide import pins
from ci.engine import inputs
from ci.engine.containers import handed
from ci.engine.registries import Registry
from ci.engine.registry_client import Client
from ci.engine.tool import operated, reported
from ci.errors import ConfigError, PublishError

PINS = "pins.toml"


async def changes(registry: Registry) -> str:
    """What would change, for people.

    Raises:
        PublishError: no registry could be reached.
    """
    return str((await _updated(registry))["text"])


async def updated(registry: Registry) -> dagger.File:
    """The new file; what could not be looked up keeps its digest.

    Raises:
        ConfigError: this engine has stand-ins in place of upstream's images.
        PublishError: no registry could be reached.
    """
    if pins.load().stand_ins:
        raise ConfigError.of("arguments.stand-in-pins")
    report = await _updated(registry)
    print(report["text"], flush=True)
    return handed({PINS: report["pins"]}).file(PINS)


async def _updated(registry: Registry) -> Mapping[str, Any]:
    container = await Client(tools=tools(), registry=registry).container("pinning")
    text = (pins.CI / PINS).read_text("utf-8")
    arguments = {"pins": text, "today": inputs.now().date().isoformat()}
    return await reported(await operated(container, "pinning", "update", arguments, PublishError))
