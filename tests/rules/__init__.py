"""Sources that the rules of ci/rules must, and must not, find something in: one directory for each rule."""
