"""Image layouts as data: plain Python, imports no dagger."""
