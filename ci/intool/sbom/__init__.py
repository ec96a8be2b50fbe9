"""SBOMs of an image in SPDX 2.3 and CycloneDX 1.6, and the check that they are exact."""
