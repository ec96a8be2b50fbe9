"""``python3 -m ci.intool.leaks OPERATION ARGUMENTS.json REPORT.json``."""

import sys

from ci.intool.common.command import operate

OPERATIONS = {"search": "search", "blobs": "search"}
"""Operation, which is the name of its function, to the module of the package that has it."""

if __name__ == "__main__":
    sys.exit(operate("ci.intool.leaks", OPERATIONS, sys.argv[1:]))
