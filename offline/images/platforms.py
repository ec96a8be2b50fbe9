"""The platforms an image can have, and what each package world calls them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Platform:
    """One platform of an image.

    Attributes:
        architecture: the name that OCI, Go and Debian use.
        npm: the value of Node's ``process.arch``.
        wheel: the last part of a wheel's platform tag.
    """

    architecture: str
    npm: str
    wheel: str

    def __str__(self) -> str:
        """The platform as OCI writes it, such as ``linux/arm64``."""
        return f"linux/{self.architecture}"


PLATFORMS = {
    str(platform): platform
    for platform in (
        Platform(architecture="amd64", npm="x64", wheel="x86_64"),
        Platform(architecture="arm64", npm="arm64", wheel="aarch64"),
    )
}
"""Every supported platform, by its OCI name."""
