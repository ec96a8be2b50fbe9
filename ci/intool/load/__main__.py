"""``python3 -m ci.intool.load``: load from the command line."""

import sys

from ci.intool.common.command import operate

OPERATIONS = {"measure": "measure"}

if __name__ == "__main__":
    sys.exit(operate("ci.intool.load", OPERATIONS, sys.argv[1:]))
