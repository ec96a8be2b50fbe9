"""The facade: every Dagger function, its arguments and its help. No logic lives here."""

import shlex
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import dagger
from dagger import DefaultPath, Doc, Ignore, function, object_type

from ci.build.base import Access
from ci.build.run import Run, begin
from ci.commands import (
    check,
    config,
    debug,
    doctor,
    environment,
    pins,
    plan,
    prove,
    publish,
    registry,
    vendor_scans,
)
from ci.commands.repeat import command, repeatable
from ci.decide.plan.request import Asked
from ci.engine import inputs
from ci.engine.inputs import Checkout
from ci.engine.registries import Registry, host_of
from ci.engine.signing import Signing

NEVER = "never"
"""Cache policy of what looks at the world, or changes it: the engine caches results for a week otherwise."""

A_DAY = "24h"
"""Cache policy of what follows from its arguments alone."""

Result = TypeVar("Result")
Ref = Annotated[str, Doc("Published image, repository:tag or repository@digest")]
Platform = Annotated[str, Doc("Platform, such as linux/arm64; default: linux/amd64, or the first")]
Repository = Annotated[str, Doc("Repository without tag; default: the one that `publish` pushes to")]
Tags = Annotated[list[str] | None, Doc("Tags to set; default: those that `publish` would")]

SECRETS = (
    *("npmrc", "registry_password", "registry_logins", "seed"),
    *("signing_key", "signing_password", "identity_token", "identity_request"),
)
"""Arguments of a run that are secrets."""

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
        return await config.validate(self.source, self.pipeline, self.pipelines)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def show(self) -> str:
        """All keys with their values, and where each comes from: the file and its line, detection, or the default."""
        return await config.show(self.source, self.pipeline, self.pipelines, self.app)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def init(self) -> str:
        """A commented pipeline file for this app: `dagger call config init -o next-distroless.yaml`."""
        return await config.init(self.source, self.app)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def migrate(self) -> str:
        """The pipeline file in the newest format, comments kept."""
        return await config.migrate(self.source, self.pipeline, self.pipelines)

    @function(cache=A_DAY)  # type: ignore[call-overload, untyped-decorator]
    def schema(self) -> str:
        """JSON Schema of the pipeline file, for editors."""
        return config.json_schema()


