"""The Plan as a value: what stages and gates are given, and all that they know."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any

from ci.decide.config.load import Load
from ci.decide.config.model import Baseline, Health, Patch, Scenario, Side
from ci.decide.config.security import Harden, Scan
from ci.decide.pins import ImageRef, Package, Signer
from ci.decide.project.cuts import Cut
from ci.decide.variables import Variable
from ci.intool.policy import Judging, Waiver
from ci.intool.tags import Tags

Earlier = Sequence[Mapping[str, str]] | None
"""``id`` and ``subject`` of what the last release was found to have; None where there is none."""

BUILD_USER = 1001
"""Who installs and builds: not root, and not the runtime's user."""

NODE = "/nodejs/bin/node"
"""Program of distroless' Node.js images."""

APP = "/app"
SIDE = ".next-distroless/side.cjs"
"""Module, relative to the app, that watches it (``ci/programs/side.cjs``)."""

STORE = "/store"
HOME = "/home/build"
SURROUNDINGS: Mapping[str, str] = MappingProxyType(
    {
        "HOME": HOME,
        "USER": "build",
        "LOGNAME": "build",
        "SHELL": "/bin/bash",
        "TERM": "dumb",
        "LANG": "C.UTF-8",
        "CI": "1",
    }
)
"""Variables that every shell has, and ``CI``. Their values are fixed, so that two builds give the same bytes."""

PACKAGES = "/opt/packages"
"""Where packages of the pipeline's own, the manager and fonts, are unpacked."""


CANARY = "NEXT_DISTROLESS_CANARY"
"""Variable of the build that nothing needs: where its value is found, the build wrote its environment down."""


