"""Who builds: this pipeline, BuildKit with either Dockerfile, and the host alone. One class each, one protocol."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bench.speed import cases, pushed
from bench.speed.apps import PROJECT, App
from bench.speed.buildkit import BuildKit
from bench.speed.cases import COLD, FRESH, Case
from bench.speed.command import timed
from bench.speed.engines import Engine
from bench.speed.generated import PNPM

PEERS = PROJECT / "bench/peers"
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
FONTS = "bench-fonts.cjs"
"""File of a peer's source with what Google's font host would answer; the fonts in it are made up."""

FONT_ANSWERS = """\
const css = `@font-face {
  font-family: 'Any';
  font-style: normal;
  font-weight: 100 900;
  src: url(https://fonts.gstatic.com/any.woff2) format('woff2');
}`;
module.exports = new Proxy({}, { get: () => css });
"""
OFF, READ, WRITE = "off", "read", "write"
"""Of the cache in the registry."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """One build.

    Attributes:
        app: what is built.
        source: its files as they are now.
        platforms: of the image.
        cache: use of the cache in the registry.
        log: file for the output.
        npm: address of an npm registry; empty for the public one.
    """

    app: App
    source: Path
    platforms: tuple[str, ...]
    cache: str
    log: Path
    npm: str


@dataclass(frozen=True, kw_only=True)
class Built:
    """What came of it: seconds, blobs of the pushed images with their sizes, seconds of steps and digests of images."""

    seconds: float
    blobs: Mapping[str, int] | None = None
    parts: Mapping[str, float] | None = None
    digests: tuple[str, ...] = ()


class Subject(Protocol):
    """Somebody who builds.

    Attributes:
        name: one of ``cases.SUBJECTS``.
        keeps: what it keeps results in; what one subject forgets is lost for all that keep it there.
        peer: whether it gets the source with the patches that ours declares.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def keeps(self) -> str: ...  # noqa: D102
    @property
    def peer(self) -> bool: ...  # noqa: D102

    def can(self, app: App, case: Case) -> bool:
        """Whether it does that at all."""
        ...

    def forget(self, source: Path) -> None:
        """Lose all of earlier builds but what is in the registry."""
        ...

    def build(self, work: Work) -> Built:
        """Build, and push where it makes an image; only the builds are within the time."""
        ...


class Ours:
    """This pipeline: `publish` with all gates, unsigned; or the image alone, by `layout`, which pushes nothing.

    Args:
        engine: what it runs on.
        gates: whether all gates run.
    """

    keeps, peer = "engine", False

    def __init__(self, engine: Engine, *, gates: bool) -> None:
        self.name = cases.OURS if gates else cases.CORE
        self._engine, self._gates = engine, gates

    def can(self, app: App, case: Case) -> bool:  # noqa: ARG002
        """All but a new engine, where it may not be emptied."""
        return case.start not in {COLD, FRESH} or self._engine.empties

    def forget(self, source: Path) -> None:  # noqa: ARG002
        """A new engine with no state; its registry stays."""
        self._engine.empty()

    def build(self, work: Work) -> Built:
        """One call for each app."""
        seconds, blobs, parts, digests = 0.0, dict[str, int](), dict[str, float](), list[str]()
        for app in work.app.apps:
            repository, tag = _repository(self.name, work.app, app), "measured"
            argv: list[str | Path] = [*("dagger", "--progress=plain", "-m", PROJECT, "call", "--source", work.source)]
            argv += [*(["--app", app] if app != "." else []), "--platforms", ",".join(work.platforms)]
            argv += [*(["--npm-registry", work.npm] if work.npm else [])]
            argv += [*(["--pipeline", work.app.pipeline] if work.app.pipeline else []), "--cache", work.cache]
            argv += [*self._engine.reach, "--address", f"{self._engine.registry}/{repository}:{tag}"]
            argv += ["publish"] if self._gates else ["layout", "digest"]
            done = timed(argv, log=work.log, env={**self._engine.env, "NO_COLOR": "1"})
            seconds += done.seconds
            digests += re.findall(r"\bsha256:[0-9a-f]{64}", done.printed)[:1]
            for step, took in steps(done.printed).items():
                parts[step] = parts.get(step, 0.0) + took
            if self._gates:
                blobs |= pushed.blobs(self._engine.registry, repository, tag)
        return Built(seconds=seconds, blobs=blobs if self._gates else None, parts=parts, digests=tuple(digests))


