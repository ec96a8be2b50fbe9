"""Directories in which ``next build`` seems to have run, and what ``payload.cjs`` makes of them."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ci.engine.containers import MARK
from ci.intool.common.failure import Failure

STANDALONE = ".next/standalone"
CONFIG: dict[str, Any] = {"distDir": ".next", "output": "standalone", "basePath": "", "images": {"loader": "default"}}
BUILD: dict[str, str] = {
    f"{STANDALONE}/server.js": "serve()",
    f"{STANDALONE}/package.json": "{}",
    f"{STANDALONE}/.next/BUILD_ID": "abc",
    f"{STANDALONE}/node_modules/.pnpm/next@15/node_modules/next/index.js": "next",
    f"{STANDALONE}/node_modules/.pnpm/next@15/node_modules/next/server.js": "not the app's",
    ".next/static/a.js": "in no directory",
    ".next/static/chunks/main-abc.js": "chunk",
    ".next/static/css/a.css": "css",
    "public/robots.txt": "robots",
    "config.json": "{}",
    "start.js": "start()",
    "scripts/generate-manifest.js": "generate()",
    "src/secret.ts": "source",
}
LINKS = {f"{STANDALONE}/node_modules/next": ".pnpm/next@15/node_modules/next"}

Run = Callable[..., subprocess.CompletedProcess[str]]


def refusal(done: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    """Message and fix of a program that refused."""
    assert done.returncode == Failure.exit_code, done.stderr
    what, _, fix = done.stderr.rpartition(MARK)[2].partition("\n  fix: ")
    return what, fix.strip()


def contents(root: Path) -> dict[str, str]:
    """Files and links below a directory: name to content, or to ``-> target``."""
    return {
        str(path.relative_to(root)): f"-> {path.readlink()}" if path.is_symlink() else path.read_text("latin-1")
        for path in root.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def write(root: Path, files: Mapping[str, str | bytes], links: Mapping[str, str] | None = None) -> None:
    """Add files and links."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for name, target in (links or {}).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(target)


class Build:
    """A directory in which ``next build`` seems to have run."""

    def __init__(self, root: Path, program: Run) -> None:
        self.root = root
        self.program = program
        self.out = root / "out"
        self.write(BUILD, LINKS)
        self.configure()

    def write(self, files: Mapping[str, str | bytes], links: Mapping[str, str] | None = None) -> None:
        """Add files and links."""
        write(self.root, files, links)

    def configure(self, app: str = ".", dist: str = ".next", server: str = "", **config: Any) -> None:
        """Write what Next.js leaves of its configuration."""
        required = {"config": {**CONFIG, "distDir": dist, **config}, "relativeAppDir": server}
        self.write({f"{app}/{dist}/required-server-files.json": json.dumps(required)})

    def run(self, **options: Any) -> subprocess.CompletedProcess[str]:
        """Pack it."""
        asked: dict[str, Any] = {"app": ".", "serve": "server", "command": ["server.js"], "slim": False}
        asked |= {"files": [], "exclude": [], "writable": [], "sourceMaps": False, **options}
        return self.program("payload", asked, str(self.out), str(self.root / "report.json"))

    def pack(self, **options: Any) -> dict[str, Any]:
        """Pack it; returns the report."""
        done = self.run(**options)
        assert (done.returncode, done.stderr) == (0, "")
        return dict(json.loads((self.root / "report.json").read_text()))

    def refused(self, **options: Any) -> tuple[str, str]:
        """Try to pack it; returns message and fix."""
        return refusal(self.run(**options))

    def packed(self) -> dict[str, str]:
        """Files and links of the payload: name to content, or to ``-> target``."""
        return contents(self.out)


def removed(report: Mapping[str, Any]) -> dict[str, list[str]]:
    """Groups of a report: what was removed, and where."""
    return {group["what"]: group["paths"] for group in report["removed"]}
