"""Python wheels of the index that this machine is set up for, opened as pip would install them."""

import configparser
import importlib.util
import shutil
import sys
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

from offline.commands import run
from offline.images.platforms import Platform
from offline.images.tree import Tree, file

GLIBC = range(5, 37)
"""Minor versions of glibc 2 that run on Debian 12, for the platform tags of wheels."""

_SCRIPT = "#!/usr/bin/python3\nimport sys\nfrom {module} import {name}\nsys.exit({call}())\n"


def fetched(requirements: Sequence[Path], platform: Platform, python: str, home: Path) -> list[Path]:
    """Fetch wheels and check them against the hashes of requirement files.

    Args:
        requirements: complete requirement files, each line pinned and with hashes.
        platform: the platform that they are for.
        python: the version of Python that they are for, such as ``3.11``.
        home: directory to keep them in.

    Returns:
        Wheels, sorted by name.

    Raises:
        OfflineError: pip failed: a wheel is not there, or has another hash.
    """
    wheels = home / f"{platform.architecture}-{python}"
    shutil.rmtree(wheels, ignore_errors=True)
    wheels.mkdir(parents=True)
    tags = [f"manylinux_2_{minor}_{platform.wheel}" for minor in GLIBC]
    tags += [f"manylinux{year}_{platform.wheel}" for year in ("1", "2010", "2014")]
    run(
        [
            *(_pip(home), "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--require-hashes", "--no-deps", "--only-binary=:all:", "--dest", wheels.absolute()),
            *("--python-version", python, "--implementation", "cp"),
            *(f"--abi={abi}" for abi in (f"cp{python.replace('.', '')}", "abi3", "none")),
            *(f"--platform={tag}" for tag in tags),
            *(f"--requirement={path.absolute()}" for path in requirements),
        ],
        log=home / f"pip-{platform.architecture}.log",
        fix="check that `pip download` works on this machine and that the requirement file names wheels with hashes",
    )
    return sorted(wheels.glob("*.whl"))


def _pip(home: Path) -> Path:
    """A Python that has pip."""
    if importlib.util.find_spec("pip"):
        return Path(sys.executable)
    own = home / "venv"
    if not (own / "bin" / "pip").exists():
        venv.create(own, with_pip=True)
    return own / "bin" / "python"


def opened(wheel: Path, site: str) -> Tree:
    """The files of a wheel where an installation below /usr/local has them.

    Args:
        wheel: the file.
        site: the directory for modules, without leading slash.
    """
    tree: Tree = {}
    with zipfile.ZipFile(wheel) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            data = archive.read(info)
            mode = 0o755 if info.external_attr >> 16 & 0o111 else 0o644
            head, _, below = info.filename.partition("/")
            scheme, _, rest = below.partition("/")
            if not head.endswith(".data"):
                tree[f"{site}/{info.filename}"] = file(data, mode)
            elif scheme in ("purelib", "platlib"):
                tree[f"{site}/{rest}"] = file(data, mode)
            elif scheme == "scripts":
                tree[f"usr/local/bin/{rest}"] = file(_pointed(data), 0o755)
            elif scheme == "data":
                tree[f"usr/local/{rest}"] = file(data, mode)
            if head.endswith(".dist-info") and below == "entry_points.txt":
                tree |= _commands(data.decode())
            if head.endswith(".dist-info") and below == "RECORD":
                tree[f"{site}/{head}/INSTALLER"] = file("offline.images\n")
    return tree


def _pointed(script: bytes) -> bytes:
    """A script with the image's Python in its first line."""
    first, newline, rest = script.partition(b"\n")
    return b"#!/usr/bin/python3" + newline + rest if first.startswith(b"#!python") else script


def _commands(entry_points: str) -> Tree:
    """The commands that a wheel's ``entry_points.txt`` declares."""
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(entry_points)
    tree: Tree = {}
    for command, target in parser["console_scripts"].items() if parser.has_section("console_scripts") else ():
        module, _, call = target.partition("[")[0].strip().partition(":")
        script = _SCRIPT.format(module=module.strip(), name=call.strip().partition(".")[0], call=call.strip())
        tree[f"usr/local/bin/{command}"] = file(script, 0o755)
    return tree
