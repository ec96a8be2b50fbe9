"""Byte code that a container trusts without looking at its source."""

import sys

from offline.images import bytecode
from offline.images.tree import Tree, file

RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
TREE: Tree = {
    f"usr/lib/python{RUNNING}/probe.py": file("x = {'a', 'b', 'c'}\n"),
    f"usr/local/lib/python{RUNNING}/dist-packages/probe/__init__.py": file("def f(): return 'probe'\n"),
    "usr/share/gdb/auto.py": file("syntax error\n"),
}


def test_modules_are_compiled_unchecked_and_the_same_each_time() -> None:
    made = bytecode.compiled(TREE, RUNNING, print)
    assert sorted(made) == [
        f"usr/{path}.{sys.implementation.cache_tag}{level}.pyc"
        for path in (
            f"lib/python{RUNNING}/__pycache__/probe",
            f"local/lib/python{RUNNING}/dist-packages/probe/__pycache__/__init__",
        )
        for level in (".opt-1", "")
    ]
    flags = {node.data[4:8] for node in made.values()}
    assert flags == {b"\x01\x00\x00\x00"}  # PEP 552: by hash, not checked
    assert bytecode.compiled(TREE, RUNNING, print) == made


def test_nothing_is_compiled_for_another_python_and_that_is_said() -> None:
    said: list[str] = []
    assert bytecode.compiled(TREE, "2.1", said.append) == {}
    assert said == [
        "no Python 2.1 on this machine: the image compiles its modules at every start, which is slow",
    ]


def test_a_tree_without_modules_is_left_alone() -> None:
    assert bytecode.compiled({"usr/share/gdb/auto.py": file("")}, RUNNING, print) == {}
