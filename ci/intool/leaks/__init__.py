"""Secrets of a run searched for in all that it makes: image, documents about it, and logs."""
