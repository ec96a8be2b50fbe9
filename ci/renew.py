"""The pipeline's own pins, compared with what their tags name now."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagger

from ci import inputs
from ci.errors import PublishError
from ci.manage import tools
from ci.release.client import Client
from ci.release.registry import Registry
from ci.stages.containers import handed
from ci.stages.tool import operated, reported

PINS = "pins.toml"


async def changes(registry: Registry) -> str:
    """What would change, for people.

    Raises:
        PublishError: no registry could be asked.
    """
    return str((await _updated(registry))["text"])


async def updated(registry: Registry) -> dagger.File:
    """The new file; what could not be asked for stays as it is.

    Raises:
        PublishError: no registry could be asked.
    """
    report = await _updated(registry)
    print(report["text"], flush=True)
    return handed({PINS: report["pins"]}).file(PINS)


async def _updated(registry: Registry) -> Mapping[str, Any]:
    container = await Client(tools=tools(), registry=registry).container("policy", "pinning")
    pins = Path(__file__).with_name(PINS).read_text("utf-8")
    arguments = {"pins": pins, "today": inputs.now().date().isoformat()}
    return await reported(await operated(container, "pinning", "update", arguments, PublishError))
