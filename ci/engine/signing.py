"""Who signs a release, and who answers for it."""

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
        request: what GitHub gives a job to ask for such a token with, since one lives for minutes only.
        url: where it is asked for.
        builder: who builds, a URI; empty for a machine that nobody vouches for.
        actor: who asked for the run.
        source: where others have the source; empty where nobody said.
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
