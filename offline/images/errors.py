"""What a person is told when an image cannot be assembled."""

from offline.errors import OfflineError


class ImageError(OfflineError):
    """A recipe, a package or a host program stands in the way; says where, and the next step."""
