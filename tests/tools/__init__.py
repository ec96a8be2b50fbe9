"""Tests of the tools that the pipeline relies on: the real programs, without an engine."""
