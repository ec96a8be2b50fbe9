"""Facts of an app: the result of detection, and the input of every decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ci.decide.ecosystems.locked import Locked
from ci.decide.ecosystems.protocol import Ecosystem
from ci.decide.project.generators import Generator, LeftOut
from ci.decide.project.scripts import Scripts
from ci.decide.variables import Variable
from ci.messages import Message


@dataclass(frozen=True, kw_only=True)
class Project:
    """Facts of an app.

    Attributes:
        name: package name.
        version: of package.json.
        description: of package.json.
        license: of package.json, an SPDX expression.
        app: directory of the app below the source; ``.`` unless the source is a workspace.
        next: version of Next.js, exact where the lockfile has it, else the range of package.json.
        router: ``app``, ``pages`` or ``app and pages``.
        output: what next.config sets ``output`` to; empty where it sets none, or where it is known only by running it.
        unoptimized: whether next.config turns the image optimizer off.
        manager: its package manager.
        manager_version: exact version; empty for the one that comes with Node.
        manager_integrity: what ``packageManager`` says behind ``+``, such as ``sha512.…``.
        lockfile: name of the lockfile.
        locked: every package of the lockfile.
        public: name and version of those of them that anyone can fetch.
        dev: names of packages that it only needs to be built: ``devDependencies`` alone have them.
        node: major version of Node.js.
        scripts: names of package.json's scripts with their commands.
        packages: scripts of the app, and of the other packages of its workspace.
        members: names of the source's own packages, the app's among them.
        siblings: directories of workspace packages that the app depends on and that have a ``build`` script, in the
            order in which they are built.
        turbo: whether the workspace is built by turbo.
        server: custom server that ``start`` runs, as node is given it, relative to the app; empty for Next.js' own.
        health: health path candidates, the best first.
        segments: files of the app router that may `export const dynamic`; none with `cacheComponents`.
        env: names of variables that the source reads by ``process.env``.
        env_example: names of variables that an example file such as ``.env.example`` has.
        variables: what validators and example files declare, each with a dummy, sorted.
        fonts: names imported from ``next/font/google``.
        generators: commands that have to run before the build, in order.
        left_out: commands of life cycle scripts that do not run.
        reasons: the reason of each fact, by its name here.
        warnings: what a user should know.
    """

    name: str
    version: str
    description: str
    license: str
    app: str
    next: str
    router: str
    output: str
    unoptimized: bool
    manager: Ecosystem
    manager_version: str
    manager_integrity: str
    lockfile: str
    locked: tuple[Locked, ...]
    node: str
    scripts: Mapping[str, str]
    public: tuple[tuple[str, str], ...] = ()
    dev: tuple[str, ...] = ()
    packages: tuple[Scripts, ...] = ()
    members: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    turbo: bool = False
    server: str = ""
    health: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    env_example: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()
    fonts: tuple[str, ...] = ()
    generators: tuple[Generator, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Message, ...] = ()
