"""Pins as a program."""

import sys

from ci.intool.common.command import operate

OPERATIONS = {"age": "age", "update": "update"}
"""Operation, which is the name of its function, to the module of this package that has it."""

if __name__ == "__main__":
    sys.exit(operate("ci.intool.pinning", OPERATIONS, sys.argv[1:]))
