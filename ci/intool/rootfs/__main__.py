"""``python3 -m ci.intool.rootfs OPERATION ARGUMENTS.json REPORT.json``."""

import sys

from ci.intool.common.command import operate

OPERATIONS = {"index": "index", "blobs": "index"}
"""Operation, which is the name of its function, to the module of the package that has it."""

if __name__ == "__main__":
    sys.exit(operate("ci.intool.rootfs", OPERATIONS, sys.argv[1:]))
