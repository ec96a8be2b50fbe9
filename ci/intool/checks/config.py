"""CFG-01 to CFG-09: the configuration of containers (OCI image specification 1.1, "config")."""

import re
from collections.abc import Iterator

from ci.intool.checks.definition import Fault, check
from ci.intool.checks.image import CheckedImage
from ci.intool.checks.programs import SHELLS

ENVIRONMENT = {"HOSTNAME": "0.0.0.0", "NODE_ENV": "production", "NEXT_TELEMETRY_DISABLED": "1"}  # noqa: S104
FIRST_FREE_PORT = 1024


@check("CFG-01")
def user(image: CheckedImage) -> Iterator[Fault]:
    """The user is a number, not 0, and the planned one."""
    configured = str(image.started.get("User") or "")
    numbers = configured.split(":")
    if not all(re.fullmatch(r"\d{1,10}", number) for number in numbers):
        wrong = f"is `{configured}`, which is not a number" if configured else "is not set, so the user is root"
        yield "config.User", wrong
    elif 0 in map(int, numbers):
        yield "config.User", f"is `{configured}`, which is root"
    elif int(numbers[0]) != image.expected.user:
        yield "config.User", f"is `{configured}`, not {image.expected.user}"


@check("CFG-02")
def command(image: CheckedImage) -> Iterator[Fault]:
    """The command is the absolute path of an executable file, and not a shell."""
    program = image.argv[0] if image.argv else ""
    node = image.files.resolve(program)
    if not program:
        yield "config.Entrypoint", "names no program"
    elif SHELLS.fullmatch(program.rpartition("/")[2]):
        yield "config.Entrypoint", f"starts the shell {program}"
    elif not program.startswith("/"):
        yield "config.Entrypoint", f"names {program}, which is not an absolute path"
    elif not node or node.kind != "file" or not node.mode & 0o111:
        yield "config.Entrypoint", f"names {program}, which is not a program of the image"


@check("CFG-03")
def shell_forms(image: CheckedImage) -> Iterator[Fault]:
    """Neither SHELL nor CMD-SHELL is used."""
    if image.started.get("Shell"):
        yield "config.Shell", "is set"
    if _health_command(image)[:1] == ["CMD-SHELL"]:
        yield "config.Healthcheck", "is run by a shell"


@check("CFG-04")
def health(image: CheckedImage) -> Iterator[Fault]:
    """There is a health check with both times of the start, and it requests 127.0.0.1."""
    configured = image.started.get("Healthcheck") or {}
    test = _health_command(image)
    if not test or test == ["NONE"]:
        yield "config.Healthcheck", "is missing"
        return
    for name in ("StartPeriod", "StartInterval"):
        value = configured.get(name)
        if not isinstance(value, int) or value <= 0:
            yield f"config.Healthcheck.{name}", "is not set"
    if not any("127.0.0.1" in word for word in test):
        yield "config.Healthcheck.Test", "does not request 127.0.0.1"


@check("CFG-05")
def stop_signal(image: CheckedImage) -> Iterator[Fault]:
    """The stop signal is SIGTERM, or not set, which means the same."""
    signal = str(image.started.get("StopSignal") or "SIGTERM")
    if signal not in ("SIGTERM", "TERM", "15"):
        yield "config.StopSignal", f"is {signal}"


@check("CFG-06")
def environment(image: CheckedImage) -> Iterator[Fault]:
    """The variables that every server needs, and the planned ones, are set."""
    for name, value in {**ENVIRONMENT, **image.expected.env}.items():
        if image.env.get(name) != value:
            yield f"config.Env.{name}", f"is {image.env[name]!r}" if name in image.env else "is not set"


@check("CFG-07")
def ports(image: CheckedImage) -> Iterator[Fault]:
    """All exposed ports are above 1023; each is written ``PORT``, ``PORT/PROTOCOL``, or as a range."""
    for port in image.started.get("ExposedPorts") or {}:
        numbers = re.findall(r"\d{1,5}", port.partition("/")[0])
        if not numbers or min(map(int, numbers)) < FIRST_FREE_PORT:
            yield "config.ExposedPorts", f"names {port}"


@check("CFG-08")
def volumes(image: CheckedImage) -> Iterator[Fault]:
    """There are no volumes."""
    for path in image.started.get("Volumes") or {}:
        yield "config.Volumes", f"declares {path}"


@check("CFG-09")
def working_directory(image: CheckedImage) -> Iterator[Fault]:
    """The working directory is the absolute path of a directory below the root."""
    configured = str(image.started.get("WorkingDir") or "/")
    node = image.files.resolve(configured)
    if not configured.strip("/."):
        yield "config.WorkingDir", "is the root"
    elif not configured.startswith("/") or not node or node.kind != "directory":
        yield "config.WorkingDir", f"is {configured}, which is not a directory of the image"


def _health_command(image: CheckedImage) -> list[str]:
    test = (image.started.get("Healthcheck") or {}).get("Test")
    return [str(word) for word in test] if isinstance(test, list) else []
