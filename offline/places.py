"""Where the embedded engine keeps its files: never in the checkout, never in /usr.

Follows the XDG Base Directory Specification 0.8; ``NEXT_DISTROLESS_CACHE`` and
``NEXT_DISTROLESS_STATE`` override it.
"""

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
RECIPES = Path(__file__).resolve().parent / "recipe"


def _directory(override: str, xdg: str, fallback: str) -> Path:
    chosen = os.environ.get(override)
    if chosen:
        return Path(chosen).absolute()
    return Path(os.environ.get(xdg) or Path.home() / fallback) / "next-distroless"


@dataclass(frozen=True, kw_only=True)
class Places:
    """Directories of one installation.

    Attributes:
        cache: what can be made again: programs, toolchain, images, by content key.
        state: what the engine and the registry keep between runs.
    """

    cache: Path
    state: Path

    @classmethod
    def of_environment(cls) -> "Places":
        """The places that the environment names, or the XDG defaults."""
        return cls(
            cache=_directory("NEXT_DISTROLESS_CACHE", "XDG_CACHE_HOME", ".cache"),
            state=_directory("NEXT_DISTROLESS_STATE", "XDG_STATE_HOME", ".local/state"),
        )

    @property
    def socket(self) -> Path:
        """The engine's address, below the 107 bytes that a Unix socket path may have (unix(7))."""
        return self.state / "engine.sock"

    def log(self, name: str) -> Path:
        """The log file of a daemon."""
        return self.state / "log" / f"{name}.log"

    def pidfile(self, name: str) -> Path:
        """Where the identity of a running daemon is written down."""
        return self.state / "run" / f"{name}.json"
