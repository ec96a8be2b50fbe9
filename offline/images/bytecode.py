"""Byte code of Python modules, compiled ahead so that containers start fast."""

import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from offline.commands import output, run
from offline.images.tree import Tree, file

_MODULE = re.compile(r"usr/(local/)?lib/python3[^/]*/.+\.py")


def compiled(tree: Tree, python: str, log: Callable[[str], None]) -> Tree:
    """Compile a tree's modules, to be trusted without a look at their source (PEP 552, unchecked).

    The modules are read, never run. Needs a Python of the same version on this
    machine, since byte code is of one version; without one, nothing is compiled.

    Args:
        tree: files, of which the modules of a Python installation are compiled.
        python: version of the image's Python, such as ``3.11``.
        log: gets a line where nothing can be compiled.

    Returns:
        What is to be added to the tree.
    """
    modules = {path: node for path, node in tree.items() if _MODULE.fullmatch(path)}
    if not modules:
        return {}
    interpreter = _interpreter(python)
    if interpreter is None:
        log(f"no Python {python} on this machine: the image compiles its modules at every start, which is slow")
        return {}
    with tempfile.TemporaryDirectory() as name:
        stage = Path(name)
        for path, node in modules.items():
            (stage / path).parent.mkdir(parents=True, exist_ok=True)
            (stage / path).write_bytes(node.data)
        # One process in a fixed order and with fixed hashes: byte code depends on what was compiled before.
        run(
            [
                *(interpreter, "-S", "-m", "compileall", "-q", "-j", "1", "-s", name, "-p", "/"),
                *("-o", "0", "-o", "1", "--invalidation-mode", "unchecked-hash", name),
            ],
            log=stage / "compile.log",
            env={"PYTHONHASHSEED": "0", "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": ""},
            fix="a module of the image is no valid Python; see the log above",
        )
        return {str(path.relative_to(stage)): file(path.read_bytes()) for path in stage.rglob("*.pyc")}


def _interpreter(python: str) -> str | None:
    """A Python of that version, the system's own first."""
    for name in (f"/usr/bin/python{python}", "/usr/bin/python3", shutil.which(f"python{python}"), sys.executable):
        show = "import sys; print('%d.%d' % sys.version_info[:2])"
        if name and output([name, "-c", show]) == python:
            return name
    return None
