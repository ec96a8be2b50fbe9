"""The pipeline file: ``pipelines/*.yaml`` as frozen values. Everything has a default."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ci.decide.config.load import Load
from ci.decide.config.security import Harden, Scan
from ci.intool.policy import STANDARD, BaselineEntry, Waiver

VERSION = 2
DETECTED = "detected"
"""What stands for the commands that detection finds, in ``build.generate``."""

PLATFORMS = ("linux/amd64", "linux/arm64")


@dataclass(frozen=True, kw_only=True)
class Patch:
    """A change to the app's source before it is built. One that matches nothing is an error.

    Attributes:
        files: glob of files below the source, such as ``src/app/**/route.ts``.
        replace: text to find, not a pattern; every occurrence is replaced.
        with_: the replacement.
        append: text to add at the end of each file that does not have it yet.
    """

    files: str
    replace: str = ""
    with_: str = ""
    append: str = ""


@dataclass(frozen=True, kw_only=True)
class Image:
    """The image's name and labels.

    Attributes:
        repository: where ``publish`` pushes; a tag in it takes the place of ``release.tags``; ``--address`` wins.
        title: label ``org.opencontainers.image.title``; default: the package's name.
        description: label of that name; default: the package's description.
        url: label of that name.
        source: label of that name.
        documentation: label of that name.
        vendor: label of that name.
        licenses: label of that name, an SPDX expression; default: the package's license.
        labels: further labels, which win over all others; they may have expressions such as ``{{branch}}``.
    """

    repository: str = ""
    title: str = ""
    description: str = ""
    url: str = ""
    source: str = ""
    documentation: str = ""
    vendor: str = ""
    licenses: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Mirrors:
    """Registries that are used in place of the public ones.

    Attributes:
        npm: URL of an npm registry, for the app's packages and the pipeline's own; ``--npm-registry`` wins; default:
            the public one.
    """

    npm: str = ""


@dataclass(frozen=True, kw_only=True)
class Install:
    """How the app's dependencies are installed.

    Attributes:
        allow_scripts: packages whose install scripts may run; the scripts of all others do not.
        hosts: hosts, beside the public npm registries and the mirror, from which the lockfile may take packages.
        unverified: packages that the lockfile may name without a checksum, such as git dependencies, and from any host.
    """

    allow_scripts: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Build:
    """How the app is built.

    Attributes:
        env: variables of the build. Never secrets: Next.js freezes many of them into the bundle.
        dummies: variables of the build alone that have to be set, but whose values do not matter. They are never in the
            image, and the gate `environment` reports each that the build froze.
        scripts: scripts of package.json that build, in order; default: ``build``, after what it needs.
        generate: commands that run before the scripts, for a shell in the app's directory, with the installed programs
            on PATH; ``detected`` stands for those that detection finds: generators of code such as ``prisma generate``,
            ``patch-package``, and the app's own programs of ``postinstall`` and ``prepare``.
        google_fonts: where fonts of ``next/font/google`` come from: ``fontsource``, as npm packages by version and
            checksum, or ``google``, which answers differently from day to day.
        fonts: package of a font, by its name as the source imports it: ``NAME@VERSION CHECKSUM``, as ``config fonts``
            writes it; default: the newest one.
        migrate: whether steps of these scripts that change a database run; a build has no database, so by default they
            are left out where they are recognised.
        allow_frozen: variables whose value may be frozen into the bundle although their name or value looks like a
            secret.
    """

    env: Mapping[str, str] = field(default_factory=dict)
    dummies: Mapping[str, str] = field(default_factory=dict)
    scripts: tuple[str, ...] = ()
    generate: tuple[str, ...] = (DETECTED,)
    google_fonts: str = "fontsource"
    fonts: Mapping[str, str] = field(default_factory=dict)
    migrate: bool = False
    allow_frozen: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Health:
    """When the app counts as healthy.

    Attributes:
        path: requested from inside the container.
        status: the accepted answer, an HTTP status; redirects are not followed.
        interval: seconds between checks.
        timeout: seconds that one check may take.
        start_period: seconds that the app may take to start.
        retries: failures in a row that make it unhealthy.
    """

    path: str = "/"
    status: int = 200
    interval: int = 30
    timeout: int = 3
    start_period: int = 10
    retries: int = 3


@dataclass(frozen=True, kw_only=True)
class Side:
    """A port beside the app's, and an end of the app that finishes what it began. It is made where this section is.

    Attributes:
        port: where `/healthz` and `/readyz` are answered; not the app's own.
        metrics: whether `/metrics` is too.
        delay: seconds between SIGTERM, from when `/readyz` answers 503, and the end of new connections.
        deadline: seconds after that until connections that are still open are cut off; Docker kills 10 s after SIGTERM.
    """

    port: int = 9464
    metrics: bool = False
    delay: int = 0
    deadline: int = 8


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """What the image runs.

    Attributes:
        serve: ``server`` runs Next.js' own; ``static`` serves the files of an app with ``output: "export"``; default:
            ``static`` where next.config sets that output, else ``server``.
        command: arguments of node; default: the server.
        files: files and directories of the app, beside what Next.js traced, that the image needs; what the build made
            counts.
        exclude: globs of the payload that the image does not need; a directory goes with all in it, and a glob that
            matches nothing is an error.
        slim: whether files that the app cannot reach are removed; the gate `slim` compares answers to check this.
        source_maps: whether source maps stay.
        base: image that the app is put on, ``name:tag@sha256:…``, with Node.js at ``/nodejs/bin/node``; default:
            distroless' for the app's Node.js, by the digest in ``ci/pins.toml``.
        writable: files and directories below the app that belong to the runtime user; they must be in the payload.
        env: variables of the image. Never secrets.
        port: port that the app listens on.
        user: numeric user and group, not root's 0; 65532 is distroless' nonroot.
        health: the health check; default: the path that detection finds, and else the defaults of its keys.
        side: a port beside the app's with health, readiness and metrics, and an end of the app that finishes what it
            began; default: none.
    """

    serve: str = ""
    command: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    slim: bool = True
    source_maps: bool = False
    base: str = ""
    writable: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    port: int = 3000
    user: int = 65532
    health: Health | None = None
    side: Side | None = None


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request of a smoke test, and what must come back.

    Attributes:
        path: path and query; ``{chunk}`` is a static chunk that the build made.
        method: HTTP method.
        json: request body, sent as JSON; write it as text, in quotes.
        status: expected status; redirects are not followed.
        location: expected ``location`` header, the whole of it; default: any.
        contains: text that the body must contain.
        header: headers that must be there, with text that their value contains.
        cookies: whether cookies of earlier answers are sent.
    """

    path: str
    method: str = "GET"
    json: str = ""
    status: int = 200
    location: str = ""
    contains: tuple[str, ...] = ()
    header: Mapping[str, str] = field(default_factory=dict)
    cookies: bool = True


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One start of the image and the requests made of it.

    Attributes:
        name: what the report calls it; each has its own.
        env: variables of the container.
        services: host name to image: a name in ``ci/pins.toml`` such as ``redis``, or ``name:tag@sha256:…``.
        requests: in order; cookies are kept from one to the next.
    """

    name: str = "default"
    env: Mapping[str, str] = field(default_factory=dict)
    services: Mapping[str, str] = field(default_factory=dict)
    requests: tuple[Request, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Smoke:
    """The smoke test.

    Attributes:
        deadline: seconds that the app may take until its health path answers.
        scenarios: what is tried; default: the health path and a static chunk.
    """

    deadline: int = 60
    scenarios: tuple[Scenario, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Release:
    """How a release is named and packed.

    Attributes:
        tags: rules as docker/metadata-action writes them, such as ``type=semver,pattern={{version}}``; default: those
            of the reference "tags".
        flavor: settings of all tags, such as ``latest=false``, ``prefix=`` and ``suffix=``.
        default_branch: the branch that tag rules call the default one; default: what git or the event says, else
            ``main``.
        compression: of the layers: ``gzip``, which everything reads, or ``zstd``.
        cache_size: MB that results of builds may take in the registry; the oldest go first.
        signature: whether a release without a signing key or an identity is refused: ``required`` or ``optional``.
    """

    tags: tuple[str, ...] = ()
    flavor: tuple[str, ...] = ()
    default_branch: str = ""
    compression: str = "gzip"
    cache_size: int = 4000
    signature: str = "optional"


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """What was there when the pipeline was adopted; ``dagger call baseline`` writes it.

    Attributes:
        owner: who answers for it.
        findings: what is accepted, one entry for a rule or vulnerability and a file or package.
    """

    owner: str
    findings: tuple[BaselineEntry, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """A pipeline file.

    Attributes:
        version: of the file's format.
        for_: paths or globs of files; where a source has a file for each, and none for those with ``!`` before them,
            `plan` and `doctor` propose this file. Only a file that is given by its name needs it.
        policy: what stops a release: ``report``, ``standard`` or ``strict``; ``--policy`` wins.
        app: directory of the app, where the source is a workspace; default: the only one with ``next``.
        node: major version of Node.js, 20, 22 or 24; default: what the app requires.
        platforms: platforms of the image; default: that of the engine.
        mirrors: registries that are used in place of the public ones.
        patches: changes to the source before the build, in order.
        image: name and labels.
        install: how dependencies are installed.
        build: how the app is built.
        runtime: what the image runs.
        smoke: the smoke test.
        load: the functions `load` and `soak`.
        harden: checks of the image.
        scan: policy for scanner findings.
        waivers: findings that are accepted for a time.
        baseline: what was there when the pipeline was adopted, accepted for a time; default: none, and then only the
            last release says what is new.
        release: how a release is named and packed.
    """

    version: int = VERSION
    for_: tuple[str, ...] = ()
    policy: str = STANDARD
    app: str = ""
    node: str = ""
    platforms: tuple[str, ...] = ()
    mirrors: Mirrors = field(default_factory=Mirrors)
    patches: tuple[Patch, ...] = ()
    image: Image = field(default_factory=Image)
    install: Install = field(default_factory=Install)
    build: Build = field(default_factory=Build)
    runtime: Runtime = field(default_factory=Runtime)
    smoke: Smoke = field(default_factory=Smoke)
    load: Load = field(default_factory=Load)
    harden: Harden = field(default_factory=Harden)
    scan: Scan = field(default_factory=Scan)
    waivers: tuple[Waiver, ...] = ()
    baseline: Baseline | None = None
    release: Release = field(default_factory=Release)
