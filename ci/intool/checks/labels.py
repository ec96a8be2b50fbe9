"""CFG-10 and CFG-11: labels and annotations (OCI image specification 1.1, "annotations")."""

import re
from collections.abc import Iterator, Sequence

from ci.intool.checks.definition import Fault, check
from ci.intool.checks.image import CheckedImage
from ci.intool.policy import Finding, Setting, not_judged

PREFIX = "org.opencontainers.image."
ALWAYS = ("title", "created", "base.name", "base.digest")
"""What is known of every image."""

OPTIONAL = ("description", "url", "source", "version", "revision", "licenses", "vendor", "documentation")
"""What only the app or its pipeline file can tell."""

_FORMS = {
    "revision": r"[0-9a-f]{40}",
    "created": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "base.digest": r"sha256:[0-9a-f]{64}",
}


@check("CFG-10")
def labels(image: CheckedImage) -> Iterator[Fault]:
    """Those that are known are there, and say what was planned."""
    said = _said(image)
    for label in sorted({*image.expected.labels, *(f"{PREFIX}{name}" for name in ALWAYS)}):
        if not (image.started.get("Labels") or {}).get(label):
            yield f"config.Labels.{label}", "is missing"
    for name, form in _FORMS.items():
        if said.get(name) and not re.fullmatch(form, said[name]):
            yield f"config.Labels.{PREFIX}{name}", f"is `{said[name]}`, which is not valid"
    for name, value in _planned(image).items():
        if value and said.get(name, value) != value:
            yield f"config.Labels.{PREFIX}{name}", f"is `{said[name]}`, not `{value}`"


@check("CFG-11")
def annotations(image: CheckedImage) -> Iterator[Fault]:
    """Index and manifest have every standard label, with the same value."""
    for name, value in _said(image).items():
        for place, told in image.annotations.items():
            if told.get(f"{PREFIX}{name}") != value:
                yield f"annotations of the {place}: {PREFIX}{name}", f"is not `{value}` as the label is"


def optional(found: Sequence[CheckedImage]) -> Iterator[Finding]:
    """Labels that nobody gave, so that they cannot be demanded."""
    demanded = {*ALWAYS, *(name.removeprefix(PREFIX) for image in found for name in image.expected.labels)}
    absent = [name for name in OPTIONAL if name not in demanded and not any(_said(image).get(name) for image in found)]
    if absent:
        where = Setting(key=f"labels {', '.join(absent)}")
        yield not_judged("labels-not-given", "neither the app nor the pipeline file gives them", where)


def _said(image: CheckedImage) -> dict[str, str]:
    told = image.started.get("Labels") or {}
    return {name.removeprefix(PREFIX): str(value) for name, value in told.items() if name.startswith(PREFIX)}


def _planned(image: CheckedImage) -> dict[str, str]:
    expected = image.expected
    base = {f"base.{key}": value for key, value in expected.base.items()}
    return {"created": expected.created, "revision": expected.revision, **base}
