"""The tool container: the pipeline's own plain Python, and other programs, in pinned images."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagger

from ci.errors import PipelineError
from ci.plan.model import Tools
from ci.stages.containers import finished, handed, image

CODE = "/code"
REGCTL = "/usr/local/bin/regctl"
COSIGN = "/usr/local/bin/cosign"
ARGUMENTS = "/arguments.json"
REPORT = "/report.json"
_PACKAGE = Path(__file__).parent.parent


def python(tools: Tools, *packages: str) -> dagger.Container:
    """A container that runs packages of this pipeline which import nothing of Dagger.

    Nothing else is mounted, so a change to another package does not run a step again.

    Args:
        tools: the images.
        packages: names below ``ci``.
    """
    files = {"ci/__init__.py": ""}
    for package in packages:
        for path in sorted((_PACKAGE / package).iterdir()):
            if path.suffix in {".py", ".toml"}:
                files[f"ci/{package}/{path.name}"] = path.read_text("utf-8")
    return (
        image(tools.python)
        .with_mounted_directory(CODE, handed(files))
        .with_env_variable("PYTHONPATH", CODE)
        .with_env_variable("PYTHONDONTWRITEBYTECODE", "1")
        .with_env_variable("PYTHONUNBUFFERED", "1")
    )


def with_regctl(container: dagger.Container, tools: Tools) -> dagger.Container:
    """Add the registry client."""
    return container.with_file(REGCTL, image(tools.regctl).file("/regctl"))


def with_cosign(container: dagger.Container, tools: Tools) -> dagger.Container:
    """Add the program that signs."""
    return container.with_file(COSIGN, image(tools.cosign).file("/ko-app/cosign"))


async def operated(
    container: dagger.Container,
    package: str,
    operation: str,
    arguments: Mapping[str, Any],
    error: type[PipelineError],
) -> dagger.Container:
    """Run an operation of a package (``ci/oci/command.py``).

    Args:
        container: with the package, and all that the arguments name.
        package: its name below ``ci``.
        operation: its name.
        arguments: of the operation; handed over as a file, since a command line has an end.
        error: class of the error where it fails.

    Raises:
        PipelineError: it failed; carries its words.
    """
    file = handed({"arguments.json": json.dumps(arguments)}).file("arguments.json")
    command = ["python3", "-m", f"ci.{package}", operation, ARGUMENTS, REPORT]
    return await finished(
        container.with_mounted_file(ARGUMENTS, file).with_exec(command),
        f"{package}: {operation} failed",
        "see the lines above",
        error,
    )


async def reported(container: dagger.Container) -> Mapping[str, Any]:
    """What the operation found."""
    return dict(json.loads(await container.file(REPORT).contents()))
