"""Image layouts as data: assemble, read and compare them. Plain Python: imports nothing but the standard library."""
