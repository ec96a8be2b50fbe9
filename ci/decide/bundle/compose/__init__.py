"""A deployment on one machine with Docker Compose."""
