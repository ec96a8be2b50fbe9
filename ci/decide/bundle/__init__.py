"""Deploy files for a published image, decided from the Plan: Docker Compose or Kubernetes. Pure.

One module for each subject. Texts that are the same for every app are files below ``files``.
"""
