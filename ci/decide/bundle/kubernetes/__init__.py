"""A deployment on a Kubernetes cluster with Kustomize."""
