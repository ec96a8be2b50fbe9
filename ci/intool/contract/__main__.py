"""``python3 -m ci.intool.contract``: starts of an image from the command line."""

import sys

from ci.intool.common.command import operate

OPERATIONS = {"observe": "observe"}

if __name__ == "__main__":
    sys.exit(operate("ci.intool.contract", OPERATIONS, sys.argv[1:]))
