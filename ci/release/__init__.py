"""From images to a registry."""
