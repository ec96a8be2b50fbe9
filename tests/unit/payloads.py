"""Payloads, as far as what packs and starts them looks at them."""

from typing import Any

from ci.build.payload import Payload


def payload(**facts: Any) -> Payload:
    """One with these facts; nothing was built."""
    least: dict[str, Any] = {
        "directory": None,
        "app": ".",
        "dist": ".next",
        "bytes": 0,
        "standalone": 0,
        "native": {},
        "writable": {},
        "chunk": "",
        "preload": "",
        "removed": (),
        "routes": (),
    }
    return Payload(**{**least, **facts})
