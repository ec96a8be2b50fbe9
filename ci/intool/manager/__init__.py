"""The image manager: what a repository holds, how large it is, what differs, what can go."""
