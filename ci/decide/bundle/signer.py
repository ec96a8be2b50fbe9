"""Who must have signed the images that a cluster admits. Pure."""

from dataclasses import dataclass
from typing import Self

from ci.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Signer:
    """One signer, or none.

    Attributes:
        key: public key in PEM; empty for an identity.
        identity: of the certificate, exact.
        issuer: that vouches for it, exact.
    """

    key: str = ""
    identity: str = ""
    issuer: str = ""

    def __bool__(self) -> bool:
        """Whether there is one."""
        return bool(self.key or self.identity)

    @classmethod
    def of(cls, *, key: str = "", identity: str = "", issuer: str = "") -> Self:
        """The signer of a caller's arguments.

        Raises:
            ConfigError: they name two, or half of one, or the key is not a public one.
        """
        half = bool(identity) != bool(issuer)
        if half or (key and identity) or (key and "PUBLIC KEY-----" not in key):
            raise ConfigError.of("arguments.bundle-signer")
        return cls(key=key, identity=identity, issuer=issuer)
