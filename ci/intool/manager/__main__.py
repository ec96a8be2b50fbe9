"""The image manager as a program."""

import sys

from ci.intool.common.command import operate

OPERATIONS = {
    "clean": "clean",
    "diff": "diff",
    "info": "info",
    "inside": "inside",
    "pull": "pull",
    "size": "size",
    "tags": "listing",
}
"""Operation, which is the name of its function, to the module of this package that has it."""

if __name__ == "__main__":
    sys.exit(operate("ci.intool.manager", OPERATIONS, sys.argv[1:]))
