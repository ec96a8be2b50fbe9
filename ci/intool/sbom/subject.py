"""The subject of a document: the image of one platform."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

TOOL = "next-distroless"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The image of one platform.

    Attributes:
        name: of the image, without tag.
        platform: such as ``linux/arm64``.
        digest: of its manifest.
        created: RFC 3339, in UTC and whole seconds.
    """

    name: str
    platform: str
    digest: str
    created: str

    @property
    def architecture(self) -> str:
        """The processor."""
        return self.platform.split("/")[1]

    def uuid(self, kind: str) -> UUID:
        """An identity for a document, the same whenever it is made for the same image (RFC 4122, 4.3).

        Args:
            kind: of document.
        """
        return uuid5(NAMESPACE_URL, f"{TOOL}/{kind}/{self.name}@{self.digest}/{self.created}")
