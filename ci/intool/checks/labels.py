"""CFG-10 and CFG-11: labels and annotations (OCI image specification 1.1, "annotations")."""

import re
from collections.abc import Iterator, Sequence

from ci.intool.checks.definition import Fault, check
from ci.intool.checks.image import CheckedImage
from ci.intool.policy import Finding, Setting, not_judged

PREFIX = "org.opencontainers.image."
ALWAYS = ("title", "created", "base.name", "base.digest")
"""Labels that every image must have."""

OPTIONAL = ("description", "url", "source", "version", "revision", "licenses", "vendor", "documentation")
"""Labels that need a value from the app or its pipeline file."""

_FORMS = {
    "revision": r"[0-9a-f]{40}",
    "created": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "base.digest": r"sha256:[0-9a-f]{64}",
}


@check("CFG-10")
def labels(image: CheckedImage) -> Iterator[Fault]:
    """All labels with a known value are set, and have the planned value."""
    found = _labels(image)
    for label in sorted({*image.expected.labels, *(f"{PREFIX}{name}" for name in ALWAYS)}):
        if not (image.started.get("Labels") or {}).get(label):
            yield f"config.Labels.{label}", "is missing"
    for name, form in _FORMS.items():
        if found.get(name) and not re.fullmatch(form, found[name]):
            yield f"config.Labels.{PREFIX}{name}", f"is `{found[name]}`, which is not valid"
    for name, value in _planned(image).items():
        if value and found.get(name, value) != value:
            yield f"config.Labels.{PREFIX}{name}", f"is `{found[name]}`, not `{value}`"


@check("CFG-11")
def annotations(image: CheckedImage) -> Iterator[Fault]:
    """Index and manifest have every standard label, with the same value."""
    for name, value in _labels(image).items():
        for place, written in image.annotations.items():
            if written.get(f"{PREFIX}{name}") != value:
                yield f"annotations of the {place}: {PREFIX}{name}", f"is not `{value}`, the value of the label"


def optional(found: Sequence[CheckedImage]) -> Iterator[Finding]:
    """Optional labels without a value, which are reported and do not fail."""
    demanded = {*ALWAYS, *(name.removeprefix(PREFIX) for image in found for name in image.expected.labels)}
    given = {name for image in found for name, value in _labels(image).items() if value}
    absent = [name for name in OPTIONAL if name not in demanded | given]
    if absent:
        where = Setting(key=f"labels {', '.join(absent)}")
        yield not_judged("labels-not-given", "neither the app nor the pipeline file gives them", where)


def _labels(image: CheckedImage) -> dict[str, str]:
    configured = image.started.get("Labels") or {}
    return {name.removeprefix(PREFIX): str(value) for name, value in configured.items() if name.startswith(PREFIX)}


def _planned(image: CheckedImage) -> dict[str, str]:
    expected = image.expected
    base = {f"base.{key}": value for key, value in expected.base.items()}
    return {"created": expected.created, "revision": expected.revision, **base}
