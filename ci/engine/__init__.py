"""Code that talks to Dagger and is not a step: containers, tool containers, registry access, reading the source."""
