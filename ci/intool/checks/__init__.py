"""Hardening checks of an image, and the table of all checks; plain Python, which also runs in a tool container."""

from ci.intool.checks.table import CHECKS, Check

__all__ = ["CHECKS", "Check"]
