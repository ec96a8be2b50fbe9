"""The facade: every Dagger function, its arguments and its help. No logic lives here."""

from functools import partial
from typing import Annotated

import dagger
from dagger import DefaultPath, Doc, Ignore, Name

from ci import commands
from ci.build.base import Access
from ci.build.fonts import newest
from ci.build.run import Run, begin
from ci.commands.exposed import exposed, exposed_object
from ci.decide.migrate.sources import Asked as Import
from ci.decide.plan.request import RunRequest
from ci.engine import inputs
from ci.engine.progress import shown
from ci.engine.registries import Registry
from ci.engine.signing import Signing

NEVER = "never"
"""Cache policy of functions that read or change anything outside the engine, which caches for a week by default."""

A_DAY = "24h"
"""Cache policy of functions whose result depends on their arguments alone."""

Ref = Annotated[str, Doc("Published image, repository:tag or repository@digest")]
Platform = Annotated[str, Doc("Platform, such as linux/arm64; default: linux/amd64, or the first")]
Repository = Annotated[str, Doc("Repository without tag; default: the one that `publish` pushes to")]
Tags = Annotated[list[str] | None, Doc("Tags to set; default: those that `publish` would")]

SENT = [f"!**/.env.{name}" for name in ("example", "sample", "template", "*.example", "*.sample", "example.local")]
"""Example files: the variables of an app by name, without secrets."""

NEVER_SENT = ["**/node_modules", "**/.next", "**/.git", "**/.env", "**/.env.*", *SENT, "**/.turbo"]


@exposed_object
class Config:
    """The pipeline file: check it, show it with all defaults, write a new one, pin fonts, print its JSON Schema."""

    source: dagger.Directory
    pipelines: dagger.Directory
    pipeline: str = ""
    pipeline_file: dagger.File | None = None
    app: str = ""
    git: dagger.GitRef | None = None
    origin: str = ""
    npmrc: dagger.Secret | None = None
    npm_registry: str = ""
    ca: dagger.File | None = None

    @exposed(cache=NEVER)
    async def validate(self) -> str:
        """Check the pipeline file; an error names file, line and key, and suggests the nearest valid key."""
        return await commands.config.validate(self.source, self._asked())

    @exposed(cache=NEVER)
    async def show(self) -> str:
        """All keys with their values, and where each comes from: the file and its line, detection, or the default."""
        return await commands.config.show(self.source, self._asked(), self.app)

    @exposed(cache=NEVER)
    async def init(
        self,
        try_: Annotated[
            bool, Name("try"), Doc("Build and start the app, amend the file by what fails, and try again")
        ] = False,
        rounds: Annotated[int, Doc("Builds of --try at most")] = 8,
    ) -> str:
        """A commented pipeline file for this app: `dagger call config init -o next-distroless.yaml`."""
        if not try_:
            return await commands.config.init(self.source, self.app)
        access = Access(npmrc=self.npmrc, ca=self.ca)
        ask = partial(newest, access)
        subject = commands.tries.Subject(
            source=self.source, access=access, newest=ask, app=self.app, npm_registry=self.npm_registry
        )
        return await commands.tries.init(subject, self._asked(), rounds)

    @exposed(cache=NEVER, name="import")
    async def import_(
        self,
        dockerfile: Annotated[str, Doc("Dockerfile, by its path in the source")] = "",
        compose: Annotated[str, Doc("Compose file, by its path in the source")] = "",
        workflow: Annotated[str, Doc("Workflow with docker/build-push-action, by its path in the source")] = "",
    ) -> str:
        """A pipeline file from the app's Dockerfile, compose file and workflow, and what they have that it cannot."""
        asked = Import(dockerfile=dockerfile, compose=compose, workflow=workflow)
        return await commands.config.import_(self.source, self.app, asked)

    @exposed(cache=NEVER)
    async def fonts(self) -> str:
        """The section `build.fonts` of the pipeline file: the app's Google fonts as packages, pinned by checksum."""
        request = RunRequest(app=self.app, npm_registry=self.npm_registry, now=inputs.now())
        access = Access(npmrc=self.npmrc, ca=self.ca)
        return await commands.config.fonts(self.source, self._asked(), request, partial(newest, access))

    @exposed(cache=A_DAY)
    async def schema(self) -> str:
        """JSON Schema of the pipeline file, for editors."""
        return commands.config.json_schema()

    def _asked(self) -> inputs.Asked:
        return inputs.Asked(name=self.pipeline, file=self.pipeline_file, shipped=self.pipelines)