class Dockerfile:
    """BuildKit with one of the Dockerfiles of `bench/peers`.

    Args:
        name: of the subject.
        file: name of the Dockerfile.
        buildkit: the daemon.
        registry: host and port to push to.
    """

    keeps, peer = "BuildKit", True

    def __init__(self, name: str, file: str, buildkit: BuildKit, registry: str) -> None:
        self.name, self._file, self._buildkit, self._registry = name, file, buildkit, registry

    def can(self, app: App, case: Case) -> bool:  # noqa: ARG002
        """All, but the plain one knows nothing of workspaces."""
        return self.name != cases.PLAIN or app.apps == (".",)

    def forget(self, source: Path) -> None:  # noqa: ARG002
        """A new daemon with no state."""
        self._buildkit.empty()

    def build(self, work: Work) -> Built:
        """One call for each app."""
        seconds, blobs = 0.0, dict[str, int]()
        for app in work.app.apps:
            repository, tag = _repository(self.name, work.app, app), "measured"
            image = f"{self._registry}/{repository}"
            done = self._buildkit.build(self.arguments(work, app, f"{image}:{tag}", f"{image}:cache"), work.log)
            seconds += done.seconds
            blobs |= pushed.blobs(self._registry, repository, tag)
        return Built(seconds=seconds, blobs=blobs)

    def arguments(self, work: Work, app: str, image: str, cache: str) -> list[str]:
        """Arguments of ``buildctl build``.

        Args:
            work: the build.
            app: directory of the app in the source.
            image: reference to push.
            cache: reference of the cache.
        """
        given = {"PNPM": manager_version(work.source), "APP": app, "NPM_CONFIG_REGISTRY": work.npm}
        if work.app.fonts:
            given["NEXT_FONT_GOOGLE_MOCKED_RESPONSES"] = f"/app/{FONTS}"
        argv = [f"--local=context={work.source}", f"--local=dockerfile={PEERS}", f"--opt=filename={self._file}"]
        argv += [f"--opt=target={work.app.target}", f"--opt=platform={','.join(work.platforms)}"]
        argv += [f"--opt=build-arg:{name}={value}" for name, value in given.items() if value]
        argv += [f"--secret=id=ca,src={AUTHORITIES}"] if AUTHORITIES.exists() else []
        argv += [f"--output=type=image,name={image},push=true,registry.insecure=true"]
        known = f"type=registry,ref={cache}"
        argv += [f"--import-cache={known}"] if work.cache != OFF else []
        return [*argv, *([f"--export-cache={known},mode=max"] if work.cache == WRITE else [])]


class Host:
    """The limit: `install && next build` with this machine's Node.js, and no image at all.

    Args:
        home: directory for the store of packages.
    """

    name, keeps, peer = cases.HOST, "files", True

    def __init__(self, home: Path) -> None:
        self._home = home

    def can(self, app: App, case: Case) -> bool:  # noqa: ARG002
        """What has no image has neither platforms nor a registry."""
        return case.start != FRESH and len(case.platforms) == 1

    def forget(self, source: Path) -> None:
        """No packages, no store, no `.next`."""
        for place in (self._home / "store", *source.rglob("node_modules"), *source.rglob(".next")):
            if place.exists():
                shutil.rmtree(place)

    def build(self, work: Work) -> Built:
        """Install for the whole source, then build each app."""
        pnpm = self._pnpm(manager_version(work.source))
        env = {"NEXT_TELEMETRY_DISABLED": "1", "CI": "1", "NPM_CONFIG_REGISTRY": work.npm, "NO_COLOR": "1"}
        env["PATH"] = f"{pnpm.parent}:{os.environ['PATH']}"  # scripts of the apps call `pnpm` themselves
        if work.app.fonts:
            env["NEXT_FONT_GOOGLE_MOCKED_RESPONSES"] = str(work.source / FONTS)
        install: list[str | Path] = [
            "install",
            "--frozen-lockfile",
            "--ignore-scripts",
            "--store-dir",
            self._home / "store",
        ]
        seconds = timed([pnpm, *install], log=work.log, cwd=work.source, env=env).seconds
        for app in work.app.apps:
            seconds += timed([pnpm, "run", "build"], log=work.log, cwd=work.source / app, env=env).seconds
        return Built(seconds=seconds)

    def _pnpm(self, version: str) -> Path:
        program = self._home / f"pnpm-{version}"
        if not program.exists():
            asked = ["npm", "install", "--prefix", program, "--no-fund", "--no-audit", f"pnpm@{version}"]
            subprocess.run([str(part) for part in asked], check=True, capture_output=True)
        return program / "node_modules/.bin/pnpm"


def _repository(subject: str, app: App, inside: str) -> str:
    words = [subject, app.name, *([inside] if inside != "." else [])]
    return "bench/" + re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower())


def manager_version(source: Path) -> str:
    """The version of pnpm that an app declares, else that of the generated apps."""
    declared = str(json.loads((source / "package.json").read_text("utf-8")).get("packageManager", ""))
    found = re.match(r"pnpm@(\d+\.\d+\.\d+)", declared)
    return found[1] if found else PNPM


def steps(printed: str) -> dict[str, float]:
    """Seconds of the steps that `publish` prints in its summary."""
    line = re.search(r"^ +steps +(.+)$", printed, re.MULTILINE)
    return {name: float(took) for name, took in re.findall(r"([a-z][\w :-]*?) ([\d.]+) s", line[1])} if line else {}
