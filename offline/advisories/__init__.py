"""Trivy's database of vulnerabilities, for machines that cannot reach it.

``advisories.toml`` has the facts; ``catalogue`` reads them, ``entries`` says what Trivy's database calls them,
``database`` writes its files, and ``artifact`` wraps these as the OCI artifact that Trivy downloads.
"""

from offline.advisories.catalogue import CATALOGUE, load

__all__ = ["CATALOGUE", "load"]
