"""Statements about an image: made, signed, attached to it in the registry, and verified by anybody."""
