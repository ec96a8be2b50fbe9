"""Plain Python that runs in tool containers, and in unit tests as it is. Imports no Dagger."""
