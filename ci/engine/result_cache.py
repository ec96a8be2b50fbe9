"""Results of installs and builds in the registry, beside the image, so that a new engine does not repeat the work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import dagger
from dagger import dag

from ci.decide.plan.cache_inputs import digest
from ci.decide.plan.model import BUILD_USER
from ci.engine.registry_client import Client
from ci.engine.tool import report_of, run_operation
from ci.errors import PublishError

INTO = "/into"
VOLUME = "/volume"
OWNER = f"{BUILD_USER}:{BUILD_USER}"
"""The engine keeps a volume apart for each owner that it is mounted for, and each way to share it (0.21)."""

SHARED = dagger.CacheSharingMode.SHARED
ONE_AT_A_TIME = dagger.CacheSharingMode.LOCKED


class Journal:
    """What happened to each result of a run in the cache; written during the run.

    Attributes:
        notes: for people.
        damaged: kinds whose result was damaged and is written again.
    """

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.damaged: set[str] = set()

    def note(self, kind: str, text: str) -> None:
        """Note what happened to a result."""
        self.notes.append(f"cache: {kind}: {text}")

    def warn(self, kind: str, text: str) -> None:
        """Note what was wrong with a result; the run goes on without it."""
        self.notes.append(f"warning: cache: {kind}: {text}")


@dataclass(frozen=True, kw_only=True)
class Cache:
    """The cache of a repository.

    Attributes:
        client: works on the registry.
        repository: whose cache it is; empty for none.
        mode: ``off``, ``read`` or ``write``.
        limit: bytes of the whole cache.
        journal: what happened to each result.
    """

    client: Client
    repository: str
    mode: str
    limit: int
    journal: Journal = field(default_factory=Journal)

    @property
    def reads(self) -> bool:
        """Whether results are looked for."""
        return bool(self.repository) and self.mode in {"read", "write"}

    @property
    def writes(self) -> bool:
        """Whether results are stored."""
        return bool(self.repository) and self.mode == "write"

    async def fetch(self, kind: str, inputs: Mapping[str, Any]) -> dagger.Directory | None:
        """A result that was made from the same inputs; None where there is none, or a damaged one."""
        if not self.reads:
            return None
        finished, report = await self._fetch(await self.client.container("cache"), kind, inputs)
        return finished.directory(INTO) if report["hit"] else None

    async def store(self, kind: str, inputs: Mapping[str, Any], content: Mapping[str, dagger.Directory]) -> None:
        """Keep a result; a registry that refuses it is not an error."""
        if self.writes:
            container = await self.client.container("cache")
            for name, directory in content.items():
                container = container.with_mounted_directory(f"{INTO}/{name}", directory)
            await self._store(container, kind, inputs, list(content))

    async def fill(
        self, kind: str, inputs: Mapping[str, Any], volume: str, sharing: dagger.CacheSharingMode = SHARED
    ) -> None:
        """Fill a cache volume that is empty, with what was made from the most similar inputs."""
        if not self.reads:
            return
        container = (await self.client.container("cache")).with_mounted_cache(
            VOLUME, dag.cache_volume(volume), owner=OWNER, sharing=sharing
        )
        if await container.with_exec(["sh", "-c", f"ls -A {VOLUME} | head -n 1"]).stdout():
            return
        fetched, report = await self._fetch(container, kind, inputs, fallback=True)
        if report["hit"]:
            copy = f"cp -a {INTO}/{kind}/. {VOLUME} && chown {OWNER} {VOLUME}"
            await fetched.with_exec(["sh", "-c", copy]).sync()

    async def keep(
        self, kind: str, inputs: Mapping[str, Any], volume: str, sharing: dagger.CacheSharingMode = SHARED
    ) -> None:
        """Keep the content of a cache volume."""
        if self.writes:
            container = (await self.client.container("cache")).with_mounted_cache(
                f"{INTO}/{kind}", dag.cache_volume(volume), owner=OWNER, sharing=sharing
            )
            await self._store(container, kind, inputs, [kind])

    async def why(self, kind: str, inputs: Mapping[str, Any]) -> str:
        """Whether there is a result, and if not, which input differs from the most similar one."""
        arguments = {"kind": kind, "key": digest(inputs), "inputs": inputs}
        return (
            f"{kind}: {(await self.client.run('cache', 'cache_why', repository=self.repository, **arguments))['text']}"
        )

    async def _fetch(
        self, container: dagger.Container, kind: str, inputs: Mapping[str, Any], *, fallback: bool = False
    ) -> tuple[dagger.Container, Mapping[str, Any]]:
        arguments = {"repository": self.repository, "kind": kind, "key": digest(inputs), "into": INTO}
        finished = await run_operation(
            container, "cache", "cache_fetch", {**arguments, "fallback": fallback}, PublishError
        )
        report = await report_of(finished)
        if report["warning"]:
            self.journal.warn(kind, report["warning"])
            self.journal.damaged.add(kind)
        hit = {"": "nothing of these inputs", "exact": "taken", "fallback": "begun with an older one"}[report["hit"]]
        self.journal.note(kind, hit)
        return finished, report

    async def _store(self, container: dagger.Container, kind: str, inputs: Mapping[str, Any], names: list[str]) -> None:
        arguments = {
            "repository": self.repository,
            "kind": kind,
            "key": digest(inputs),
            "inputs": inputs,
            "content": {name: f"{INTO}/{name}" for name in names},
            "limit": self.limit,
            "replace": kind in self.journal.damaged,
        }
        report = await report_of(await run_operation(container, "cache", "cache_store", arguments, PublishError))
        if report["warning"]:
            self.journal.warn(kind, report["warning"])
        stored = f"{report['bytes'] / 1e6:.1f} MB stored"
        self.journal.note(kind, stored if report["stored"] else f"not stored: {report['reason']}")
