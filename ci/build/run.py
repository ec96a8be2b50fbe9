"""A run from plan to image: deps, build, payload, assembly."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import dagger

from ci.build.assemble import assemble, placed
from ci.build.base import Access, base
from ci.build.build import Seeds, build
from ci.build.deps import deps, installed
from ci.build.digests import digests
from ci.build.environment import variables
from ci.build.made import Made
from ci.build.native import fit
from ci.build.output import StageResult
from ci.build.payload import Payload, payload
from ci.build.result import Packed, restored, saved
from ci.decide.pins import own_digest
from ci.decide.plan.cache_inputs import Ingredients, digest, of_build, of_install, of_payload, of_settings
from ci.decide.plan.health import settled
from ci.decide.plan.model import APP, CANARY, Plan
from ci.engine.clock import Clock
from ci.engine.concurrent import gather
from ci.engine.once import Once
from ci.engine.registries import Registry
from ci.engine.registry_client import Client
from ci.engine.result_cache import ONE_AT_A_TIME, Cache
from ci.engine.signing import Signing
from ci.errors import ConfigError
from ci.intool.leaks.texts import spoken

AHEAD = 40 * 24 * 3600
"""Seconds by which the clock of the second build is ahead: another day, week and month."""

MARK = 8
"""Digits of a secret's digest: enough to distinguish secrets, too few to find one."""

TOKENS = ("identity_token", "identity_request")
"""Secrets that are made for one job."""

