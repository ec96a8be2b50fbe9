"""A run as a whole: plan, then deps, build, payload, images, gate, push. What each function of the module shares."""

from collections.abc import Sequence
from dataclasses import dataclass

import dagger

from ci.clock import Clock
from ci.errors import ConfigError, PublishError
from ci.gates.result import GateResult
from ci.gates.smoke import smoke
from ci.oci import facts
from ci.plan import Plan
from ci.release.push import Registry, push
from ci.report.summary import gate_lines, summary
from ci.stages.base import base
from ci.stages.build import build
from ci.stages.deps import deps
from ci.stages.layout import layout
from ci.stages.runtime import Payload, images, payload

SMOKE_FIX = "mend the app, or correct `runtime` (health.path, command, files) and `smoke` in the pipeline file"


@dataclass(frozen=True, kw_only=True)
class Run:
    """A decided run on an app.

    Attributes:
        plan: all decisions.
        source: the app.
        npmrc: registries and tokens for the install.
        native: the engine's own platform.
        clock: measures the steps.
    """

    plan: Plan
    source: dagger.Directory
    npmrc: dagger.Secret | None
    native: str
    clock: Clock

    async def deps(self) -> dagger.Container:
        """Stages base and deps."""
        with self.clock.step("base"):
            prepared = await base(self.plan.build, self.npmrc)
        with self.clock.step("deps"):
            return await deps(self.plan, prepared, self.source, self.npmrc)

    async def build(self) -> dagger.Container:
        """Stages base to build."""
        installed = await self.deps()
        with self.clock.step("build"):
            return await build(self.plan, installed, self.source)

    async def images(self) -> tuple[dict[str, dagger.Container], Payload]:
        """All four stages: an image for each platform."""
        built = await self.build()
        with self.clock.step("payload"):
            packed = await payload(self.plan.image, built)
            return images(self.plan.image, packed), packed

    async def layout(self) -> dagger.Directory:
        """The images as one OCI layout."""
        made, _ = await self.images()
        return layout(made, self.plan.build.image)

    async def image(self, platform: str) -> dagger.Container:
        """The image of one platform; the first one for an empty name.

        Raises:
            ConfigError: that platform is not made.
        """
        made, _ = await self.images()
        if platform and platform not in made:
            raise ConfigError(f"no image is made for {platform}", f"use one of {', '.join(made)}, or pass --platforms")
        return made[platform or next(iter(made))]

    async def service(self, env: Sequence[str]) -> dagger.Service:
        """The app as a service of the engine's own platform.

        Raises:
            ConfigError: a variable without a value.
        """
        container = await self.image(self.native)
        for pair in env:
            name, separator, value = pair.partition("=")
            if not separator:
                raise ConfigError(f"--env {pair}: no value", f"write --env {pair}=VALUE")
            container = container.with_env_variable(name, value)
        return container.as_service(use_entrypoint=True)

    async def judge(self) -> str:
        """Run the smoke test anew; returns what it measured.

        Raises:
            PublishError: it failed.
        """
        made, packed = await self.images()
        gate = await self._smoke(made, packed, fresh=True)
        if not gate.passed:
            raise PublishError(f"the smoke test failed:\n{gate.explained()}", SMOKE_FIX)
        return "\n".join(gate_lines(gate))

    async def publish(self, registry: Registry) -> str:
        """Everything: pushes only what passed.

        Returns:
            A summary for people, with the reference and its digest on the first line.

        Raises:
            ConfigError: nobody said where to push.
            PublishError: the smoke test failed, or the registry refused.
        """
        if not self.plan.address:
            raise ConfigError(
                "no address to publish to", "pass --address, or set image.repository in the pipeline file"
            )
        made, packed = await self.images()
        gate = await self._smoke(made, packed, fresh=False)
        if not gate.passed:
            raise PublishError(
                f"the smoke test failed, so nothing was pushed:\n{gate.explained()}",
                SMOKE_FIX,
            )
        with self.clock.step("push"):
            ref = await push(self.plan.address, made, registry)
        with self.clock.step("facts"):
            written = layout(made, self.plan.build.image)
            sizes = await facts.read(lambda path: written.file(path).contents())
        return summary(ref, sizes, [gate], self.clock.steps, self.plan.notes)

    async def _smoke(self, made: dict[str, dagger.Container], packed: Payload, *, fresh: bool) -> GateResult:
        with self.clock.step("smoke"):
            return await smoke(self.plan, made, packed, self.native, fresh=fresh)
