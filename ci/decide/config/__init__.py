"""The pipeline file: its model, and what is done with such files."""
