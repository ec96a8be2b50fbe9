"""A release whose inputs are those of an earlier one: found, verified now, and remembered."""
