"""Labels of an image: those of OCI have keys of their own, and the pipeline sets some by itself."""

from ci.decide.migrate.result import Findings
from ci.decide.migrate.words import Text
from ci.decide.tags import labels

_OCI = "org.opencontainers.image."
_KEYS = ("title", "description", "url", "source", "documentation", "vendor", "licenses")
_SET = ("version", "revision", "created", "ref.name", "base.name", "base.digest")


def carry(name: str, text: Text, place: str, findings: Findings) -> None:
    """Carry over a label.

    Args:
        name: of the label.
        text: its value.
        place: file and line.
        findings: get it.
    """
    key = name.removeprefix(_OCI) if name.startswith(_OCI) else ""
    if not name or key in _SET or (not text.value and not text.unknown):
        return
    if text.unknown or "${{" in text.value:
        findings.remark(place, f"label {name[:90]} gets its value from outside: write it into `image`")
    elif key in _KEYS:
        findings.carry(f"image.{key}", text.value, place)
    else:
        try:
            labels.parse(text.value)
        except ValueError as problem:
            findings.remark(place, f"label {name[:90]}: {problem}")
            return
        findings.carry("image.labels", text.value, place, name=name)
