"""What a build made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dagger

from ci.build.assemble import Assembled
from ci.build.payload import Payload


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a build made.

    Attributes:
        image: for all platforms.
        payload: what is in it.
        full: what the image has at ``APP`` before anything was left out; None where nothing was.
        variables: what the bundle does with each variable.
        log: what install and build printed, by command.
    """

    image: Assembled
    payload: Payload
    full: dagger.Directory | None
    variables: Mapping[str, Any]
    log: Mapping[str, str]
