"""The apps that are measured: the example, a checkout of MoonTV, and generated ones that grow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.speed import generated
from bench.speed.cases import COMPONENT, CSS, PAGE
from bench.speed.changes import Change

PROJECT = Path(__file__).parents[2]
LEFT_OUT = ("node_modules", ".next", ".git")


@dataclass(frozen=True, kw_only=True)
class App:
    """An app.

    Attributes:
        name: for the command line, and of its images.
        title: for the table.
        files: texts by path, of a generated one.
        directory: of one that is there.
        changes: by name.
        apps: directories of the apps of a workspace; ``.`` for the source itself.
        pipeline: `--pipeline` of ours; empty for the app's own file or none.
        edge: whether its routes are for the edge runtime; what a pipeline file patches is then patched for the peers.
        target: of the peers' Dockerfiles.
        fonts: whether the build asks for fonts of Google, which no peer gets without a network.
    """

    name: str
    title: str
    files: Mapping[str, str] = field(default_factory=dict)
    directory: Path | None = None
    changes: Mapping[str, Change] = field(default_factory=dict)
    apps: tuple[str, ...] = (".",)
    pipeline: str = ""
    edge: bool = False
    target: str = "server"
    fonts: bool = False

    def source(self) -> dict[str, bytes]:
        """Its files by path."""
        if self.directory is None:
            return {path: text.encode() for path, text in self.files.items()}
        return {
            str(file.relative_to(self.directory)): file.read_bytes()
            for file in sorted(self.directory.rglob("*"))
            if file.is_file() and not set(file.relative_to(self.directory).parts) & set(LEFT_OUT)
        }


def patched(app: App, path: str, content: bytes) -> bytes:
    """A file as a peer builds it: with the patches that the pipeline file declares for ours.

    Ours is given the file as it is, and patches it within its time.
    """
    if not app.edge or not path.startswith("src/"):
        return content
    if path.endswith(("route.ts", "layout.tsx", "not-found.tsx")):
        content = content.replace(b"export const runtime = 'edge'", b"export const runtime = 'nodejs'")
    if path == "src/app/layout.tsx":
        content += b"\nexport const dynamic = 'force-dynamic';\n"
    return content


MINI = App(
    name="moontv-mini",
    title="the example of this project",
    directory=PROJECT / "examples/moontv-mini",
    changes={
        PAGE: Change(file="src/app/login/page.tsx", find="Sign in to", put="Sign in ({n}) to"),
        COMPONENT: Change(file="src/components/SiteHeader.tsx", find="Search</Link>", put="Search {n}</Link>"),
        CSS: Change(file="src/app/globals.css", put="\n.changed-{n} {\n  order: {n};\n}\n"),
    },
    edge=True,
    target="start",
    fonts=True,
)


def moontv(checkout: Path) -> App:
    """MoonTV 3, from a checkout."""
    return App(
        name="moontv",
        title="MoonTV",
        directory=checkout,
        changes={
            PAGE: Change(file="src/app/warning/page.tsx", find="</h1>", put=" {n}</h1>"),
            COMPONENT: Change(file="src/components/ThemeToggle.tsx", find="aria-label='", put="aria-label='{n} "),
            CSS: Change(file="src/app/globals.css", put="\n.changed-{n} {\n  order: {n};\n}\n"),
        },
        pipeline="moontv",
        edge=True,
        target="start",
        fonts=True,
    )


def _generated(name: str, title: str, made: generated.Made) -> App:
    return App(name=name, title=title, files=made.files, changes=made.changes, apps=made.apps)


ROUTES, DEPENDENCIES, WORKSPACE = (1, 10, 50), (1, 10), (1, 5)

APPS: Mapping[str, App] = {
    app.name: app
    for app in (
        MINI,
        *(_generated(f"routes-{n}", f"{n} routes", generated.routes(n)) for n in ROUTES),
        *(_generated(f"dependencies-{n}", f"{n} packages", generated.dependencies(n)) for n in DEPENDENCIES),
        *(_generated(f"workspace-{n}", f"{n} apps in a workspace", generated.workspace(n)) for n in WORKSPACE),
        _generated("turbopack", "10 routes, Next.js 16 with Turbopack", generated.routes(10, major=16)),
    )
}


@dataclass(frozen=True, kw_only=True)
class Series:
    """Something that grows.

    Attributes:
        name: what grows.
        points: apps and cases by how many there are.
        limit: the exponent that is not to be exceeded; None where there is none.
        most: how many times the time of the first point that of the last may be; None where there is no such limit.
    """

    name: str
    points: Mapping[int, tuple[str, str]]
    limit: float | None = None
    most: float | None = None


SERIES = (
    Series(name="routes", points={n: (f"routes-{n}", "cold") for n in ROUTES}, limit=1.05),
    Series(name="packages", points={n: (f"dependencies-{n}", "cold") for n in DEPENDENCIES}, limit=1.05),
    Series(name="apps of a workspace", points={n: (f"workspace-{n}", "cold") for n in WORKSPACE}, most=2.5),
    Series(name="platforms", points={1: (MINI.name, "page"), 2: (MINI.name, "two-platforms")}, most=1.15),
)
