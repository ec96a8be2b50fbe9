"""Stand-ins for upstream images, put together from Debian, npm and PyPI packages.

For machines that reach package registries but no container registry. Nothing of
an image is ever executed while it is made, so one method serves every
architecture. ``images.toml`` says what is in which image; the modules, from the
recipe to the result:

- ``catalogue`` reads the recipes, ``keys`` names them by content;
- ``debian``, ``npm`` and ``wheels`` fetch packages and open them into a ``tree``;
- ``rootfs`` and ``dpkg`` do what the packages' own scripts would do;
- ``steps`` turns a recipe into layers, ``layer`` writes and keeps them;
- ``layout`` writes the OCI image layout, ``standins`` lists digests.
"""

from offline.images.assembly import assemble
from offline.images.catalogue import Image, load
from offline.images.errors import ImageError
from offline.images.keys import key

HOST_PACKAGES = ("apt", "dpkg", "npm", "python3", "python3-venv")
"""Debian packages whose programs this needs on the machine that assembles."""

__all__ = ["HOST_PACKAGES", "Image", "ImageError", "assemble", "key", "load"]
