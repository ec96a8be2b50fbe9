"""With what is signed: cosign's arguments for it. Pure but for looking whether secrets are there.

Secrets stay in the environment and in files: no argument holds one.
"""

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

from ci.intool.attest import github
from ci.intool.common.failure import Failure

TOKEN = "SIGSTORE_ID_TOKEN"  # noqa: S105  the variable's name
"""Variable with the identity token (OpenID Connect, audience ``sigstore``) of a keyless signature."""

ENVIRONMENT = "env://"
"""What a reference to a key in a variable begins with; its password is in COSIGN_PASSWORD."""

_FIX = "pass a private key (--signing-key env:VARIABLE), or run where there is an identity token"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs.

    Attributes:
        key: ``env://VARIABLE``, the path of a file, or the URI of a key service; empty for keyless.
        token: file with the identity token; empty for the variable SIGSTORE_ID_TOKEN.
        certificate: file with a certificate for the key, in PEM; for an own authority.
        signing_config: file that names Fulcio, Rekor and the time stamp authority (``cosign signing-config create``);
            empty for Sigstore's public ones.
        trusted_root: file with the roots of those services; empty for the public ones.
        log: whether a signature by key goes to the transparency log too; keyless ones always do.
        identity: that a certificate names; empty for what the identity token says.
        issuer: of that identity.
    """

    key: str = ""
    token: str = ""
    certificate: str = ""
    signing_config: str = ""
    trusted_root: str = ""
    log: bool = False
    identity: str = ""
    issuer: str = ""

    def arguments(self, environment: MutableMapping[str, str] = os.environ) -> list[str]:
        """Cosign's arguments.

        Raises:
            Failure: there is nothing to sign with, or a secret itself was given instead of its place.
        """
        services = [
            *(["--signing-config", self.signing_config] if self.signing_config else []),
            *(["--trusted-root", self.trusted_root] if self.trusted_root else []),
        ]
        certificate = ["--certificate", self.certificate] if self.certificate else []
        if not self.key:
            return [*self._token(environment), *services]
        self._check(environment)
        logged = self.log or self.signing_config
        return ["--key", self.key, *certificate, *(services if logged else _WITHOUT_LOG)]

    def _check(self, environment: Mapping[str, str]) -> None:
        if "-----" in self.key:
            raise Failure("the private key itself was given as an argument", _FIX)
        if self.key.startswith(ENVIRONMENT):
            name = self.key.removeprefix(ENVIRONMENT)
            if not environment.get(name):
                raise Failure(f"the variable {name}, which is to hold the private key, is empty", _FIX)
        elif "://" not in self.key and not Path(self.key).is_file():
            raise Failure(f"there is no private key {self.key}", _FIX)

    def _token(self, environment: MutableMapping[str, str]) -> list[str]:
        if self.token:
            # Cosign takes a text that is no file for the token itself.
            if "\n" in self.token or len(self.token) > 1000 or not Path(self.token).is_file():  # noqa: PLR2004
                raise Failure("the identity token's file is not there", _FIX)
            return ["--identity-token", self.token]
        github.ask(environment, TOKEN)
        if not environment.get(TOKEN):
            raise Failure(f"there is neither a private key nor an identity token in {TOKEN}", _FIX)
        return []


_WITHOUT_LOG = ["--use-signing-config=false", "--tlog-upload=false"]
