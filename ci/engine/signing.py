"""Who signs a release, who builds it and who started the run."""

from collections.abc import Mapping
from dataclasses import dataclass

import dagger


@dataclass(frozen=True, kw_only=True)
class Signing:
    """What the caller gives for signing.

    Attributes:
        key: private key as ``cosign generate-key-pair`` makes it; None for none.
        password: of the key.
        token: OpenID Connect token for keyless signing, in place of a key.
        request: secret of a GitHub Actions job for requesting such a token, which is valid for minutes only.
        url: of that request.
        builder: who builds, a URI; empty for an unverified local machine.
        actor: who started the run.
        source: address of the source for others; empty where none is given.
    """

    key: dagger.Secret | None = None
    password: dagger.Secret | None = None
    token: dagger.Secret | None = None
    request: dagger.Secret | None = None
    url: str = ""
    builder: str = ""
    actor: str = ""
    source: str = ""

    @property
    def signs(self) -> bool:
        """Whether there is anything to sign with."""
        return bool(self.key or self.token or self.request)

    @property
    def secrets(self) -> Mapping[str, dagger.Secret]:
        """Those that were given, by name."""
        given = {
            "signing_key": self.key,
            "signing_password": self.password,
            "identity_token": self.token,
            "identity_request": self.request,
        }
        return {name: secret for name, secret in given.items() if secret}
