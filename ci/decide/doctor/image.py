"""A published image, whoever built it: whether it starts, is healthy, and holds what it should not."""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ci.decide.doctor.finding import Finding
from ci.decide.plan.request import EPOCH
from ci.intool.common.secret_forms import secret_by
from ci.messages import message

OLD = timedelta(days=90)
"""Age from which an image is said to lack updates of its base."""

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where programs are looked for if an image does not say it, as container engines have it."""

_CHECKS = re.compile(r"\b(curl|wget)\b")
_MUSL = re.compile(r"linuxmusl|(?<=-)musl\b")


@dataclass(frozen=True, kw_only=True)
class Inside:
    """What ``inside`` of ``ci/intool/manager`` reports of an image."""

    reference: str
    platform: str
    created: str
    user: str
    entrypoint: Sequence[str]
    cmd: Sequence[str]
    env: Mapping[str, str]
    health_check: Mapping[str, Any]
    programs: Sequence[str]
    loaders: Sequence[str]
    env_files: Sequence[str]
    packages: Sequence[str]
    server: bool
    static: bool

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> "Inside":
        """From the whole report, which has more."""
        return cls(**{name: report[name] for name in cls.__dataclass_fields__})

    def has(self, program: str) -> bool:
        """Whether it has a program, by its path or by its name."""
        if program.startswith("/"):
            return program in self.programs or f"/usr{program}" in self.programs
        places = self.env.get("PATH", PATH).split(":")
        return any(posixpath.join(place, program) in self.programs for place in places)


def examine(image: Inside, now: datetime) -> Iterator[Finding]:
    """What is wrong with an image.

    Args:
        image: what it has inside.
        now: the time.
    """
    yield Finding("ok", f"image: {image.reference} for {image.platform}")
    yield from _start(image)
    yield from _check(image)
    yield from _libc(image)
    yield from _content(image)
    created = _time(image.created)
    if created and created > EPOCH and now - created > OLD:
        days = (now - created).days
        yield Finding.of("advice", message("doctor.image-old", image=image.reference, days=days))


def _start(image: Inside) -> Iterator[Finding]:
    program = next(iter([*image.entrypoint, *image.cmd]), "")
    if program and not image.has(program):
        yield Finding.of("error", message("doctor.image-no-program", image=image.reference, program=program))
    if image.user.partition(":")[0] in {"", "root", "0"}:
        yield Finding.of("warning", message("doctor.root", place=image.reference))
    if image.server and not image.env.get("HOSTNAME"):
        yield Finding.of("warning", message("doctor.image-hostname", image=image.reference))


def _check(image: Inside) -> Iterator[Finding]:
    kind, *words = image.health_check.get("Test") or [""]
    if kind in {"", "NONE"}:
        yield Finding.of("advice", message("doctor.image-no-check", image=image.reference))
        return
    text = " ".join(words)
    missing = next((name for name in _CHECKS.findall(text) if not image.has(name)), "")
    if missing or (kind == "CMD" and words and not image.has(words[0])):
        said = message("doctor.check-program", place=image.reference, program=missing or words[0], image="it")
        yield Finding.of("error", said)
    elif kind == "CMD-SHELL" and not image.has("sh"):
        yield Finding.of("error", message("doctor.check-shell", place=image.reference, image="it"))


def _libc(image: Inside) -> Iterator[Finding]:
    """Packages with machine code for the C library that the image does not have."""
    musl, glibc = (any(kind in one for one in image.loaders) for kind in ("ld-musl", "ld-linux"))
    names = set(image.packages)
    of_musl = {name for name in names if _MUSL.search(name)}
    bare = {_MUSL.sub(lambda found: "linux" if found[0] == "linuxmusl" else "gnu", name): name for name in of_musl}
    alone = [name for other, name in bare.items() if other not in names]
    if glibc and not musl and alone:
        yield Finding.of("warning", message("doctor.image-libc", image=image.reference, libc="glibc", packages=alone))
    twins = {*bare}
    of_glibc = [name for name in names - of_musl - twins if re.search(r"-linux-(x64|arm64)(-gnu)?$", name)]
    if musl and not glibc and of_glibc:
        said = message("doctor.image-libc", image=image.reference, libc="musl", packages=sorted(of_glibc))
        yield Finding.of("warning", said)


def _content(image: Inside) -> Iterator[Finding]:
    if image.env_files:
        yield Finding.of("error", message("doctor.image-env-file", image=image.reference, files=image.env_files))
    for name, value in image.env.items():
        if value and secret_by(name, value):
            yield Finding.of("error", message("doctor.image-secret", image=image.reference, name=name))
    if image.server and not image.static:
        yield Finding.of("warning", message("doctor.no-static", place=image.reference))


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(re.sub(r"\.\d+", "", text))
    except ValueError:
        return None
    return found if found.tzinfo else None
