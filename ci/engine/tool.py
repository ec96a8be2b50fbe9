"""The tool container: the pipeline's own plain Python, and other programs, in pinned images."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import dagger

from ci.decide.plan.model import Tools
from ci.engine.containers import by_content, finished, image
from ci.errors import PipelineError
from ci.messages import message

CODE = "/code"
REGCTL = "/usr/local/bin/regctl"
COSIGN = "/usr/local/bin/cosign"
RUNC = "/usr/local/bin/runc"
ARGUMENTS = "/arguments.json"
REPORT = "/report.json"
_CI = Path(__file__).parent.parent
_DATA = {"secret_forms.py": _CI / "programs" / "secret-forms.json"}
"""Module to the file that it reads, where that is not beside it."""

_IMPORT = re.compile(r"^ *from (ci\.intool[\w.]*) import (?:\(([^)]*)\)|([^#\n]*))", re.MULTILINE)


def python(tools: Tools, package: str = "") -> dagger.Container:
    """A container that runs a package of ``ci/intool``.

    Nothing but its modules and those that they import is in it, so that a change elsewhere does not run a step again.
    They are imported once, which leaves their bytecode and that of Python's own modules: the images have none, and each
    operation would compile them again.

    Args:
        tools: the images.
        package: its name below ``ci/intool``; empty for other programs alone.
    """
    container = image(tools.python).with_env_variable("PYTHONPATH", CODE)
    if package:
        code = modules(package)
        container = container.with_directory(CODE, by_content(code)).with_exec(["python3", "-c", importing(code)])
    return container.with_env_variable("PYTHONDONTWRITEBYTECODE", "1").with_env_variable("PYTHONUNBUFFERED", "1")


def importing(code: Iterable[str]) -> str:
    """A Python program that imports modules. Pure.

    Args:
        code: their paths, as ``modules`` gives them; other files are passed over.
    """
    paths = [path.removesuffix(".py").removesuffix("/__init__") for path in code if path.endswith(".py")]
    return f"import {', '.join(path.replace('/', '.') for path in paths)}"


@cache
def modules(package: str) -> Mapping[str, str]:
    """The modules that a package consists of and all that they import, with the data beside them.

    Args:
        package: its name below ``ci/intool``.

    Returns:
        Path below the directory of ``ci`` to content.
    """
    found: dict[str, str] = {}
    waiting = [f"ci.intool.{package}.{path.stem}" for path in (_CI / "intool" / package).glob("*.py")]
    while waiting:
        name = waiting.pop()
        for path in _files(name):
            key = f"ci/{path.relative_to(_CI).as_posix()}"
            if key not in found:
                found[key] = path.read_text("utf-8")
                waiting += _imported(found[key]) if path.suffix == ".py" else []
    return dict(sorted(found.items()))


def _files(name: str) -> Iterator[Path]:
    """The file of a module, those of the packages around it, and the data of its own package."""
    path = _CI.joinpath(*name.split(".")[1:])
    file = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
    if file.is_file():
        yield file
        yield from (parent / "__init__.py" for parent in file.parents if parent == _CI or _CI in parent.parents)
        yield from file.parent.glob("*.toml") if file.parent != _CI else ()
        yield from (path for module, path in _DATA.items() if module == file.name)


def _imported(text: str) -> list[str]:
    """Modules, or names in them, that a module imports; other modules have no file."""
    found: list[str] = []
    for package, several, one in _IMPORT.findall(text):
        names = [name.split()[0] for name in (several or one).split(",") if name.strip()]
        found += [package, *(f"{package}.{name}" for name in names)]
    return found


def with_regctl(container: dagger.Container, tools: Tools) -> dagger.Container:
    """Add the registry client."""
    return container.with_file(REGCTL, image(tools.regctl).file("/regctl"))


def with_cosign(container: dagger.Container, tools: Tools) -> dagger.Container:
    """Add the program that signs."""
    return container.with_file(COSIGN, image(tools.cosign).file("/ko-app/cosign"))


def with_runc(container: dagger.Container, tools: Tools) -> dagger.Container:
    """Add the program that runs containers."""
    return container.with_file(RUNC, image(tools.runc).file("/usr/bin/buildkit-runc"))


async def run_operation(
    container: dagger.Container,
    package: str,
    operation: str,
    arguments: Mapping[str, Any],
    error: type[PipelineError],
    *,
    privileged: bool = False,
) -> dagger.Container:
    """Run an operation of a package (``ci/intool/common/command.py``).

    Args:
        container: with the package, and all that the arguments name.
        package: its name below ``ci/intool``.
        operation: its name.
        arguments: of the operation, passed as a file, since the length of a command line is limited.
        error: class of the error where it fails.
        privileged: whether it gets all rights of the engine, to run containers; only for the pipeline's own code.

    Raises:
        PipelineError: it failed; has the operation's message.
    """
    file = by_content({"arguments.json": json.dumps(arguments)}).file("arguments.json")
    command = ["python3", "-m", f"ci.intool.{package}", operation, ARGUMENTS, REPORT]
    return await finished(
        container.with_mounted_file(ARGUMENTS, file).with_exec(command, insecure_root_capabilities=privileged),
        message("tool.failed", package=package, operation=operation),
        error,
    )


async def report_of(container: dagger.Container) -> Mapping[str, Any]:
    """The report of an operation.

    Args:
        container: as ``run_operation`` gives it.
    """
    return dict(json.loads(await container.file(REPORT).contents()))
