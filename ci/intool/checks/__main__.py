"""``python3 -m ci.intool.checks``: the hardening checks from the command line."""

import sys

from ci.intool.common.command import operate

OPERATIONS = {"check": "check"}

if __name__ == "__main__":
    sys.exit(operate("ci.intool.checks", OPERATIONS, sys.argv[1:]))
