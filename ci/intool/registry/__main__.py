"""Work on a registry as a program."""

import sys

from ci.intool.common.command import operate

OPERATIONS = {"names": "names", "promote": "promote", "push": "push", "released": "tagged", "verify": "verify"}
"""Operation, which is the name of its function, to the module of this package that has it."""

if __name__ == "__main__":
    sys.exit(operate("ci.intool.registry", OPERATIONS, sys.argv[1:]))
