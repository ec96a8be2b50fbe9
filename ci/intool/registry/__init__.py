"""Work on a container registry by the program `regctl`: plain Python, imports no dagger."""
