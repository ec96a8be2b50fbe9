"""Types of predicates, the content of statements (in-toto Attestation Framework v1, "predicate"). Pure."""

HOME = "https://github.com/next-distroless/next-distroless"
"""Where the types and builders of this project are described."""

SIGNATURE = "https://sigstore.dev/cosign/sign/v1"
"""Nothing but a signature; the predicate is empty (cosign 3, ``pkg/types``)."""

PROVENANCE = "https://slsa.dev/provenance/v1"
SPDX = "https://spdx.dev/Document"
CYCLONEDX = "https://cyclonedx.org/bom"
SCAN = "https://cosign.sigstore.dev/attestation/vuln/v1"
VEX = "https://openvex.dev/ns"

AUDIT = f"{HOME}/attestations/audit/v1"
"""Own: who released what, and what the gates found (`ci.intool.attest.audit`)."""

BUILD = f"{HOME}/builds/image/v1"
"""The ``buildType`` of this project's provenance."""

NAMES = {
    SIGNATURE: "signature",
    PROVENANCE: "provenance",
    SPDX: "SBOM in SPDX",
    CYCLONEDX: "SBOM in CycloneDX",
    SCAN: "scan result",
    VEX: "VEX document",
    AUDIT: "audit record",
}
"""Type to its name in messages."""


def name_of(kind: str) -> str:
    """The name of a type in messages; the type itself if it is unknown."""
    return NAMES.get(kind, kind)