@object_type
class Pins:
    """The images that this pipeline itself uses, by digest: what their tags name now."""

    logins: dagger.Secret | None = None
    ca: dagger.File | None = None

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def changes(self) -> str:
        """Which digests are no longer those of their tags, and what is different; changes nothing."""
        return await pins.changes(Registry(logins=self.logins, ca=self.ca))

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def update(self) -> dagger.File:
        """`pins.toml` with the digests that the tags have now: `dagger call pins update -o ci/pins.toml`."""
        return await pins.updated(Registry(logins=self.logins, ca=self.ca))


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
    created: Annotated[str, Doc("Time of that commit, RFC 3339; default: that of --git, or 1970: never the clock")] = ""
    git_ref: Annotated[
        str, Doc("Branch or tag that the source is, such as refs/tags/v1.2.3; default: that of --git")
    ] = ""
    event: Annotated[str, Doc("What started the run, as GitHub names it; for tag rules such as `schedule`")] = ""
    base_ref: Annotated[str, Doc("Branch that the pull request goes to, or the git tag was made on; for tag rules")] = (
        ""
    )
    default_branch: Annotated[
        str, Doc("Main branch of the repository, for tag rules; default: that of --git, or main")
    ] = ""
    deploy_environment: Annotated[
        str, Doc("Environment that the image is for, such as staging; {{environment}} in tag rules and labels")
    ] = ""
    origin: Annotated[
        str,
        Doc("Where others have the source, such as URL#COMMIT:DIRECTORY; for the command that repeats a failed run"),
    ] = ""
    cache: Annotated[str, Doc("Results of builds in the registry: off, read, or write, which reads too")] = "off"
    seed: Annotated[
        dagger.Secret | None, Doc("Secret that the keys of preview mode and server actions follow from")
    ] = None
    platforms: Annotated[list[str] | None, Doc("Platforms, such as linux/arm64; default: the pipeline file's")] = None
    registry: Annotated[
        dagger.Service | None, Doc("Registry that only this machine reaches, such as tcp://127.0.0.1:5000")
    ] = None
    registry_username: Annotated[str, Doc("Name for a registry that wants one")] = ""
    registry_password: Annotated[dagger.Secret | None, Doc("Its password or token, such as env:TOKEN")] = None
    registry_logins: Annotated[
        dagger.Secret | None, Doc("What docker login wrote, in place of both: file:$HOME/.docker/config.json")
    ] = None

    signing_key: Annotated[
        dagger.Secret | None, Doc("Private key that the release is signed with, as `cosign generate-key-pair` makes it")
    ] = None
    signing_password: Annotated[dagger.Secret | None, Doc("Password of that key")] = None
    identity_token: Annotated[
        dagger.Secret | None, Doc("OpenID Connect token for keyless signing, in place of a key: env:SIGSTORE_ID_TOKEN")
    ] = None
    identity_request: Annotated[
        dagger.Secret | None,
        Doc("What such a token is asked for with when it is needed: env:ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
    ] = None
    identity_url: Annotated[str, Doc("URL of that, GitHub's ACTIONS_ID_TOKEN_REQUEST_URL")] = ""
    builder: Annotated[
        str, Doc("Who builds, for the provenance, such as a workflow's URL; default: a machine that nobody vouches for")
    ] = ""
    actor: Annotated[str, Doc("Who asked for the run, for the audit record")] = ""

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def plan(self) -> str:
        """What a run would do, as JSON, with the reason of each fact: decided without running anything."""
        return await self._do("plan", plan.explain)

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
        return await self._do("deps", lambda run: run.installed())

    @function(cache=A_DAY)  # type: ignore[call-overload, untyped-decorator]
    async def build(self) -> dagger.Container:
        """The container in which the app was built."""
        return await self._do("build", lambda run: run.built())

    @function(cache=A_DAY)  # type: ignore[call-overload, untyped-decorator]
    async def environment(self) -> str:
        """What the bundle does with each variable: frozen at build, read at run time, given to the browser, unused."""
        return await self._do("environment", environment.environment)

    @function(cache=A_DAY)  # type: ignore[call-overload, untyped-decorator]
    async def image(
        self, platform: Annotated[str, Doc("One of the image; default: the first")] = ""
    ) -> dagger.Container:
        """The image that `publish` pushes, for one platform."""
        return await self._do("image", lambda run: run.image(platform))

    @function(cache=A_DAY)  # type: ignore[call-overload, untyped-decorator]
    async def layout(self) -> dagger.Directory:
        """The images of all platforms as one OCI image layout."""
        return await self._do("layout", lambda run: run.layout())

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def smoke(self) -> str:
        """Start the image and ask it what the pipeline file says; fails where an answer is not as expected."""
        return await self._do("smoke", check.smoke)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def check(self) -> str:
        """All gates without publishing: source, hardening, scan, SBOM, base, leaks, variables, smoke test, slimming."""
        return await self._do("check", check.check)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def source_scan(self) -> str:
        """Judge the source alone: Semgrep with the rules for Next.js, and Trivy on its files."""
        return await self._do("source-scan", check.source)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def fixes(self) -> dagger.File:
        """A patch of package.json against known vulnerabilities: `dagger call fixes -o fix.patch`, then `git apply`."""
        return await self._do("fixes", check.fixes)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def harden(self) -> str:
        """Judge the image by the table of hardening checks."""
        return await self._do("harden", check.hardening)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def scan(self) -> str:
        """Judge the image by what Trivy finds: vulnerabilities, secrets in every layer, licences."""
        return await self._do("scan", check.scan)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def snyk(
        self, token: Annotated[dagger.Secret | None, Doc("Token of Snyk, such as env:SNYK_TOKEN")] = None
    ) -> str:
        """Judge source and image by Snyk, in your name; without a token it says that it was not run."""
        return await self._do("snyk --token env:SNYK_TOKEN", lambda run: vendor_scans.snyk(run, token))

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def scout(
        self,
        user: Annotated[str, Doc("Name at Docker Hub")] = "",
        token: Annotated[dagger.Secret | None, Doc("Access token of that name, such as env:DOCKER_TOKEN")] = None,
        tool: Annotated[str, Doc("Image of docker/scout-cli with its digest, repository:tag@sha256:…")] = "",
    ) -> str:
        """Judge the image by Docker Scout, in your name; without name and token it says that it was not run."""
        repeated = f"scout --user {shlex.quote(user)} --token env:DOCKER_TOKEN --tool {shlex.quote(tool)}"
        return await self._do(repeated, lambda run: vendor_scans.scout(run, user, token, tool))

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def sbom(self) -> dagger.Directory:
        """The bills of materials of each platform, in SPDX and CycloneDX: `dagger call sbom export --path sbom`."""
        return await self._do("sbom", check.sbom)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def leaks(self) -> str:
        """Search the image for each secret that the run was given, in whatever form."""
        return await self._do("leaks", check.leaks)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def compliance(self) -> str:
        """Which control is met by which check of this run, with the score: all gates, as Markdown."""
        return await self._do("compliance", check.compliance)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def publish(
        self, prove: Annotated[bool, Doc("Build twice, and attest that the bytes were the same")] = False
    ) -> str:
        """Build, judge, push and sign the image for all platforms, then set its tags; no gate may fail before the push.

        Prints the reference with its digest on the first line, then tags, sizes, verdicts and the time of each step.
        """
        return await self._do("publish", lambda run: publish.publish(run, prove=prove))

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def names(self) -> str:
        """The tags that `publish` would set, and why: every rule, against what the registry has now."""
        return await self._do("names", plan.names)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def prove(
        self, ref: Annotated[str, Doc("Published image to compare with; default: what `publish` would push")] = ""
    ) -> str:
        """Build from nothing, with empty caches and another clock: the same bytes, or the first byte that differs."""
        return await self._do(f"prove --ref {ref}" if ref else "prove", lambda run: prove.prove(run, ref))

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def why(self) -> str:
        """Whether the registry has the results of this build, and for each miss which input differs."""
        return await self._do("why", plan.why)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def debug(self) -> dagger.Container:
        """The container of the step or gate that fails, as the failure left it: `dagger call debug terminal`."""
        return await self._do("debug", debug.debug)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def up(
        self, env: Annotated[list[str] | None, Doc("Variables of the app, NAME=value; later ones win")] = None
    ) -> dagger.Service:
        """The app as a service, from the very image: `dagger call up up --ports 3000:3000`."""
        return await self._do("up", lambda run: run.service(env or []))

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def rebase(
        self, ref: Annotated[str, Doc("Published image, repository@digest or repository:tag")], tags: Tags = None
    ) -> str:
        """Put the pinned base below a published image without building it again; tries and releases the result."""
        return await self._do(f"rebase --ref {ref}", lambda run: publish.rebase(run, ref, tags or []))

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def promote(
        self,
        ref: Annotated[str, Doc("Published image with its digest, repository@sha256:…")],
        tags: Annotated[list[str] | None, Doc("Tags to set; default: the tag of --address")] = None,
    ) -> str:
        """Give a published image tags without building; with --address it is copied to that repository first."""
        return await registry.promote(self._registry(self.address or ref), ref, self.address, tags or [])

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def verify(
        self,
        ref: Ref,
        key: Annotated[dagger.File | None, Doc("Public key of who must have signed it")] = None,
        identity: Annotated[str, Doc("Exact identity in the certificate of who must have signed it")] = "",
        issuer: Annotated[str, Doc("Exact issuer of that identity, such as https://accounts.google.com")] = "",
        require: Annotated[str, Doc("Level without which it fails: whole, signed, attested or reproducible")] = "",
    ) -> str:
        """What a stranger can check of a published image: the level that it reaches, and why not a higher one."""
        return await registry.verify(self._registry(ref), ref, key, signer=(identity, issuer), require=require)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def info(self, ref: Ref) -> str:
        """What a published image is: version, source, platforms, layers, labels, configuration, tags, referrers."""
        return await registry.told(self._registry(ref), "info", reference=ref)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def size(
        self,
        ref: Ref,
        platform: Platform = "",
        limit: Annotated[int, Doc("Number of the largest files and packages that are listed")] = 20,
    ) -> str:
        """What makes a published image large: layers, npm packages, files."""
        return await registry.told(self._registry(ref), "size", reference=ref, platform=platform, limit=limit)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def treemap(self, ref: Ref, platform: Platform = "") -> dagger.File:
        """The sizes of a published image's directories as nested JSON, for a treemap."""
        return await registry.treemap(self._registry(ref), ref, platform)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def diff(
        self,
        old: Annotated[str, Doc("Image before")],
        new: Annotated[str, Doc("Image after")],
        platform: Platform = "",
        limit: Annotated[int, Doc("Number of files of each kind that are listed")] = 20,
    ) -> str:
        """What changed between two images: configuration, layers to fetch, packages, files."""
        return await registry.told(self._registry(old), "diff", old=old, new=new, platform=platform, limit=limit)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def tags(self, repository: Repository = "") -> str:
        """The tags of a repository, with digest, version, platforms and size."""
        return await self._in(repository, "tags")

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def clean(
        self,
        repository: Repository = "",
        keep: Annotated[int, Doc("Newest releases that stay, and as many pre-releases")] = 10,
        younger_than_days: Annotated[int, Doc("What is younger stays; 0: no matter how young")] = 30,
        protect: Annotated[list[str] | None, Doc("Patterns of tags that stay, such as prod-*")] = None,
        apply: Annotated[bool, Doc("Delete; without it the list alone is made")] = False,
    ) -> str:
        """Delete old images of a repository by rules; without --apply it only says what would go, and why."""
        rules = {"keep": keep, "younger_than_days": younger_than_days, "protect": protect or [], "apply": apply}
        return await self._in(repository, "clean", **rules)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def pull(
        self,
        ref: Ref,
        platform: Platform = "",
        kind: Annotated[str, Doc("`oci` for a layout, or `docker` for `docker load`")] = "oci",
    ) -> dagger.File:
        """A published image as one file: `dagger call pull --ref … -o image.tar`."""
        return await registry.archive(self._registry(ref), ref, platform, kind)

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def pins(self) -> Pins:
        """The images that this pipeline itself uses: `pins changes`, `pins update`."""
        return Pins(logins=self.registry_logins, ca=self.ca)  # type: ignore[call-arg]  # the decorator makes it a dataclass

    @function(cache=NEVER)  # type: ignore[call-overload, untyped-decorator]
    async def doctor(self) -> str:
        """What is wrong on this engine or in this app, each with its fix."""
        return await doctor.examine(self._run)

    async def _do(self, function: str, work: Callable[[Run], Awaitable[Result]]) -> Result:
        """Decide the run, and do a part of it; a failure ends with the command that repeats it."""
        chosen = await inputs.checkout(self.source, self.git, NEVER_SENT)
        with repeatable(await self._command(function, chosen)):
            return await work(await self._decide(chosen))

    async def _in(self, repository: str, operation: str, **arguments: object) -> str:
        """Work on a repository: the named one, or the one that `publish` pushes to."""
        place = repository or (await self._run()).plan.release.repository
        return await registry.told(self._registry(place), operation, repository=place, **arguments)

    async def _run(self) -> Run:
        return await self._decide(await inputs.checkout(self.source, self.git, NEVER_SENT))

    async def _decide(self, chosen: Checkout) -> Run:
        asked = Asked(
            app=self.app,
            npm_registry=self.npm_registry,
            address=self.address,
            version=self.version or chosen.version,
            revision=self.revision or chosen.revision,
            created=self.created or chosen.created,
            ref=self.git_ref or chosen.ref,
            event=self.event,
            base_ref=self.base_ref,
            default_branch=self.default_branch,
            environment=self.deploy_environment,
            cache=self.cache,
            platforms=self.platforms or (),
            native=await inputs.native_platform(),
            now=inputs.now(),
        )
        plan = await inputs.decide(chosen, self.pipeline, self.pipelines, asked)
        access = Access(npmrc=self.npmrc, ca=self.ca)
        signing = Signing(
            key=self.signing_key,
            password=self.signing_password,
            token=self.identity_token,
            request=self.identity_request,
            url=self.identity_url,
            builder=self.builder,
            actor=self.actor,
            source=f"{chosen.url}#{chosen.revision}" if chosen.url else self.origin,
        )
        registry = self._registry(plan.release.repository)
        return begin(plan, chosen.source, access, registry, seed=self.seed, signing=signing)

    def _registry(self, repository: str) -> Registry:
        return Registry(
            repository=repository,
            username=self.registry_username,
            password=self.registry_password,
            logins=self.registry_logins,
            service=self.registry,
            ca=self.ca,
        )

    async def _command(self, function: str, chosen: Checkout) -> str:
        source = ["--git", f"{chosen.url}#{chosen.revision}"] if chosen.url else ["--source", self.origin or "."]
        scalars = (
            *("app", "npm_registry", "address", "version", "revision", "created", "git_ref", "event", "platforms"),
            *("base_ref", "default_branch", "deploy_environment"),
            *("cache", "registry_username", "builder", "actor"),
        )
        options = {name: getattr(self, name) for name in scalars if getattr(self, name) != "off"}
        options |= {name: await file.name() for name, file in (("pipeline", self.pipeline), ("ca", self.ca)) if file}
        options["git_ref"] = self.git_ref or chosen.ref
        options["registry"] = f"tcp://{host_of(self.address)}" if self.registry and self.address else ""
        secrets = [name for name in SECRETS if getattr(self, name)]
        return command(function, source, options, secrets)
