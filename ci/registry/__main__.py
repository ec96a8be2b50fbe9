"""Registry work as a program."""

import sys

from ci.oci.command import operate

OPERATIONS = {
    "cache_fetch": "cache",
    "cache_list": "cache",
    "cache_store": "cache",
    "cache_why": "cache",
    "clean": "clean",
    "diff": "diff",
    "info": "info",
    "names": "names",
    "promote": "promote",
    "pull": "pull",
    "push": "push",
    "size": "size",
    "tags": "listing",
    "verify": "verify",
}
"""Operation, which is the name of its function, to the module of this package that has it."""

if __name__ == "__main__":
    sys.exit(operate("ci.registry", OPERATIONS, sys.argv[1:]))
