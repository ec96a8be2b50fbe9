"""bun 1, as a package manager only: the app is built and run by Node."""

from collections.abc import Mapping
from dataclasses import dataclass

from ci.decide.ecosystems.managers.commands import Install


@dataclass(frozen=True)
class Bun:
    """bun."""

    id: str = "bun"
    name: str = "bun"
    lockfiles: tuple[str, ...] = ("bun.lock", "bun.lockb")
    inputs: tuple[str, ...] = ("bunfig.toml", "patches/**", "**/*.patch")

    def owns(self, lockfile: str, _text: str) -> bool:
        """By name."""
        return lockfile in self.lockfiles

    def version(self, _text: str) -> str:
        """The newest: it reads all formats."""
        return "1.4.5"

    def package(self, _version: str, platform: str) -> str:
        """The platform's program; for amd64 the one that needs no AVX2."""
        return "@oven/bun-linux-aarch64" if platform == "linux/arm64" else "@oven/bun-linux-x64-baseline"

    def hashed(self, _version: str) -> str:
        """Of nothing that is fetched: corepack does not know bun."""
        return ""

    def bins(self, _version: str) -> Mapping[str, str]:
        """It is bunx when called so."""
        return {"bun": "bin/bun", "bunx": "bin/bun"}

    def env(self, install: Install) -> Mapping[str, str]:
        """The registry wins over bunfig.toml's."""
        return {
            "BUN_INSTALL_CACHE_DIR": install.store,
            "DO_NOT_TRACK": "1",
            **({"npm_config_registry": install.registry} if install.registry else {}),
        }

    def install(self, _install: Install) -> list[list[str]]:
        """Install from the lockfile as it is."""
        return [["bun", "install", "--frozen-lockfile", "--ignore-scripts", "--no-progress"]]

    def run(self, script: str) -> list[str]:
        """Run a script of package.json, by Node where it calls node."""
        return ["bun", "run", script]

    def stale(self, output: str) -> bool:
        """Bun's own words; it says them, too, of a lockfile that is newer than itself."""
        frozen = "lockfile had changes, but lockfile is frozen" in output
        return frozen and "Unknown lockfile version" not in output
