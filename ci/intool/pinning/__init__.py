"""Pinned images: the current digests of their tags, their age, and images without a pin."""
