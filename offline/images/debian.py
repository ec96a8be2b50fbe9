"""Debian packages for any architecture, fetched and verified by the machine's apt."""

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from offline.commands import output, run
from offline.images import sources
from offline.images.errors import ImageError

FRESH = 3600
"""Seconds for which package lists are used without being fetched again."""


class Archive:
    """The packages of a Debian release for one architecture.

    Apt gets a state directory of its own and the machine's own sources of the
    release, with their keys: it verifies what it fetches as it does for the machine.

    Args:
        suite: code name of the release.
        architecture: Debian's name of the architecture.
        home: directory for lists and packages.
    """

    def __init__(self, suite: str, architecture: str, home: Path) -> None:
        self._home = home.absolute()
        self._log = self._home / "apt.log"
        self._suite = suite
        self._architecture = architecture
        self._env = {"APT_CONFIG": str(self._home / "apt.conf"), "DEBIAN_FRONTEND": "noninteractive"}

    def closure(self, packages: Sequence[str], status: str) -> list[Path]:
        """Fetch packages with all that they depend on.

        Args:
            packages: names or apt patterns.
            status: dpkg's status of what is there already.

        Returns:
            Package files, sorted by name.

        Raises:
            OfflineError: apt cannot find, fetch or verify one.
        """
        self._prepare()
        debs = self._emptied()
        (self._home / "status").write_text(status, "utf-8")
        self._apt("install", "-y", "--no-install-recommends", "--download-only", *packages)
        return sorted(debs.glob("*.deb"))

    def exactly(self, packages: Sequence[str]) -> list[Path]:
        """Fetch packages without what they depend on.

        Args:
            packages: names.

        Returns:
            Package files, sorted by name.

        Raises:
            OfflineError: apt cannot find, fetch or verify one.
        """
        self._prepare()
        debs = self._emptied()
        self._apt("download", *packages, cwd=debs)
        return sorted(debs.glob("*.deb"))

    def _emptied(self) -> Path:
        debs = self._home / "debs"
        shutil.rmtree(debs, ignore_errors=True)
        (debs / "partial").mkdir(parents=True)
        return debs

    def _prepare(self) -> None:
        """Configure apt, and fetch the lists where they are old."""
        stamp = self._home / "fresh"
        if stamp.exists() and time.time() - stamp.stat().st_mtime < FRESH:
            return
        shutil.rmtree(self._home, ignore_errors=True)
        (self._home / "lists" / "partial").mkdir(parents=True)
        (self._home / "status").touch()
        (self._home / "debian.sources").write_text(sources.written(sources.of_machine(self._suite)), "utf-8")
        (self._home / "apt.conf").write_text(self._configuration(), "utf-8")
        self._apt("update")
        stamp.touch()

    def _configuration(self) -> str:
        """How the machine reaches its mirrors, and nothing else of its own configuration, such as hooks."""
        dump = output(["apt-config", "dump", "Acquire"])
        if dump is None:
            raise ImageError("apt-config failed or is not installed", "assemble images on a Debian machine, with apt")
        skipped = ("Acquire::IndexTargets", "Acquire::Languages", "Acquire::Changelogs")
        reach = [line for line in dump.splitlines() if not line.startswith(skipped)]
        own = {
            "Dir::Etc::main": "/dev/null",
            "Dir::Etc::parts": "/dev/null",
            "Dir::Etc::sourcelist": self._home / "debian.sources",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::Etc::preferences": "/dev/null",
            "Dir::Etc::preferencesparts": "/dev/null",
            "Dir::State": self._home,
            "Dir::State::lists": self._home / "lists",
            "Dir::State::status": self._home / "status",
            "Dir::State::extended_states": self._home / "extended_states",
            "Dir::Cache": self._home,
            "Dir::Cache::archives": self._home / "debs",
            "Dir::Log": self._home,
            "APT::Architecture": self._architecture,
            "APT::Sandbox::User": "root",
            "Acquire::Languages": "none",
        }
        lines = [f'{name} "{value}";' for name, value in own.items()]
        return "\n".join([*reach, *lines, f'APT::Architectures {{ "{self._architecture}"; }};', ""])

    def _apt(self, *arguments: str, cwd: Path | None = None) -> None:
        run(
            ["apt-get", "-q", *arguments],
            log=self._log,
            env=self._env,
            cwd=cwd,
            fix=f"check the names in images.toml and that `apt-get update` works here (Debian {self._suite})",
        )
