"""The trusted signer, and cosign's arguments to verify its signatures. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import parsed


@dataclass(frozen=True, kw_only=True)
class Trust:
    """One signer: a key, or an identity with its issuer, both exact.

    Attributes:
        key: public key in PEM; empty for an identity.
        identity: e-mail address or URI that the certificate names.
        issuer: URL of the OpenID Connect provider that vouches for it.
        trusted_root: roots of Fulcio, Rekor and time stamps, as JSON (``cosign trusted-root create``); empty for
            Sigstore's public ones.
        repository: OWNER/NAME at GitHub, exact, whose run signed: repositories that call one workflow share its
            identity (Fulcio, "OID information": 1.3.6.1.4.1.57264.1.5); empty for any.
    """

    key: str = ""
    identity: str = ""
    issuer: str = ""
    trusted_root: str = ""
    repository: str = ""

    def __post_init__(self) -> None:
        """Refuse what does not name exactly one signer.

        Raises:
            Failure: key and identity, half an identity, or a repository without an identity.
        """
        if self.key and (self.identity or self.issuer):
            raise Failure("both a key and an identity are given", "give one of them")
        if bool(self.identity) != bool(self.issuer):
            given, other = ("identity", "issuer") if self.identity else ("issuer", "identity")
            raise Failure(f"an {given} is given without the {other}", f"give --{other} too: both are compared exactly")
        if self.repository and not self.identity:
            raise Failure("a repository is given without an identity", "give --identity and --issuer too")
        if self.key and "PUBLIC KEY-----" not in self.key:
            raise Failure("the key is not a public key in PEM", "give the file that `cosign public-key` writes")

    def __bool__(self) -> bool:
        """Whether a trusted signer is given."""
        return bool(self.key or self.identity)

    def __str__(self) -> str:
        of = f" for {self.repository}" if self.repository else ""
        return f"{self.identity} ({self.issuer}){of}" if self.identity else "the given key" if self.key else "no signer"

    def arguments(self, key: str, trusted_root: str) -> list[str]:
        """Cosign's arguments.

        Checks that the trusted root has no keys for are switched off: the log of signatures, that of certificates, time
        stamps. The public one has all of them.

        Args:
            key: file with the key.
            trusted_root: file with the trusted root.
        """
        root = ["--trusted-root", trusted_root] if self.trusted_root else []
        if self.key:
            return ["--key", key, "--insecure-ignore-tlog=true"]
        return [
            f"--certificate-identity={self.identity}",
            f"--certificate-oidc-issuer={self.issuer}",
            *([f"--certificate-github-workflow-repository={self.repository}"] if self.repository else []),
            *root,
            *self._of(),
        ]

    def _of(self) -> list[str]:
        if not self.trusted_root:
            return []
        has = self._root()
        return [
            *([] if has.get("tlogs") else ["--insecure-ignore-tlog=true"]),
            *([] if has.get("ctlogs") else ["--insecure-ignore-sct=true"]),
            *(["--use-signed-timestamps=true"] if has.get("timestampAuthorities") else []),
        ]

    def _root(self) -> Mapping[str, Any]:
        fix = "make it with `cosign trusted-root create`"
        root: Mapping[str, Any] = parsed(self.trusted_root.encode(), "the trusted root", fix).value
        return root
