"""An image in a registry, as the registry tells it."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from tests.conftest import command


@dataclass(frozen=True)
class Published:
    """An image of several platforms.

    Attributes:
        tag: reference by tag, so that a client has to find the digest.
        index: bytes of the index.
        manifests: architecture to manifest, with its "digest".
    """

    tag: str
    index: bytes
    manifests: dict[str, dict[str, Any]]

    @property
    def repository(self) -> str:
        return self.tag.rpartition(":")[0]

    @property
    def digest(self) -> str:
        return f"sha256:{hashlib.sha256(self.index).hexdigest()}"

    @property
    def configs(self) -> dict[str, str]:
        """Architecture to digest of the config."""
        return {name: manifest["config"]["digest"] for name, manifest in self.manifests.items()}

    @property
    def layer_types(self) -> set[str]:
        return {layer["mediaType"] for manifest in self.manifests.values() for layer in manifest["layers"]}


def read(tag: str) -> Published:
    """Ask a registry for an image's index and manifests."""
    index = _body(tag)
    repository = tag.rpartition(":")[0]
    manifests = {
        one["platform"]["architecture"]: {"digest": one["digest"]} | json.loads(_body(f"{repository}@{one['digest']}"))
        for one in json.loads(index)["manifests"]
    }
    return Published(tag, index, manifests)


def regctl(*argv: str) -> str:
    """Run the registry client to its good end; returns what it prints."""
    done = command("regctl", *argv)
    assert done.code == 0, done.stderr
    return done.stdout


def _body(reference: str) -> bytes:
    return regctl("manifest", "get", "--format=raw-body", reference).encode()
