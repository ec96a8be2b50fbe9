"""The pipeline: one Python package, all that Dagger loads."""
