"""The Plan: everything that a run will do, decided by pure functions before a container starts."""
