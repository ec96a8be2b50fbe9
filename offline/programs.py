"""The Go programs of the embedded installation, built once per recipe."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from offline.commands import run
from offline.golang import MINIMUM, NEWER, Go, toolchain
from offline.patched_modules import write_patched_modules
from offline.places import RECIPES, Places
from offline.progress import step
from offline.recipe_key import key_of

DAGGER = "v0.21.8"
COSIGN_VERSION = "v3.1.3"
TRIVY_VERSION = "0.74.0"
BUILDKIT_VERSION = "0.34.2"
_DAGGER_ENGINE = "github.com/dagger/dagger/engine"


@dataclass(frozen=True, kw_only=True)
class Program:
    """One Go module of ours and the programs that it builds.

    Attributes:
        name: directory below ``recipe/``, with go.mod and go.sum.
        packages: main packages to build.
        flags: further arguments of ``go build``.
        env: variables for ``go build``.
        go: the oldest toolchain that builds it.
    """

    name: str
    packages: tuple[str, ...]
    flags: tuple[str, ...] = ("-ldflags=-s -w",)
    env: Mapping[str, str] = field(default_factory=dict)
    go: tuple[int, int, int] = MINIMUM

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the programs."""
        return tuple(package.rpartition("/")[2] for package in self.packages)


ENGINE = Program(
    name="engine",
    packages=tuple(f"github.com/dagger/dagger/cmd/{name}" for name in ("dagger", "engine", "init", "dnsname")),
    flags=(
        "-tags=dfexcludepatterns,dfparents",
        f"-ldflags=-s -w -X {_DAGGER_ENGINE}.Version={DAGGER} -X {_DAGGER_ENGINE}.Tag={DAGGER}",
    ),
)
TOOLS = Program(
    name="tools",
    packages=(
        "github.com/distribution/distribution/v3/cmd/registry",
        "github.com/regclient/regclient/cmd/regctl",
    ),
)
COSIGN = Program(
    name="cosign",
    packages=("github.com/sigstore/cosign/v3/cmd/cosign",),
    flags=(f"-ldflags=-s -w -X sigs.k8s.io/release-utils/version.gitVersion={COSIGN_VERSION}",),
    env={"CGO_ENABLED": "0"},
)
TRIVY = Program(
    name="trivy",
    packages=("github.com/aquasecurity/trivy/cmd/trivy",),
    flags=(f"-ldflags=-s -w -X github.com/aquasecurity/trivy/pkg/version/app.ver={TRIVY_VERSION}",),
    env={"CGO_ENABLED": "0", "GOEXPERIMENT": "jsonv2"},
)
ADVISORIES = Program(name="advisories", packages=("next-distroless/offline/advisories",), env={"CGO_ENABLED": "0"})
BUNDLES = Program(name="bundles", packages=("next-distroless/offline/bundles",), env={"CGO_ENABLED": "0"})
"""Reads deploy files with the libraries of Kustomize, Kubernetes and Compose; for tests."""

LINT = Program(name="lint", packages=("github.com/rhysd/actionlint/cmd/actionlint",))
BUILDKIT = Program(
    name="buildkit",
    packages=("github.com/moby/buildkit/cmd/buildkitd", "github.com/moby/buildkit/cmd/buildctl"),
    flags=(f"-ldflags=-s -w -X github.com/moby/buildkit/version.Version=v{BUILDKIT_VERSION}",),
    env={"CGO_ENABLED": "0"},
    go=NEWER,
)
"""What benchmarks compare with; no part of the installation."""

COMPOSE = Program(name="compose", packages=("github.com/docker/compose/v5/cmd",), env={"CGO_ENABLED": "0"})
CADDY = Program(name="caddy", packages=("github.com/caddyserver/caddy/v2/cmd/caddy",), env={"CGO_ENABLED": "0"})
KUBERNETES_VERSION = "1.37.2"
KUBERNETES = Program(
    name="kubernetes",
    packages=(
        "go.etcd.io/etcd/server/v3",
        *(f"k8s.io/kubernetes/cmd/{name}" for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler")),
        "k8s.io/kubernetes/cmd/kubectl",
        "sigs.k8s.io/kwok/cmd/kwok",
    ),
    flags=(f"-ldflags=-s -w -X k8s.io/component-base/version.gitVersion=v{KUBERNETES_VERSION}",),
    env={"CGO_ENABLED": "0"},
)
"""With these three, tests run what `bundle` writes as a deployment would; no part of the installation either."""


def built(program: Program, places: Places) -> Path:
    """Build the programs of one module by a toolchain that is new enough; otherwise as `build` does."""
    return build(program, toolchain(places, program.go), places)


def build(program: Program, go: Go, places: Places) -> Path:
    """Build the programs of one module, where this recipe has not been built yet.

    Args:
        program: what to build.
        go: the toolchain.
        places: where the result is kept, under a key of the recipe and the toolchain's version.

    Returns:
        The directory that holds the programs.

    Raises:
        OfflineError: a module could not be had, or does not compile; names the log.
    """
    recipe = RECIPES / program.name
    generator = Path(__file__).with_name("patched_modules.py")
    key = key_of(
        [recipe, generator],
        go.version,
        *program.packages,
        *program.flags,
        *(f"{k}={v}" for k, v in program.env.items()),
    )
    home = places.cache / "programs" / f"{program.name}-{key}"
    if home.exists():
        return home
    work = home.with_suffix(".part")
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(recipe, work / "src")
    (work / "bin").mkdir()
    log = places.log(f"build-{program.name}")
    log.parent.mkdir(parents=True, exist_ok=True)
    env = {
        "GOFLAGS": "-buildvcs=false",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": os.environ.get("CGO_ENABLED", "1"),
        **program.env,
    }
    with step(f"building {', '.join(program.names)} from Go modules (log: {log})"):
        if program is ENGINE:
            write_patched_modules(work / "src" / "gen", go, log)
        run(
            [
                *(go.program, "build", "-mod=readonly", "-trimpath"),
                *program.flags,
                *("-o", work / "bin"),
                *program.packages,
            ],
            cwd=work / "src",
            env=env,
            log=log,
            deadline=3600,
            fix="check that the Go module proxy is in reach and the disk is not full, then run the command again",
        )
    (work / "bin").rename(home)
    shutil.rmtree(work)
    return home
