"""All that talks to Dagger and is no step: containers, tool containers, registry access, reading the source."""
