"""What is measured: a change of the app, and what the subject still has of earlier builds. Data."""

from collections.abc import Iterable
from dataclasses import dataclass

WARM, FRESH, COLD = "warm", "fresh", "cold"
"""All of earlier builds is there; nothing but the cache in the registry; nothing at all."""

PAGE, COMPONENT, CSS, DEPENDENCY = "page", "component", "css", "dependency"
"""Changes; which file of an app each is for is said by the app."""

OURS, CORE, EXPERT, PLAIN, HOST = "ours", "ours without gates", "expert", "plain", "host"
"""Subjects: `publish` with all gates; the image alone; two Dockerfiles; `install && next build` without an image."""

SUBJECTS = (OURS, CORE, EXPERT, PLAIN, HOST)
IMAGES = (OURS, EXPERT)
BASE = EXPERT
"""The subject that ratios are to."""

AMD64, ARM64 = "linux/amd64", "linux/arm64"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row of the table.

    Attributes:
        name: for the command line.
        title: for the table.
        change: what is changed before the build; empty for nothing.
        start: what is left of earlier builds.
        platforms: of the image.
        subjects: for whom it is run.
    """

    name: str
    title: str
    change: str = ""
    start: str = WARM
    platforms: tuple[str, ...] = (AMD64,)
    subjects: tuple[str, ...] = SUBJECTS


CASES = (
    Case(name="cold", title="nothing is there", change=PAGE, start=COLD),
    Case(name="page", title="a line of a page changed", change=PAGE),
    Case(
        name="component",
        title="a line of a component that pages share",
        change=COMPONENT,
        subjects=(OURS, EXPERT, PLAIN, HOST),
    ),
    Case(name="css", title="a line of CSS", change=CSS, subjects=(OURS, EXPERT, PLAIN, HOST)),
    Case(name="dependency", title="a dependency added", change=DEPENDENCY, subjects=(OURS, EXPERT, PLAIN, HOST)),
    Case(name="nothing", title="nothing changed"),
    Case(
        name="two-platforms",
        title="a line of a page, two platforms",
        change=PAGE,
        platforms=(AMD64, ARM64),
        subjects=IMAGES,
    ),
    Case(
        name="fresh-nothing", title="new engine, results in the registry, nothing changed", start=FRESH, subjects=IMAGES
    ),
    Case(
        name="fresh-page",
        title="new engine, results in the registry, a line of a page",
        change=PAGE,
        start=FRESH,
        subjects=IMAGES,
    ),
)

GUARDED = ("page", "css", "nothing")
"""Cases that are cheap enough for every night."""


def chosen(names: Iterable[str]) -> tuple[Case, ...]:
    """The cases of these names in the table's order; all for none.

    Raises:
        ValueError: there is no such case.
    """
    wanted = set(names)
    unknown = wanted - {case.name for case in CASES}
    if unknown:
        raise ValueError(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(c.name for c in CASES)}")
    return tuple(case for case in CASES if not wanted or case.name in wanted)
