"""The scan gate as a program: ``python3 -m ci.intool.scan OPERATION ARGUMENTS.json REPORT.json``."""

import sys

from ci.intool.common.command import operate

OPERATIONS = {
    "flatten": "flatten",
    "unpack": "unpack",
    "database": "database",
    "prepare": "vex",
    "evaluate": "verdict",
    "published": "published",
    "suggest": "suggest",
    "semgrep": "semgrep",
}
"""Operation, which is the function's name, to the module of the package."""

if __name__ == "__main__":
    sys.exit(operate("ci.intool.scan", OPERATIONS, sys.argv[1:]))