SECOND = "prove"
"""Prefix of the second build's steps."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run on an app.

    Attributes:
        plan: all decisions.
        source: the app, or the workspace that it is part of.
        access: package registries, tokens and authorities.
        client: works on container registries.
        seed: secret from which Next.js' keys follow, beside the source.
        clock: measures the steps.
        cache: results in the registry.
        signing: who signs a release.
        apart: a text that keeps the run apart from all others on the engine; empty to share what they made.
        once: stage deps, which the gates need after the build did.
        listing: the digests of the source.
    """

    plan: Plan
    source: dagger.Directory
    access: Access
    client: Client
    seed: dagger.Secret | None
    clock: Clock
    cache: Cache
    signing: Signing
    apart: str = ""
    once: Once[StageResult] = field(default_factory=Once)
    listing: Once[Mapping[str, str]] = field(default_factory=Once)

    async def base(self) -> dagger.Container:
        """Stage base."""
        with self.clock.step("base"):
            return await base(self.plan.install, self.access, self.apart)

    async def installed(self) -> dagger.Container:
        """The container of stage deps."""
        return (await self.deps()).container

    async def built(self) -> dagger.Container:
        """The container of stage build."""
        return (await self.build()).container

    async def deps(self) -> StageResult:
        """Stages base and deps; they run once, also for several callers."""
        return await self.once.get(self._deps)

    async def _deps(self) -> StageResult:
        plan, (prepared, inputs) = self.plan.install, await gather(self.base(), self.inputs(of_install))
        with self.clock.step("deps"):
            kept = await self.cache.fetch("deps", inputs)
            if kept:
                return StageResult(container=installed(prepared, kept.directory("app")))
            await self.cache.fill("store", inputs, plan.store)
            done = await deps(plan, prepared, self.source, self.access.npmrc)
            app = {"app": done.container.directory(APP)}
            await gather(self._store("deps", inputs, app, done.log), self.cache.keep("store", inputs, plan.store))
            return done

    async def build(self) -> StageResult:
        """Stages base to build."""
        plan, (done, inputs, seeds) = self.plan.build, await gather(self.deps(), self.inputs(of_build), self.seeds())
        with self.clock.step("build"):
            await self.cache.fill("next", inputs, plan.next_cache, ONE_AT_A_TIME)
            built = await build(plan, done, self.source, seeds, ahead=AHEAD if self.apart else 0)
            await self.cache.keep("next", inputs, plan.next_cache, ONE_AT_A_TIME)
            return built

    async def files(self) -> Mapping[str, str]:
        """Path to digest of every file of the source."""
        return await self.listing.get(lambda: digests(self.plan.install, self.source))

    async def lockfile(self) -> str:
        """The lockfile's sha256 in hex."""
        return (await self.files()).get(self.plan.install.lockfile, "").rpartition(" ")[2]

    async def seeds(self) -> Seeds:
        """What follows from the inputs of the build, and from the caller's secret."""
        files, secret = await self.files(), await self._secret()
        build, settings = (digest(of(self.plan, files), secret) for of in (of_build, of_settings))
        # From its cache webpack makes other source maps than from nothing, though the same code.
        return Seeds(build=build, settings=settings, cache=build if self.plan.image.source_maps else settings)

    async def _secret(self) -> str:
        return await self.seed.plaintext() if self.seed else ""

    async def inputs(self, of: Ingredients) -> Mapping[str, Any]:
        """What a result in the cache depends on; nothing where no result is looked for."""
        return await self.depends(of) if self.cache.reads else {}

    async def marks(self) -> str:
        """Digits that change with the secrets that the image is searched for.

        A token for one job is not among them: an image that was made before cannot have it.
        """
        lasting = [(name, secret) for name, secret in self.secrets.items() if name not in TOKENS]
        texts = await gather(*(secret.plaintext() for _, secret in lasting))
        return digest(sorted(zip((name for name, _ in lasting), texts, strict=True)))[:MARK]

    async def depends(self, of: Ingredients) -> Mapping[str, Any]:
        """What a result depends on: the source, the plan, the seed's mark, and this pipeline."""
        mark = "" if of is of_install else digest("seed", await self._secret())[:MARK]
        return {**of(self.plan, await self.files()), "seed": mark, "pipeline": own_digest()}

    async def make(self) -> Made:
        """All stages: an image for every platform."""
        inputs = await self.inputs(of_payload)
        packed = await self._kept(inputs) or await self._packed(inputs)
        plan = settled(self.plan, packed.payload.alive, packed.payload.behind)
        with self.clock.step("assemble"):
            made, full = await gather(
                assemble(plan, packed.fitted, self.client.registry),
                placed(plan, packed.full) if packed.full else _nothing(),
            )
        return Made(image=made, payload=packed.payload, full=full, variables=packed.variables, log=packed.log)

    async def _kept(self, inputs: Mapping[str, Any]) -> Packed | None:
        with self.clock.step("cache"):
            kept = await self.cache.fetch("payload", inputs)
            return await restored(kept) if kept else None

    async def _packed(self, inputs: Mapping[str, Any]) -> Packed:
        plan, done = self.plan, await self.build()
        built = done.container
        with self.clock.step("payload"):
            packed, found = await gather(
                payload(plan.image, plan.build.app, built, slim=plan.image.slim), variables(plan, built)
            )
            fitted = await gather(*(self._fit(packed, built, platform) for platform in plan.image.platforms))
            full = None
            if plan.image.slim and packed.removed:
                full = await payload(plan.image, plan.build.app, built, slim=False)
            made = Packed(
                payload=packed,
                fitted=dict(zip(plan.image.platforms, fitted, strict=True)),
                full=full,
                variables=found,
                log=done.log,
            )
            await self._store("payload", inputs, saved(made), made.log)
        return made

    async def _store(
        self, kind: str, inputs: Mapping[str, Any], content: Mapping[str, dagger.Directory], log: Mapping[str, str]
    ) -> None:
        """Keep a result, unless what led to it printed a secret: a later run must not pass without seeing that."""
        if self.cache.writes:
            secrets = {name: await secret.plaintext() for name, secret in self.secrets.items()}
            secrets[CANARY] = self.plan.build.settings[CANARY]
            if found := spoken(log.values(), secrets):
                self.cache.journal.note(kind, f"not stored: its output has the secret {', '.join(found)}")
                return
            await self.cache.store(kind, inputs, content)

    async def _fit(self, packed: Payload, built: dagger.Container, platform: str) -> Payload:
        registry, npmrc = self.plan.install.registry, self.access.npmrc
        return await fit(self.plan.image, packed, platform, tools=built, registry=registry, npmrc=npmrc)

    async def layout(self) -> dagger.Directory:
        """The images as one OCI layout."""
        return (await self.make()).image.layout

    async def image(self, platform: str) -> dagger.Container:
        """The image of one platform; the first one for an empty name.

        Raises:
            ConfigError: that platform is not made.
        """
        made = self.plan.image.platforms
        if platform and platform not in made:
            raise ConfigError.of("arguments.no-image-for", platform=platform, made=made)
        return (await self.make()).image.image(platform or made[0])

    async def service(self, env: Sequence[str]) -> dagger.Service:
        """The app as a service of the engine's own platform.

        Raises:
            ConfigError: a variable without a value.
        """
        container = await self.image(self.plan.image.native)
        for pair in env:
            name, separator, value = pair.partition("=")
            if not separator:
                raise ConfigError.of("arguments.env", given=pair)
            container = container.with_env_variable(name, value)
        return container.as_service(use_entrypoint=True)

    def alone(self) -> "Run":
        """The same run with empty caches of its own, which shares no result, at another time."""
        apart = uuid.uuid4().hex
        install = replace(self.plan.install, store=f"{self.plan.install.store}-{apart}")
        build_ = replace(self.plan.build, next_cache=f"{self.plan.build.next_cache}-{apart}")
        plan = replace(self.plan, install=install, build=build_)
        cache, clock = replace(self.cache, mode="off"), self.clock.within(SECOND)
        return replace(self, plan=plan, apart=apart, cache=cache, clock=clock, once=Once())

    def refuse_nowhere(self) -> None:
        """Refuse a run without an address to push to.

        Raises:
            ConfigError: neither the caller nor the pipeline file did.
        """
        if not self.plan.release.repository:
            raise ConfigError.of("arguments.no-address")

    @property
    def secrets(self) -> Mapping[str, dagger.Secret]:
        """Every secret that the run was given, by the argument's name."""
        registry = self.client.registry
        given = {
            "npmrc": self.access.npmrc,
            "seed": self.seed,
            "registry_password": registry.password,
            "registry_logins": registry.logins,
        }
        return {name: secret for name, secret in given.items() if secret} | dict(self.signing.secrets)


async def _nothing() -> None:
    return None


def begin(
    plan: Plan,
    source: dagger.Directory,
    access: Access,
    registry: Registry,
    *,
    seed: dagger.Secret | None,
    signing: Signing,
) -> Run:
    """A run that has done nothing yet."""
    client = Client(tools=plan.tools, registry=registry)
    release = plan.release
    cache = Cache(client=client, repository=release.repository, mode=release.cache, limit=release.cache_limit)
    clock = Clock()
    clock.open()
    return Run(
        plan=plan,
        source=source,
        access=access,
        client=client,
        seed=seed,
        clock=clock,
        cache=cache,
        signing=signing,
    )
