"""Searches for the run's secrets in everything that the run makes: image, documents about it, and logs."""
