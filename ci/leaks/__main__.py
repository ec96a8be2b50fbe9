"""``python3 -m ci.leaks search ARGUMENTS.json REPORT.json``."""

import sys

from ci.oci.command import operate

OPERATIONS = {"search": "search"}
"""Operation, which is the name of its function, to the module of the package that has it."""

if __name__ == "__main__":
    sys.exit(operate("ci.leaks", OPERATIONS, sys.argv[1:]))
