"""The tool container: the pipeline's own plain Python, and a registry client, in pinned images."""

from pathlib import Path

import dagger

from ci.plan.model import Tools
from ci.stages.containers import handed, image

CODE = "/code"
REGCTL = "/usr/local/bin/regctl"
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
        for path in sorted((_PACKAGE / package).glob("*.py")):
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
