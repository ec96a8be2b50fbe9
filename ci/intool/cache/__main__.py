"""The cache of results as a program."""

import sys

from ci.intool.common.command import operate

OPERATIONS = {"cache_fetch": "cache", "cache_store": "cache", "cache_why": "cache"}
"""Operation, which is the name of its function, to the module of this package that has it."""

if __name__ == "__main__":
    sys.exit(operate("ci.intool.cache", OPERATIONS, sys.argv[1:]))
