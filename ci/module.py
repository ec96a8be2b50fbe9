"""The facade: every Dagger function, its arguments and its help. No logic lives here."""

from typing import Annotated

import dagger
from dagger import DefaultPath, Doc, Ignore, function, object_type

from ci import inputs
from ci.clock import Clock
from ci.plan import Asked
from ci.release.push import Registry
from ci.report import doctor
from ci.run import Run

NEVER = "never"
"""Cache policy of what looks at the world, or changes it: the engine caches results for a week otherwise."""

A_DAY = "24h"
"""Cache policy of what follows from its arguments alone."""

NEVER_SENT = ["**/node_modules", "**/.next", "**/.git", "**/.env", "**/.env.*", "!**/.env.example", "**/.turbo"]


@object_type
class NextDistroless:
    """Ship a Next.js app as a hardened, distroless image: install, build, pack, try, publish."""

    source: Annotated[
        dagger.Directory, DefaultPath("/examples/moontv-mini"), Ignore(NEVER_SENT), Doc("Directory of the app")
    ]
    pipelines: Annotated[
        dagger.Directory, DefaultPath("/pipelines"), Doc("Pipeline files that are found by the app's package name")
    ]
    pipeline: Annotated[
        dagger.File | None,
        Doc("Pipeline file; default: next-distroless.yaml in the app, or the one shipped for an app of that name"),
    ] = None
    npmrc: Annotated[dagger.Secret | None, Doc("npmrc with registries and tokens, seen by the install only")] = None
    address: Annotated[str, Doc("Where to push, repository[:tag]; default: image.repository and the version")] = ""
    version: Annotated[str, Doc("Version of the release; default: that of package.json")] = ""
    revision: Annotated[str, Doc("Commit of the source, for the labels")] = ""
    created: Annotated[str, Doc("Time of that commit, RFC 3339; default: 1970, never the clock")] = ""
    platforms: Annotated[list[str] | None, Doc("Platforms, such as linux/arm64; default: the pipeline file's")] = None

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def plan(self) -> str:
        """What a run would do, as JSON: decided without running anything."""
        return (await self._run()).plan.to_json()

    @function(cache=A_DAY)  # type: ignore[call-overload, untyped-decorator]
    async def deps(self) -> dagger.Container:
        """The container with the app's dependencies installed."""
        return await (await self._run()).deps()

    @function(cache=A_DAY)  # type: ignore[call-overload, untyped-decorator]
    async def build(self) -> dagger.Container:
        """The container in which the app was built."""
        return await (await self._run()).build()

    @function(cache=A_DAY)  # type: ignore[call-overload, untyped-decorator]
    async def image(
        self, platform: Annotated[str, Doc("Platform of the image; default: the first that is made")] = ""
    ) -> dagger.Container:
        """The image that `publish` pushes, for one platform."""
        return await (await self._run()).image(platform)

    @function(cache=A_DAY)  # type: ignore[call-overload, untyped-decorator]
    async def layout(self) -> dagger.Directory:
        """The images of all platforms as an OCI image layout."""
        return await (await self._run()).layout()

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def smoke(self) -> str:
        """Start the image and ask it what the pipeline file says; fails where an answer is not as expected."""
        return await (await self._run()).judge()

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def publish(
        self,
        registry_username: Annotated[str, Doc("Name for a registry that wants one")] = "",
        registry_password: Annotated[dagger.Secret | None, Doc("Its password or token, such as env:TOKEN")] = None,
        registry: Annotated[
            dagger.Service | None, Doc("Registry that only this machine reaches, such as tcp://127.0.0.1:5000")
        ] = None,
    ) -> str:
        """Build, try, and push the image for all platforms; pushes nothing where a gate fails.

        Prints the reference with its digest on the first line, then sizes, verdicts and the time of each step.
        """
        registry_access = Registry(username=registry_username, password=registry_password, service=registry)
        return await (await self._run()).publish(registry_access)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def up(
        self, env: Annotated[list[str] | None, Doc("Variables of the app, NAME=value; later ones win")] = None
    ) -> dagger.Service:
        """The app as a service, from the very image: `dagger call up up --ports 3000:3000`."""
        return await (await self._run()).service(env or [])

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def doctor(self) -> str:
        """What is wrong on this engine or in this app, each with its fix."""
        return await doctor.examine(self._run)

    async def _run(self) -> Run:
        native = await inputs.native_platform()
        asked = Asked(
            address=self.address,
            version=self.version,
            revision=self.revision,
            created=self.created,
            platforms=self.platforms or (),
            native=native,
            today=inputs.today(),
        )
        plan = await inputs.decide(self.source, self.pipeline, self.pipelines, asked)
        return Run(plan=plan, source=self.source, npmrc=self.npmrc, native=native, clock=Clock())
