"""A run as a whole: plan, then deps, build, payload, images, gates, push. What each function of the module shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagger

from ci.clock import Clock
from ci.errors import ConfigError, PublishError
from ci.gates import environment
from ci.gates.result import GateResult
from ci.gates.slim import slim
from ci.gates.smoke import smoke
from ci.oci import facts
from ci.plan.model import Plan
from ci.release.push import Registry, push
from ci.report.environment import table
from ci.report.summary import gate_lines, payload_lines, summary
from ci.stages.base import Access, base
from ci.stages.build import build
from ci.stages.deps import deps
from ci.stages.environment import variables
from ci.stages.image import image
from ci.stages.layout import layout
from ci.stages.native import fit
from ci.stages.payload import Payload, payload
from ci.together import together


@dataclass(frozen=True, kw_only=True)
class Made:
    """What a build led to.

    Attributes:
        images: platform to image.
        payload: what is in them.
        full: the image before anything was left out; None where nothing was.
        variables: what the bundle does with each variable.
    """

    images: dict[str, dagger.Container]
    payload: Payload
    full: dagger.Container | None
    variables: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Run:
    """A decided run on an app.

    Attributes:
        plan: all decisions.
        source: the app, or the workspace that it is part of.
        access: registries, tokens and authorities.
        clock: measures the steps.
    """

    plan: Plan
    source: dagger.Directory
    access: Access
    clock: Clock

    async def base(self) -> dagger.Container:
        """Stage base."""
        with self.clock.step("base"):
            return await base(self.plan.install, self.access)

    async def deps(self) -> dagger.Container:
        """Stages base and deps."""
        prepared = await self.base()
        with self.clock.step("deps"):
            return await deps(self.plan.install, prepared, self.source, self.access.npmrc)

    async def build(self) -> dagger.Container:
        """Stages base to build."""
        installed = await self.deps()
        with self.clock.step("build"):
            return await build(self.plan.build, installed, self.source)

    async def make(self) -> Made:
        """All stages: an image for each platform."""
        plan, built = self.plan, await self.build()
        with self.clock.step("payload"):
            packed, seen = await together(
                payload(plan.image, plan.build.app, built, slim=plan.image.slim), variables(plan, built)
            )
            fitted = await together(*(self._fit(packed, built, platform) for platform in plan.image.platforms))
            pairs = zip(plan.image.platforms, fitted, strict=True)
            made = {platform: image(plan.image, fit, platform) for platform, fit in pairs}
            full = await self._full(built) if plan.image.slim and packed.removed else None
        return Made(images=made, payload=packed, full=full, variables=seen)

    async def _fit(self, packed: Payload, built: dagger.Container, platform: str) -> Payload:
        registry, npmrc = self.plan.install.registry, self.access.npmrc
        return await fit(self.plan.image, packed, platform, tools=built, registry=registry, npmrc=npmrc)

    async def _full(self, built: dagger.Container) -> dagger.Container:
        whole = await payload(self.plan.image, self.plan.build.app, built, slim=False)
        return image(self.plan.image, whole, self.plan.image.native)

    async def layout(self) -> dagger.Directory:
        """The images as one OCI layout."""
        return layout((await self.make()).images, self.plan.install.image)

    async def image(self, platform: str) -> dagger.Container:
        """The image of one platform; the first one for an empty name.

        Raises:
            ConfigError: that platform is not made.
        """
        made = (await self.make()).images
        if platform and platform not in made:
            raise ConfigError(f"no image is made for {platform}", f"use one of {', '.join(made)}, or pass --platforms")
        return made[platform or next(iter(made))]

    async def service(self, env: Sequence[str]) -> dagger.Service:
        """The app as a service of the engine's own platform.

        Raises:
            ConfigError: a variable without a value.
        """
        container = await self.image(self.plan.image.native)
        for pair in env:
            name, separator, value = pair.partition("=")
            if not separator:
                raise ConfigError(f"--env {pair}: no value", f"write --env {pair}=VALUE")
            container = container.with_env_variable(name, value)
        return container.as_service(use_entrypoint=True)

    async def environment(self) -> str:
        """What the bundle does with each variable, as a table."""
        return table(await variables(self.plan, await self.build()))

    async def check(self) -> str:
        """Run all gates anew; returns what they measured.

        Raises:
            PublishError: one failed.
        """
        made = await self.make()
        gates = await self._gates(made, fresh=True)
        _refuse(gates, "the image is not fit to be published")
        return "\n".join([*(line for gate in gates for line in gate_lines(gate)), *payload_lines(made.payload)])

    async def smoke(self) -> str:
        """Run the smoke test anew; returns what it measured.

        Raises:
            PublishError: it failed.
        """
        made = await self.make()
        gate = await smoke(self.plan, made.images, made.payload, fresh=True)
        _refuse([gate], "the image is not fit to be published")
        return "\n".join(gate_lines(gate))

    async def publish(self, registry: Registry) -> str:
        """Everything: pushes only what passed.

        Returns:
            A summary for people, with the reference and its digest on the first line.

        Raises:
            ConfigError: nobody said where to push.
            PublishError: a gate failed, or the registry refused.
        """
        if not self.plan.address:
            raise ConfigError(
                "no address to publish to", "pass --address, or set image.repository in the pipeline file"
            )
        made = await self.make()
        gates = await self._gates(made, fresh=False)
        _refuse(gates, "nothing was pushed")
        with self.clock.step("push"):
            ref = await push(self.plan.address, made.images, registry)
        with self.clock.step("facts"):
            written = layout(made.images, self.plan.install.image)
            sizes = await facts.read(lambda path: written.file(path).contents())
        return summary(ref, sizes, made.payload, gates, steps=self.clock.steps, notes=self.plan.notes)

    async def _gates(self, made: Made, *, fresh: bool) -> list[GateResult]:
        native = made.images[self.plan.image.native]
        work = [smoke(self.plan, made.images, made.payload, fresh=fresh)]
        if made.full:
            work.append(slim(self.plan, made.full, native, made.payload))
        with self.clock.step("gates"):
            tried = await together(*work)
        return [environment.judge(made.variables, self.plan.build.allow_frozen), *tried]


def _refuse(gates: Sequence[GateResult], consequence: str) -> None:
    failed = [gate for gate in gates if not gate.passed]
    if failed:
        names = ", ".join(gate.name for gate in failed)
        told = "\n".join(gate.explained() for gate in failed)
        raise PublishError(f"{names} failed, so {consequence}:\n{told}", "; ".join(gate.fix for gate in failed))
