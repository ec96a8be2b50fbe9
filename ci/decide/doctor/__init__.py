"""What is wrong with a machine, an app or its Dockerfile, from facts. Pure."""
