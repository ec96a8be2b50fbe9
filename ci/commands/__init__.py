"""What each Dagger function does, one file a family.

A family is imported when it is first used: every call starts Python anew and uses one of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from ci.commands import (
        baseline as baseline,
    )
    from ci.commands import (
        bundle as bundle,
    )
    from ci.commands import (
        check as check,
    )
    from ci.commands import (
        config as config,
    )
    from ci.commands import (
        debug as debug,
    )
    from ci.commands import (
        dockerfile as dockerfile,
    )
    from ci.commands import (
        doctor as doctor,
    )
    from ci.commands import (
        environment as environment,
    )
    from ci.commands import (
        load as load,
    )
    from ci.commands import (
        pins as pins,
    )
    from ci.commands import (
        plan as plan,
    )
    from ci.commands import (
        prove as prove,
    )
    from ci.commands import (
        publish as publish,
    )
    from ci.commands import (
        registry as registry,
    )
    from ci.commands import (
        report as report,
    )
    from ci.commands import (
        tries as tries,
    )
    from ci.commands import (
        vendor_scans as vendor_scans,
    )


def __getattr__(name: str) -> "ModuleType":
    """Import a family by its name."""
    try:
        return import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
        raise AttributeError(f"there is no family {name}") from None
