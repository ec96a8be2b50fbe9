"""Looking up and remembering a release as a program."""

import sys

from ci.intool.common.command import operate

OPERATIONS = {"look": "look", "finish": "finish"}
"""Operation, which is the name of its function, to the module of this package that has it."""

if __name__ == "__main__":
    sys.exit(operate("ci.intool.unchanged", OPERATIONS, sys.argv[1:]))
