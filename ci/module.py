"""The facade: every Dagger function, its arguments and its help. No logic lives here."""

from typing import Annotated

import dagger
from dagger import DefaultPath, Doc, Ignore, function, object_type

from ci import configure, inputs
from ci.clock import Clock
from ci.plan.asked import Asked
from ci.release.push import Registry
from ci.report import doctor
from ci.run import Run
from ci.stages.base import Access

NEVER = "never"
"""Cache policy of what looks at the world, or changes it: the engine caches results for a week otherwise."""

A_DAY = "24h"
"""Cache policy of what follows from its arguments alone."""

NEVER_SENT = ["**/node_modules", "**/.next", "**/.git", "**/.env", "**/.env.*", "!**/.env.example", "**/.turbo"]


@object_type
class Config:
    """The pipeline file: check it, show it with all defaults, write one, bring an old one up to date."""

    source: dagger.Directory
    pipelines: dagger.Directory
    pipeline: dagger.File | None
    app: str

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def validate(self) -> str:
        """Check the pipeline file; an error names file, line, key, and the nearest valid key."""
        return await configure.validate(self.source, self.pipeline, self.pipelines)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def show(self) -> str:
        """All keys with their values, and where each comes from: the file and its line, detection, or the default."""
        return await configure.show(self.source, self.pipeline, self.pipelines, self.app)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def init(self) -> str:
        """A commented pipeline file for this app: `dagger call config init -o next-distroless.yaml`."""
        return await configure.init(self.source, self.app)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def migrate(self) -> str:
        """The pipeline file in the newest format, comments kept."""
        return await configure.migrate(self.source, self.pipeline, self.pipelines)

    @function(cache=A_DAY)  # type: ignore[call-overload, untyped-decorator]
    def schema(self) -> str:
        """JSON Schema of the pipeline file, for editors."""
        return configure.json_schema()


@object_type
class NextDistroless:
    """Ship a Next.js app as a hardened, distroless image: install, build, pack, try, publish."""

    source: Annotated[
        dagger.Directory,
        DefaultPath("/examples/moontv-mini"),
        Ignore(NEVER_SENT),
        Doc("Directory of the app, or of the workspace that it is part of"),
    ]
    pipelines: Annotated[
        dagger.Directory, DefaultPath("/pipelines"), Doc("Pipeline files that are found by the app's package name")
    ]
    git: Annotated[
        dagger.GitRef | None,
        Doc("Clean checkout in place of --source: URL#tag, URL#commit; a version tag names the release"),
    ] = None
    app: Annotated[str, Doc("Directory of the app in a workspace; default: the only one with `next`")] = ""
    pipeline: Annotated[
        dagger.File | None,
        Doc("Pipeline file; default: next-distroless.yaml in the source, or the one shipped for an app of that name"),
    ] = None
    npmrc: Annotated[dagger.Secret | None, Doc("npmrc with registries and tokens, seen by the install only")] = None
    npm_registry: Annotated[str, Doc("URL of an npm registry to ask in place of the public one")] = ""
    ca: Annotated[dagger.File | None, Doc("PEM file of authorities to trust, such as that of a company's proxy")] = None
    address: Annotated[str, Doc("Where to push, repository[:tag]; default: image.repository and the version")] = ""
    version: Annotated[str, Doc("Version of the release; default: that of the git tag, then of package.json")] = ""
    revision: Annotated[str, Doc("Commit of the source, for the labels; default: that of --git")] = ""
    created: Annotated[str, Doc("Time of that commit, RFC 3339; default: 1970, never the clock")] = ""
    platforms: Annotated[list[str] | None, Doc("Platforms, such as linux/arm64; default: the pipeline file's")] = None

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def plan(self) -> str:
        """What a run would do, as JSON, with the reason of each fact: decided without running anything."""
        return (await self._run()).plan.to_json()

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def config(self) -> Config:
        """The pipeline file: `config validate`, `show`, `init`, `migrate`, `schema`."""
        chosen = await inputs.checkout(self.source, self.git, NEVER_SENT)
        return Config(  # type: ignore[call-arg]  # the decorator makes it a dataclass
            source=chosen.source, pipelines=self.pipelines, pipeline=self.pipeline, app=self.app
        )

    @function(cache=A_DAY)  # type: ignore[call-overload, untyped-decorator]
    async def deps(self) -> dagger.Container:
        """The container with the app's dependencies installed."""
        return await (await self._run()).deps()

    @function(cache=A_DAY)  # type: ignore[call-overload, untyped-decorator]
    async def build(self) -> dagger.Container:
        """The container in which the app was built."""
        return await (await self._run()).build()

    @function(cache=A_DAY)  # type: ignore[call-overload, untyped-decorator]
    async def environment(self) -> str:
        """What the bundle does with each variable: frozen at build, read at run time, given to the browser, unused."""
        return await (await self._run()).environment()

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
        return await (await self._run()).smoke()

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def check(self) -> str:
        """All gates without publishing: smoke test, variables, and whether slimming changed an answer."""
        return await (await self._run()).check()

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
        chosen = await inputs.checkout(self.source, self.git, NEVER_SENT)
        asked = Asked(
            app=self.app,
            npm_registry=self.npm_registry,
            address=self.address,
            version=self.version or chosen.version,
            revision=self.revision or chosen.revision,
            created=self.created,
            platforms=self.platforms or (),
            native=await inputs.native_platform(),
            today=inputs.today(),
        )
        plan = await inputs.decide(chosen.source, self.pipeline, self.pipelines, asked)
        return Run(plan=plan, source=chosen.source, access=Access(npmrc=self.npmrc, ca=self.ca), clock=Clock())
