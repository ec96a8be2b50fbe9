"""How images are signed: cosign's arguments for it. Pure, except that it checks whether secrets exist.

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
"""Prefix of a reference to a key in a variable; the key's password is in COSIGN_PASSWORD."""

WITHOUT_LOG = ["--use-signing-config=false", "--tlog-upload=false"]
"""Arguments of a signature that is in no transparency log."""

_FIX = "pass a private key (--signing-key env:VARIABLE), or run where there is an identity token"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """The signer of an image.

    Attributes:
        key: ``env://VARIABLE`` or the path of a file; empty for keyless, by the identity token in SIGSTORE_ID_TOKEN. A
            signature by key does not go to the transparency log, a keyless one always does.
    """

    key: str = ""

    def arguments(self, environment: MutableMapping[str, str] = os.environ) -> list[str]:
        """Cosign's arguments.

        Raises:
            Failure: there is nothing to sign with, or a secret was given in place of its location.
        """
        if self.key:
            self._check(environment)
            return ["--key", self.key, *WITHOUT_LOG]
        github.ask(environment, TOKEN)
        if not environment.get(TOKEN):
            raise Failure(f"there is neither a private key nor an identity token in {TOKEN}", _FIX)
        return []

    def _check(self, environment: Mapping[str, str]) -> None:
        if "-----" in self.key:
            raise Failure("the private key itself was given as an argument", _FIX)
        if self.key.startswith(ENVIRONMENT):
            name = self.key.removeprefix(ENVIRONMENT)
            if not environment.get(name):
                raise Failure(f"the variable {name}, which is to hold the private key, is empty", _FIX)
        elif not Path(self.key).is_file():
            raise Failure(f"there is no private key {self.key}", _FIX)
