"""What is in an image, as SPDX 2.3 and CycloneDX 1.6, and whether such documents are exact."""
