"""Results of installs and builds, as artifacts beside an image in its repository."""
