"""Signing and verifying as a program."""

import sys

from ci.intool.common.command import operate

OPERATIONS = {
    "attest": "attest",
    "own": "self_check",
    "latest_scan": "latest",
    "signature_of": "base",
    "verify": "verify",
}
"""Operation, which is the name of its function, to the module of this package that has it."""

if __name__ == "__main__":
    sys.exit(operate("ci.intool.attest", OPERATIONS, sys.argv[1:]))
