"""``python3 -m ci.checks``: the hardening checks from the command line."""

import sys

from ci.oci.command import operate

OPERATIONS = {"check": "check"}

if __name__ == "__main__":
    sys.exit(operate("ci.checks", OPERATIONS, sys.argv[1:]))