@dataclass(frozen=True, kw_only=True)
class Fetch:
    """An npm package that the pipeline itself needs.

    Attributes:
        package: which, with its checksum.
        to: directory that it is unpacked into.
        bins: programs that are put on PATH, name to file in the package.
        files: checksums of files in the package, beside that of its tarball.
    """

    package: Package
    to: str
    bins: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A command and the directory below the source in which it runs."""

    directory: str
    command: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Generate:
    """A command that runs before the build.

    Attributes:
        directory: where, below the source.
        command: for a shell, with the programs of the installed packages on PATH.
        env: variables for it alone; those of the build win.
    """

    directory: str
    command: str
    env: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class InstallPlan:
    """How dependencies are installed.

    Attributes:
        image: Node.js with a shell.
        manager: id of the package manager.
        directory: where the lockfile is, below the source.
        lockfile: path of the lockfile below the source.
        registry: URL of the npm registry to ask; empty for what the app's own configuration says.
        fetch: the manager, where it does not come with Node, and fonts.
        inputs: globs of the source on which the install depends.
        env: variables of the install.
        commands: what installs.
        scripts: packages whose install scripts run after that.
        store: name of the cache volume with the manager's store.
    """

    image: ImageRef
    manager: str
    directory: str
    lockfile: str
    registry: str
    fetch: tuple[Fetch, ...]
    inputs: tuple[str, ...]
    env: Mapping[str, str]
    commands: tuple[tuple[str, ...], ...]
    scripts: tuple[str, ...]
    store: str


@dataclass(frozen=True, kw_only=True)
class BuildPlan:
    """How the app is built.

    Attributes:
        app: directory of the app below the source; ``.`` unless it is part of a workspace.
        unseen: files of the source that the build does not see: pipeline files.
        patches: changes to the source.
        generate: commands that run before, in order.
        left_out: steps of scripts that do not run, since a build has no database.
        steps: commands that build, in order.
        fonts: names of ``next/font/google`` that are built without a font host.
        env: variables of the build that the pipeline file sets.
        dummies: the same, where the values do not matter.
        settings: variables of the build that the pipeline sets by itself; ``env`` wins.
        reads: names of variables that the source reads.
        examples: names of variables that an example file such as ``.env.example`` has.
        variables: what validators and example files declare.
        allow_frozen: variables that may be frozen although they look like secrets.
        next_cache: name of the cache volume for ``.next/cache``.
    """

    app: str
    unseen: tuple[str, ...]
    patches: tuple[Patch, ...]
    generate: tuple[Generate, ...]
    left_out: tuple[Cut, ...]
    steps: tuple[Step, ...]
    fonts: tuple[str, ...]
    env: Mapping[str, str]
    dummies: Mapping[str, str]
    settings: Mapping[str, str]
    reads: tuple[str, ...]
    examples: tuple[str, ...]
    variables: tuple[Variable, ...]
    allow_frozen: tuple[str, ...]
    next_cache: str


@dataclass(frozen=True, kw_only=True)
class Swap:
    """A package with machine code, and the one that takes its place on another platform."""

    name: str
    to: Package


@dataclass(frozen=True, kw_only=True)
class ImagePlan:
    """The image.

    Attributes:
        base: distroless Node.js.
        platforms: what is made.
        native: the engine's own platform, on which the app is built.
        swaps: platform to the packages that would have to be replaced on it.
        serve: ``server`` or ``static``.
        files: of the app, beside what Next.js traced.
        exclude: globs left out.
        slim: whether what cannot be reached is left out.
        source_maps: whether source maps stay.
        writable: belongs to the runtime user.
        user: numeric user and group.
        command: arguments of node, the base's entrypoint.
        env: variables.
        labels: OCI labels.
        port: exposed.
        health: settings of the health check.
        side: the port beside the app's, and how the app ends; None for none.
        healthcheck: its command, in exec form.
        start: the start page, where the pipeline file sets no health check, so that the build may decide its path;
            empty where it does.
        others: further paths that answer 200 without code of the app, or may; known after the build.
    """

    base: ImageRef
    platforms: tuple[str, ...]
    native: str
    swaps: Mapping[str, tuple[Swap, ...]]
    serve: str
    files: tuple[str, ...]
    exclude: tuple[str, ...]
    slim: bool
    source_maps: bool
    writable: tuple[str, ...]
    user: int
    command: tuple[str, ...]
    env: Mapping[str, str]
    labels: Mapping[str, str]
    port: int
    health: Health
    side: Side | None
    healthcheck: tuple[str, ...]
    start: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SmokePlan:
    """The smoke test.

    Attributes:
        deadline: seconds until the health path must answer.
        scenarios: what is tried.
        services: image as the pipeline file names it, to its pin; over all scenarios.
        default: whether the pipeline file has no scenario.
    """

    deadline: int
    scenarios: tuple[Scenario, ...]
    services: Mapping[str, ImageRef]
    default: bool = False


@dataclass(frozen=True, kw_only=True)
class Tools:
    """Images of the pipeline's own tools.

    Attributes:
        python: runs what assembles, compares and pushes.
        regctl: the registry client.
        trivy: the scanner of images and packages.
        semgrep: the scanner of sources.
        cosign: signs, and checks signatures.
        runc: runs an image under the contract of a deployment.
    """

    python: ImageRef
    regctl: ImageRef
    trivy: ImageRef
    semgrep: ImageRef
    cosign: ImageRef
    runc: ImageRef


@dataclass(frozen=True, kw_only=True)
class TrustPlan:
    """What is checked before the image is released.

    Attributes:
        policy: what stops a release: ``report``, ``standard`` or ``strict``.
        baseline: what was there when it was written, and is accepted for a time; None where there is none.
        harden: checks of the image.
        scan: policy for scanner findings.
        waivers: findings that are accepted for a time.
        today: the day on which that is judged, ISO 8601.
        now: the time, RFC 3339.
        database: of known vulnerabilities.
        eol: product, such as ``node22`` or ``debian12``, to the last day of its support, ISO 8601.
        base_signer: who signs it; None where no signer is known.
        base_checked: day on which its tag last named its digest; empty where that is not known.
        base_named: whether the pipeline file names it.
        locked: name, version and checksum of every package of the lockfile.
        public: name and version of those of them that anyone can fetch.
        own: names of the source's own packages, which no lockfile has.
        dev: names of packages that the app needs to be built only.
        signature: whether a release must be signed: ``required`` or ``optional``.
    """

    policy: str
    baseline: Baseline | None
    harden: Harden
    scan: Scan
    waivers: tuple[Waiver, ...]
    today: str
    now: str
    database: ImageRef
    eol: Mapping[str, str]
    base_signer: Signer | None
    base_checked: str
    base_named: bool
    locked: tuple[tuple[str, str, str], ...]
    public: tuple[tuple[str, str], ...]
    own: tuple[str, ...]
    dev: tuple[str, ...]
    signature: str

    def judging(self, earlier: Earlier = None) -> Judging:
        """By what findings are judged.

        Args:
            earlier: what the last release was found to have; None where there is none.
        """
        known = self.baseline
        return Judging(
            policy=self.policy,
            severity=self.scan.severity,
            owner=known.owner if known else "",
            baseline=known.findings if known else None,
            earlier=None
            if earlier is None
            else frozenset((str(one.get("id", "")), str(one.get("subject", ""))) for one in earlier),
        )

    def accepting(self, earlier: Earlier = None) -> dict[str, Any]:
        """Waivers, day and policy, as the arguments of an operation that judges; ``earlier`` as of ``judging``."""
        waivers = [asdict(waiver) for waiver in self.waivers]
        return {"waivers": waivers, "today": self.today, "by": self.judging(earlier).to_json()}


@dataclass(frozen=True, kw_only=True)
class ReleasePlan:
    """The release.

    Attributes:
        repository: where the image is pushed; empty where neither file nor caller said.
        tags: what it will be called, and why.
        rules: that give the tags.
        flavor: settings of all tags.
        created: time of the commit, RFC 3339.
        compression: of the layers, ``gzip`` or ``zstd``.
        annotations: of the index and of every manifest.
        cache: what is done with results in the registry.
        cache_limit: bytes of all of them.
    """

    repository: str
    tags: Tags
    rules: tuple[str, ...]
    flavor: tuple[str, ...]
    created: str
    compression: str
    annotations: Mapping[str, str]
    cache: str
    cache_limit: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All decisions of a run.

    Attributes:
        name: the app's name.
        facts: what the app is, each with its reason.
        install: how dependencies are installed.
        build: how it is built.
        image: what is packed.
        smoke: what is tried.
        load: how `load` and `soak` ask.
        trust: what is checked before the image is released.
        release: where it goes, and under which names.
        tools: images of the pipeline's own tools.
        notes: reasons and warnings, a line each.
    """

    name: str
    facts: Mapping[str, str]
    install: InstallPlan
    build: BuildPlan
    image: ImagePlan
    smoke: SmokePlan
    load: Load
    trust: TrustPlan
    release: ReleasePlan
    tools: Tools
    notes: tuple[str, ...]

    def to_json(self) -> str:
        """The plan for people and for ``diff``: without the time and without what the lockfile has."""
        document = asdict(self)
        for known in ("locked", "public", "now", "today"):
            del document["trust"][known]
        return json.dumps(document, indent=2, default=str)
