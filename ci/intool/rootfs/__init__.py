"""The files of an image as a container sees them: layers read as streams and laid over each other."""
