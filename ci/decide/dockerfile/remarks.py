"""The comments at the head of the file: how it is built, and what of the plan it cannot carry, with the reason."""

import textwrap
from collections.abc import Iterator

from ci.decide.dockerfile import words
from ci.decide.dockerfile.stages import CONFIG, custom
from ci.decide.ecosystems import by_id
from ci.decide.ecosystems.protocol import NPMRC
from ci.decide.plan.model import Plan

WIDTH = 120
NEEDS = "BuildKit 0.26 (Docker 29)"
"""The first with Dockerfile syntax 1.20, in which `COPY --parents` is stable."""


def head(plan: Plan) -> list[str]:
    """All comments.

    Args:
        plan: all decisions.
    """
    lines = [
        f"# {plan.name}, as `dagger call dockerfile` wrote it. It does not follow the pipeline file, the lockfile or",
        "# the pins by itself: after a change of any of them, write it again.",
        "#",
        f"# docker build -t {plan.name} .    It needs {NEEDS} or newer;",
        "# for an older one write `# syntax=docker/dockerfile:1.20` into the first line.",
        *(f"#   {line}" for line in _options(plan)),
        "#",
        "# Not carried over:",
    ]
    for remark in remarks(plan):
        lines += textwrap.wrap(
            remark,
            WIDTH,
            initial_indent="# - ",
            subsequent_indent="#   ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return [*lines, ""]


def _options(plan: Plan) -> Iterator[str]:
    yield "--secret id=npmrc,src=$HOME/.npmrc    registries and tokens, mounted only while packages are fetched"
    settings = by_id(plan.install.manager).settings.file
    if settings != NPMRC.file:
        name = settings.removeprefix(".")
        yield f"--secret id={name},src=$HOME/{settings}    the same for the install, as this manager reads them"
    yield "--secret id=ca,src=FILE.pem    authorities to trust, such as that of a company's proxy"
    yield "--build-arg npm_config_registry=URL    an npm registry in place of the public one"


def remarks(plan: Plan) -> list[str]:
    """What is not carried over, each with its reason."""
    return [*_of_image(plan), *_of_build(plan), *_of_release()]


def _of_image(plan: Plan) -> Iterator[str]:
    image = plan.image
    if image.slim:
        yield (
            "slimming: files that the server cannot reach are found by a search of the finished build. The image has "
            "all that Next.js traced, and is larger"
        )
    if image.start:
        yield (
            f"the path of the health check: the pipeline takes one that the build shows to answer; here it is "
            f"{image.health.path}"
        )
    if custom(image):
        yield f"{CONFIG} only where the app starts Next.js by itself, which the build shows: here it is always there"
    yield (
        "packages that Node.js loads by the condition `module-sync`: the pipeline adds their missing files, and here "
        "they are as they were installed"
    )
    yield "one layer for each rate of change: packages are in one layer, and everything else is in the next"
    for name in sorted({*image.env, *image.labels} - {*words.single(image.env), *words.single(image.labels)}):
        yield f"{name}: its value has several lines, which a Dockerfile cannot write; set it where the image runs"
    if len(image.platforms) > 1:
        yield (
            f"{', '.join(image.platforms)} without emulation: the pipeline builds once and swaps packages with machine "
            "code; here `--platform` builds everything again for each, under emulation"
        )
    for fetch in plan.install.fetch:
        if fetch.package.name.endswith(("x64", "x64-baseline", "arm64", "aarch64")):
            yield f"other platforms than {image.native}: {fetch.package.name} is a program for this one"
    for ref in (plan.install.image, image.base):
        if ref.stand_in:
            yield f"the digest of {ref.name}: this is that of a stand-in, which only the machine of the export has"


def _of_build(plan: Plan) -> Iterator[str]:
    yield (
        "reproducible bytes: ids, keys and times of a build are random; the pipeline computes them from the source and "
        "writes manifests in one order"
    )
    yield "kept build traces, results in the registry and the lookup of an unchanged release: a Dockerfile has no store"
    yield "the search for the cause of a failed install or build"
    for fetch in plan.install.fetch:
        if not fetch.package.integrity and not fetch.files:
            yield f"a checksum of {fetch.package.name} {fetch.package.version}: nothing pins it, in the pipeline too"


def _of_release() -> Iterator[str]:
    yield (
        "gates: hardening, scans of source and image, leaks, variables, smoke test, signature and age of the base. "
        "They look at the finished image, and a Dockerfile ends before there is one"
    )
    yield "the rules for hosts and checksums of the lockfile: they were checked when this file was written"
    yield "SBOM, provenance, signature and tags: those who push make them. Labels are those of the plan"