@exposed_object
class Pins:
    """The images that this pipeline itself uses, pinned by digest."""

    registry_logins: dagger.Secret | None = None
    ca: dagger.File | None = None

    @exposed(cache=NEVER, source=False)
    async def changes(self) -> str:
        """List pinned digests that differ from those of their tags now, with the differences; changes nothing."""
        return await commands.pins.changes(Registry(logins=self.registry_logins, ca=self.ca))

    @exposed(cache=NEVER, source=False)
    async def update(self) -> dagger.File:
        """`pins.toml` with the digests that the tags have now: `dagger call pins update -o ci/pins.toml`."""
        return await commands.pins.updated(Registry(logins=self.registry_logins, ca=self.ca))


@exposed_object
class NextDistroless:
    """Ship a Next.js app as a hardened, distroless image: install, build, assemble, test, publish."""

    source: Annotated[
        dagger.Directory,
        DefaultPath("/examples/moontv-mini"),
        Ignore(NEVER_SENT),
        Doc("Directory of the app, or of its workspace"),
    ]
    pipelines: Annotated[
        dagger.Directory,
        DefaultPath("/pipelines"),
        Doc("Pipeline files that have names; default: those that ship with this module"),
    ]
    git: Annotated[
        dagger.GitRef | None,
        Doc("Clean checkout in place of --source: URL#tag, URL#commit; a version tag names the release"),
    ] = None
    app: Annotated[str, Doc("Directory of the app in a workspace; default: the only one with `next`")] = ""
    pipeline: Annotated[
        str,
        Doc("Pipeline file: name of a shipped one, or path in the source; default: next-distroless.yaml there, if any"),
    ] = ""
    pipeline_file: Annotated[dagger.File | None, Doc("Pipeline file of this machine, in place of --pipeline")] = None
    policy: Annotated[
        str, Doc("What stops a release: report, standard or strict; default: the pipeline file's, or standard")
    ] = ""
    npmrc: Annotated[dagger.Secret | None, Doc("npmrc with registries and tokens; used by the install only")] = None
    npm_registry: Annotated[str, Doc("URL of an npm registry to use in place of the public one")] = ""
    ca: Annotated[dagger.File | None, Doc("PEM file of authorities to trust, such as that of a company's proxy")] = None
    address: Annotated[str, Doc("Where to push, repository[:tag]; default: image.repository and the version")] = ""
    version: Annotated[str, Doc("Version of the release; default: that of the git tag, then of package.json")] = ""
    revision: Annotated[str, Doc("Commit of the source, for the labels; default: that of --git")] = ""
    created: Annotated[str, Doc("Time of that commit, RFC 3339; default: that of --git, or 1970: never the clock")] = ""
    git_ref: Annotated[str, Doc("Branch or tag of the source, such as refs/tags/v1.2.3; default: that of --git")] = ""
    event: Annotated[str, Doc("GitHub's name of the event that started the run; for tag rules such as `schedule`")] = ""
    base_ref: Annotated[str, Doc("Target branch of the pull request, or branch of the git tag; for tag rules")] = ""
    default_branch: Annotated[
        str, Doc("Main branch of the repository, for tag rules; default: that of --git, or main")
    ] = ""
    deploy_environment: Annotated[
        str, Doc("Environment that the image is for, such as staging; {{environment}} in tag rules and labels")
    ] = ""
    origin: Annotated[
        str,
        Doc("Address of the source for others, such as URL#COMMIT:DIRECTORY; for the command that repeats a run"),
    ] = ""
    cache: Annotated[str, Doc("Results of builds in the registry: off, read, or write, which reads too")] = "off"
    seed: Annotated[
        dagger.Secret | None, Doc("Secret from which the keys of preview mode and server actions are computed")
    ] = None
    platforms: Annotated[list[str] | None, Doc("Platforms, such as linux/arm64; default: the pipeline file's")] = None
    registry: Annotated[
        dagger.Service | None, Doc("Registry that only this machine reaches, such as tcp://127.0.0.1:5000")
    ] = None
    registry_username: Annotated[str, Doc("User name for the registry")] = ""
    registry_password: Annotated[dagger.Secret | None, Doc("Its password or token, such as env:TOKEN")] = None
    registry_logins: Annotated[
        dagger.Secret | None, Doc("File that `docker login` writes, in place of both: file:$HOME/.docker/config.json")
    ] = None

    signing_key: Annotated[
        dagger.Secret | None, Doc("Private key to sign the release with, from `cosign generate-key-pair`")
    ] = None
    signing_password: Annotated[dagger.Secret | None, Doc("Password of that key")] = None
    identity_token: Annotated[
        dagger.Secret | None, Doc("OpenID Connect token for keyless signing, in place of a key: env:SIGSTORE_ID_TOKEN")
    ] = None
    identity_request: Annotated[
        dagger.Secret | None,
        Doc("Secret of a GitHub Actions job for requesting such a token: env:ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
    ] = None
    identity_url: Annotated[str, Doc("URL of that request: $ACTIONS_ID_TOKEN_REQUEST_URL")] = ""
    builder: Annotated[
        str, Doc("Who builds, for the provenance, such as a workflow's URL; default: a local, unverified machine")
    ] = ""
    actor: Annotated[str, Doc("Who started the run, for the audit record")] = ""

    @exposed(cache=NEVER)
    async def plan(self) -> str:
        """Print what a run would do, as JSON, with the reason of each fact; nothing is built."""
        return (await self._run()).plan.to_json()

    @exposed(cache=NEVER)
    async def config(self) -> Config:
        """The pipeline file: `config validate`, `show`, `init`, `fonts`, `schema`."""
        names = ("pipelines", "pipeline", "pipeline_file", "app", "git", "origin", "npmrc", "npm_registry", "ca")
        source = (await inputs.checkout(self.source, self.git, NEVER_SENT)).source
        return Config(source=source, **{name: getattr(self, name) for name in names})

    @exposed(cache=NEVER)
    async def dockerfile(self) -> dagger.Directory:
        """The plan as a Dockerfile with its ignore file, for who must keep one: `dagger call dockerfile -o .`."""
        return commands.dockerfile.export((await self._run()).plan, NEVER_SENT)

    @exposed(cache=A_DAY)
    async def deps(self) -> dagger.Container:
        """The container with the app's dependencies installed."""
        return await (await self._run()).installed()

    @exposed(cache=A_DAY)
    async def build(self) -> dagger.Container:
        """The container in which the app was built."""
        return await (await self._run()).built()

    @exposed(cache=A_DAY)
    async def environment(self) -> str:
        """How the bundle uses each variable: frozen at build, read at run time, sent to the browser, unused."""
        return await commands.environment.environment(await self._run())

    @exposed(cache=A_DAY)
    async def image(
        self, platform: Annotated[str, Doc("Platform of the image; default: the first")] = ""
    ) -> dagger.Container:
        """The image that `publish` pushes, for one platform."""
        return await (await self._run()).image(platform)

    @exposed(cache=A_DAY)
    async def layout(self) -> dagger.Directory:
        """The images of all platforms as one OCI image layout."""
        return await (await self._run()).layout()

    @exposed(cache=NEVER)
    async def smoke(self) -> str:
        """Smoke test: start the image, send the requests of the pipeline file, and check the responses."""
        return await commands.check.smoke(await self._run())

    @exposed(cache=NEVER)
    async def contract(self) -> str:
        """Start the image as a strict cluster would: read-only, without rights, under limits; and end it by SIGTERM."""
        return await commands.check.contract(await self._run())

    @exposed(cache=NEVER)
    async def load(
        self,
        image: Annotated[str, Doc("Published image; default: the one that the source makes")] = "",
        against: Annotated[str, Doc("Published image to compare with, in turns: such as the last release")] = "",
        form: Annotated[str, Doc("Form of the result: text or json")] = "text",
    ) -> str:
        """Put the image under load by `load` of the pipeline file: times, failures, memory; fails over a threshold."""
        registries = self._registry(image), self._registry(against)
        return await commands.load.load(await self._run(), registries, image, against, form=form)

    @exposed(cache=NEVER)
    async def soak(
        self,
        seconds: Annotated[int, Doc("Seconds of load that are measured")] = 600,
        image: Annotated[str, Doc("Published image; default: the one that the source makes")] = "",
        form: Annotated[str, Doc("Form of the result: text or json")] = "text",
    ) -> str:
        """Put the image under load for long; fails also if its memory grows from request to request."""
        registries = self._registry(image), self._registry("")
        run = await self._run()
        return await commands.load.load(run, registries, image, form=form, seconds=seconds)

    @exposed(cache=NEVER)
    async def check(self) -> str:
        """All gates without publishing: source, hardening, scan, SBOM, base, leaks, variables, smoke test, slimming."""
        return await commands.check.check(await self._run())

    @exposed(cache=NEVER)
    async def source_scan(self) -> str:
        """Scan the source alone: Semgrep with the rules for Next.js, and Trivy on its files."""
        return await commands.check.source(await self._run())

    @exposed(cache=NEVER)
    async def fixes(self) -> dagger.File:
        """A patch of package.json against known vulnerabilities: `dagger call fixes -o fix.patch`, then `git apply`."""
        return await commands.check.fixes(await self._run())

    @exposed(cache=NEVER)
    async def harden(self) -> str:
        """Run the hardening checks on the image."""
        return await commands.check.hardening(await self._run())

    @exposed(cache=NEVER)
    async def scan(self) -> str:
        """Scan the image with Trivy: vulnerabilities, secrets in every layer, licences."""
        return await commands.check.scan(await self._run())

    @exposed(cache=NEVER)
    async def snyk(
        self, token: Annotated[dagger.Secret | None, Doc("Token of Snyk, such as env:SNYK_TOKEN")] = None
    ) -> str:
        """Scan source and image with Snyk, with your token; without one it reports `not run`."""
        return await commands.vendor_scans.snyk(await self._run(), token)

    @exposed(cache=NEVER)
    async def scout(
        self,
        user: Annotated[str, Doc("User name at Docker Hub")] = "",
        token: Annotated[dagger.Secret | None, Doc("Access token of that user, such as env:DOCKER_TOKEN")] = None,
        tool: Annotated[str, Doc("Image of docker/scout-cli with its digest, repository:tag@sha256:…")] = "",
    ) -> str:
        """Scan the image with Docker Scout, with your token; without user, token and tool it reports `not run`."""
        return await commands.vendor_scans.scout(await self._run(), user, token, tool)

    @exposed(cache=NEVER)
    async def sbom(self) -> dagger.Directory:
        """The SBOMs of each platform, in SPDX and CycloneDX: `dagger call sbom export --path sbom`."""
        return await commands.check.sbom(await self._run())

    @exposed(cache=NEVER)
    async def leaks(self) -> str:
        """Search the image for every secret of the run, also encoded or compressed."""
        return await commands.check.leaks(await self._run())

    @exposed(cache=NEVER)
    async def baseline(
        self,
        owner: Annotated[str, Doc("Who answers for it, such as a team; default: the last owner, or --actor")] = "",
        until: Annotated[str, Doc("Last day of new entries, such as 2026-12-31; default: 90 days from today")] = "",
        renew: Annotated[bool, Doc("Give this last day to the entries of the last baseline too")] = False,
    ) -> dagger.File:
        """The pipeline file with what is found today, accepted for a time: `baseline -o next-distroless.yaml`."""
        run = await self._run()
        asked = inputs.Asked(name=self.pipeline, file=self.pipeline_file, shipped=self.pipelines)
        return await commands.baseline.baseline(run, asked, owner=owner, until=until, renew=renew)

    @exposed(cache=NEVER)
    async def compliance(self) -> str:
        """Controls and the checks that meet them, with the results of all gates and the score, as Markdown."""
        return await commands.check.compliance(await self._run())

    @exposed(cache=NEVER)
    async def report(
        self, language: Annotated[str, Doc("Language of index.html: en or zh")] = "en"
    ) -> dagger.Directory:
        """Results of all gates as HTML, JSON, Markdown, SARIF, JUnit, and a timeline as SVG, also if a gate fails."""
        return await commands.report.report(await self._run(), language=language)

    @exposed(cache=NEVER)
    async def publish(
        self,
        prove: Annotated[
            bool, Doc("Build twice; publish and attest it only if both builds have the same bytes")
        ] = False,
        fresh: Annotated[bool, Doc("Test and judge again, also what this engine released today")] = False,
        profile: Annotated[bool, Doc("Print when each step and gate ran, and what it came after")] = False,
    ) -> str:
        """Build, test, push and sign the image for all platforms, and set its tags; pushes only if all gates pass.

        Prints the reference with its digest on the first line, then tags, sizes, results and the time of each step.
        """
        return await commands.publish.publish(await self._run(), prove=prove, fresh=fresh, profile=profile)

    @exposed(cache=NEVER)
    async def publish_timeline(self) -> dagger.File:
        """Publish as `publish` does; returns when each step and gate ran, and what it came after, as SVG."""
        return await commands.publish.timeline(await self._run())

    @exposed(cache=NEVER)
    async def names(self) -> str:
        """The tags that `publish` would set now: the rule of each, and whether the registry's images allow it."""
        return await commands.plan.names(await self._run())

    @exposed(cache=NEVER)
    async def prove(
        self, ref: Annotated[str, Doc("Published image to compare with; default: what `publish` would push")] = ""
    ) -> str:
        """Build again with empty caches and another clock, and compare: equal, or the first difference."""
        return await commands.prove.prove(await self._run(), ref)

    @exposed(cache=NEVER)
    async def why(self) -> str:
        """Which results of this build the registry cache has, and for each miss which input differs."""
        return await commands.plan.why(await self._run())

    @exposed(cache=NEVER)
    async def debug(self) -> dagger.Container:
        """The container of the step or gate that fails, in the state of the failure: `dagger call debug terminal`."""
        return await commands.debug.debug(await self._run())

    @exposed(cache=NEVER)
    async def up(
        self,
        env: Annotated[list[str] | None, Doc("Variables of the app, NAME=value; the last one of a name counts")] = None,
    ) -> dagger.Service:
        """The app as a service, from the image that `publish` pushes: `dagger call up up --ports 3000:3000`."""
        return await (await self._run()).service(env or [])

    @exposed(cache=NEVER)
    async def bundle(
        self,
        kind: Annotated[str, Doc("Where it is deployed: compose or kubernetes")] = "compose",
        ref: Annotated[str, Doc("Published image; default: the one that has the first tag that `publish` sets")] = "",
        key: Annotated[dagger.File | None, Doc("Public key of the signer, for the policies of a cluster")] = None,
        identity: Annotated[str, Doc("Exact identity in the signer's certificate, in place of a key")] = "",
        issuer: Annotated[str, Doc("Exact issuer of that identity")] = "",
    ) -> dagger.Directory:
        """Deploy files for a published image, with its digest in them: `bundle export --path deploy`."""
        return await commands.bundle.bundle(await self._run(), kind, ref, key, (identity, issuer))

    @exposed(cache=NEVER)
    async def rebase(
        self, ref: Annotated[str, Doc("Published image, repository@digest or repository:tag")], tags: Tags = None
    ) -> str:
        """Put the pinned base below a published image, without a build; tests and publishes the result."""
        return await commands.publish.rebase(await self._run(), ref, tags or [])

    @exposed(cache=NEVER, source=False)
    async def promote(
        self,
        ref: Annotated[str, Doc("Published image with its digest, repository@sha256:…")],
        tags: Annotated[list[str] | None, Doc("Tags to set; default: the tag of --address")] = None,
    ) -> str:
        """Set tags of a published image, without building; with --address it is copied to that repository first."""
        return await commands.registry.promote(self._registry(self.address or ref, ref), ref, self.address, tags or [])

    @exposed(cache=NEVER, source=False)
    async def verify(
        self,
        ref: Ref,
        key: Annotated[dagger.File | None, Doc("Public key of the signer")] = None,
        identity: Annotated[str, Doc("Exact identity in the signer's certificate, in place of a key")] = "",
        issuer: Annotated[str, Doc("Exact issuer of that identity, such as https://accounts.google.com")] = "",
        *,
        github_repository: Annotated[
            str, Doc("Exact OWNER/NAME whose run signed; needed where the identity is a workflow that others call too")
        ] = "",
        require: Annotated[
            str, Doc("Lowest level that passes: whole, signed (default with a signer), attested, reproducible")
        ] = "",
    ) -> str:
        """Check a published image as any user can: the level that it reaches, and why not a higher one."""
        signer = commands.registry.Signer(identity, issuer, github_repository)
        return await commands.registry.verify(self._registry(ref), ref, key, signer=signer, require=require)

    @exposed(cache=NEVER, source=False)
    async def info(self, ref: Ref) -> str:
        """What a published image is: version, source, platforms, layers, labels, configuration, tags, referrers."""
        return await commands.registry.text(self._registry(ref), "info", reference=ref)

    @exposed(cache=NEVER, source=False)
    async def size(
        self,
        ref: Ref,
        platform: Platform = "",
        limit: Annotated[int, Doc("How many of the largest files and packages are listed")] = 20,
    ) -> str:
        """What makes a published image large: layers, npm packages, files."""
        return await commands.registry.text(self._registry(ref), "size", reference=ref, platform=platform, limit=limit)

    @exposed(cache=NEVER, source=False)
    async def treemap(self, ref: Ref, platform: Platform = "") -> dagger.File:
        """The sizes of a published image's directories as nested JSON, for a treemap."""
        return await commands.registry.treemap(self._registry(ref), ref, platform)

    @exposed(cache=NEVER, source=False)
    async def diff(
        self,
        old: Annotated[str, Doc("Image before")],
        new: Annotated[str, Doc("Image after")],
        platform: Platform = "",
        limit: Annotated[int, Doc("How many files of each kind are listed")] = 20,
    ) -> str:
        """What changed between two images: configuration, layers to fetch, packages, files."""
        return await commands.registry.text(
            self._registry(old, new), "diff", old=old, new=new, platform=platform, limit=limit
        )

    @exposed(cache=NEVER)
    async def tags(self, repository: Repository = "") -> str:
        """The tags of a repository, with digest, version, platforms and size."""
        return await self._in(repository, "tags")

    @exposed(cache=NEVER)
    async def clean(
        self,
        repository: Repository = "",
        keep: Annotated[int, Doc("Number of newest releases to keep, and as many pre-releases")] = 10,
        younger_than_days: Annotated[int, Doc("Keep images younger than this; 0: age does not count")] = 30,
        protect: Annotated[list[str] | None, Doc("Patterns of tags to keep, such as prod-*")] = None,
        apply: Annotated[bool, Doc("Delete; without it, images are only listed")] = False,
    ) -> str:
        """Delete old images of a repository by rules; without --apply they are only listed, with the reason."""
        rules = {"keep": keep, "younger_than_days": younger_than_days, "protect": protect or [], "apply": apply}
        return await self._in(repository, "clean", **rules)

    @exposed(cache=NEVER, source=False)
    async def pull(
        self,
        ref: Ref,
        platform: Platform = "",
        kind: Annotated[str, Doc("`oci` for a layout, or `docker` for `docker load`")] = "oci",
    ) -> dagger.File:
        """A published image as one file: `dagger call pull --ref … -o image.tar`."""
        return await commands.registry.archive(self._registry(ref), ref, platform, kind)

    @exposed(cache=NEVER)
    async def pins(self) -> Pins:
        """The images that this pipeline itself uses: `pins changes`, `pins update`."""
        return Pins(registry_logins=self.registry_logins, ca=self.ca)

    @exposed(cache=NEVER)
    async def doctor(
        self, image: Annotated[str, Doc("Published image to look at in place of engine and app")] = ""
    ) -> str:
        """Problems of this engine, this app and its Dockerfile, each with its fix; exit code 1 if there are errors."""
        if image:
            return await commands.doctor.examine_image(self._registry(image), image)
        source = (await inputs.checkout(self.source, self.git, NEVER_SENT)).source
        access = Access(npmrc=self.npmrc, ca=self.ca)
        subject = commands.doctor.Subject(
            source=source, decide=self._run, access=access, npm_registry=self.npm_registry
        )
        return await commands.doctor.examine(subject)

    async def _in(self, repository: str, operation: str, **arguments: object) -> str:
        """Work on a repository: the named one, or the one that `publish` pushes to."""
        place = repository or (await self._run()).plan.release.repository
        return await commands.registry.text(self._registry(place), operation, repository=place, **arguments)

    async def _run(self) -> Run:
        """The run that the arguments describe, with its plan."""
        chosen = await inputs.checkout(self.source, self.git, NEVER_SENT)
        asked = inputs.Asked(name=self.pipeline, file=self.pipeline_file, shipped=self.pipelines)
        request = RunRequest(
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
            policy=self.policy,
            native=await inputs.native_platform(),
            now=inputs.now(),
        )
        access = Access(npmrc=self.npmrc, ca=self.ca)
        plan = await shown("plan", inputs.decide(chosen, asked, request, partial(newest, access)))
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

    def _registry(self, repository: str, *others: str) -> Registry:
        return Registry(
            repository=repository,
            others=others,
            username=self.registry_username,
            password=self.registry_password,
            logins=self.registry_logins,
            service=self.registry,
            ca=self.ca,
        )
