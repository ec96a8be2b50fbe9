"""The real Dagger engine, a registry and stand-in images for a machine that has none of them.

Used by the Makefile (``python3 -m offline up``); needs nothing but the standard
library, since it runs before anything is installed.
"""
