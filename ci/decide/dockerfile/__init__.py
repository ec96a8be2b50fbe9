"""The Plan as a Dockerfile, for those who must keep one: text from values. Pure."""
