"""The formats: how each is written and read."""

from types import ModuleType

from ci.intool.sbom import cyclonedx, spdx

FORMATS: dict[str, ModuleType] = {one.FORMAT: one for one in (cyclonedx, spdx)}
"""Name of a format to the module that has ``SUFFIX`` of its files, ``PREDICATE`` (type of an in-toto attestation),
``write``, ``subject`` and ``listed``."""
