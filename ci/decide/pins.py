"""What the pipeline pulls, pinned: images by digest, packages by checksum (``pins.toml``).

On the embedded engine (``offline/``) upstream images are not available. Its runtime then names a file with the digests
of the stand-ins that its registry has under the upstream names, in ``NEXT_DISTROLESS_STAND_INS``, and one with the key
that they are signed with, in ``NEXT_DISTROLESS_SIGNER``. Only the engine can set these variables, and what runs in the
engine trusts it anyway; nothing else weakens a pin.
"""

import functools
import hashlib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from ci.decide.ecosystems.checksums import checksum
from ci.errors import ConfigError

CI = Path(__file__).parents[1]
"""Directory of the pipeline's own code."""

STAND_INS = "NEXT_DISTROLESS_STAND_INS"
SIGNER = "NEXT_DISTROLESS_SIGNER"
_PINNED = re.compile(r"^(?P<name>[^@]+)@(?P<digest>sha256:[0-9a-f]{64})$")


@dataclass(frozen=True)
class ImageRef:
    """A pinned image.

    Attributes:
        name: reference with tag, as upstream calls it.
        digest: of its index, or of the stand-in's.
        stand_in: whether it is a stand-in of the embedded engine.
    """

    name: str
    digest: str
    stand_in: bool = False

    def __str__(self) -> str:
        return f"{self.name}@{self.digest}" if self.digest else self.name


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signs an image.

    Attributes:
        key: public key in PEM; empty for an identity.
        identity: of the certificate.
        issuer: that vouches for it.
    """

    key: str = ""
    identity: str = ""
    issuer: str = ""


@dataclass(frozen=True)
class Package:
    """An npm package, pinned.

    Attributes:
        name: its name.
        version: its exact version.
        integrity: sha512 of its tarball as npm writes it; empty where it is not known.
    """

    name: str
    version: str
    integrity: str


@dataclass(frozen=True, kw_only=True)
class Pins:
    """All pins.

    Attributes:
        images: short name to reference with digest.
        eol: short name to the day on which support ends, ISO 8601.
        checked: short name to the day on which the digest was last compared with the tag, ISO 8601.
        signers: beginning of a repository's name to who signs what is in it.
        fonts: font name as ``next/font/google`` exports it, to its package.
        newest_fonts: the same for fonts that nothing pins, as the npm registry has them on the day of the run.
        stand_ins: upstream reference to the digest of its stand-in; empty with the official engine.
        stand_in_signer: who signs the stand-ins.
    """

    images: Mapping[str, str]
    eol: Mapping[str, str]
    checked: Mapping[str, str]
    signers: Mapping[str, Signer]
    fonts: Mapping[str, Package]
    stand_ins: Mapping[str, str]
    stand_in_signer: Signer | None = None
    newest_fonts: Mapping[str, Package] = field(default_factory=dict)

    def image(self, name: str) -> ImageRef:
        """Resolve a short name, or a reference with its digest.

        Raises:
            ConfigError: neither; an image without digest is never pulled.
        """
        match = _PINNED.match(self.images.get(name, name))
        if not match:
            raise ConfigError.of("arguments.no-digest", image=name, known=sorted(self.images))
        stand_in = self.stand_ins.get(match["name"])
        return ImageRef(match["name"], stand_in or match["digest"], stand_in is not None)

    def floating(self, reference: str) -> ImageRef:
        """An image that is not pinned, such as the advisory database; a digest in the reference is kept."""
        name, _, digest = reference.partition("@")
        stand_in = self.stand_ins.get(name)
        return ImageRef(name, stand_in or digest, stand_in is not None)

    def signer(self, image: ImageRef) -> Signer | None:
        """Who signs an image; None where no signer is known."""
        if image.stand_in:
            return self.stand_in_signer
        return next((signer for name, signer in self.signers.items() if image.name.startswith(name)), None)

    def manager(self, name: str, version: str) -> Package:
        """A package manager's package, with its integrity where it is known."""
        return Package(name, version, checksum(name, version))


def load(environment: Mapping[str, str] = os.environ) -> Pins:
    """Read ``pins.toml``, and the stand-ins where the engine names them.

    Args:
        environment: variables of the process.
    """
    pins = tomllib.loads((CI / "pins.toml").read_text("utf-8"))
    listed, key = environment.get(STAND_INS), environment.get(SIGNER)
    return Pins(
        images=pins["images"],
        eol=pins["eol"],
        checked=pins.get("checked", {}),
        signers={name: Signer(**signer) for name, signer in pins["signers"].items()},
        fonts={n: Package(f["package"], f["version"], f["integrity"]) for n, f in pins["fonts"].items()},
        stand_ins=tomllib.loads(Path(listed).read_text("utf-8"))["images"] if listed else {},
        stand_in_signer=Signer(key=Path(key).read_text("utf-8")) if key else None,
    )


@functools.cache
def releases() -> Mapping[str, str]:
    """Short name of an image to the exact version of the program that it is named after."""
    return MappingProxyType(tomllib.loads((CI / "pins.toml").read_text("utf-8"))["releases"])


def own_digest() -> str:
    """A sha256 in hex over the code of this pipeline."""
    total = hashlib.sha256()
    for path in sorted(p for p in CI.rglob("*") if p.suffix in {".py", ".cjs", ".toml", ".txt", ".yaml"}):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()
