"""Who signs on this machine: a key pair of the installation, for stand-ins in place of upstream, and for releases."""

from collections.abc import Iterable
from pathlib import Path

from offline.commands import run
from offline.places import Places

PASSWORD = {"COSIGN_PASSWORD": ""}
"""None: the file is readable to its owner only, and nobody else is asked to trust it."""


def public_key(programs: Path, places: Places) -> str:
    """The public key in PEM; the pair is made where there is none yet.

    Args:
        programs: directory with cosign.
        places: the pair lies in the state directory.

    Raises:
        OfflineError: the disk is full; names the log.
    """
    private, public = _pair(places)
    if not (private.exists() and public.exists()):
        for file in (private, public):
            file.unlink(missing_ok=True)
        private.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        run(
            [programs / "cosign", "generate-key-pair", f"--output-key-prefix={private.with_suffix('')}"],
            env=PASSWORD,
            log=places.log("signer"),
            fix="free space on the disk, then run the command again",
        )
    return public.read_text("utf-8")


def sign(programs: Path, references: Iterable[str], places: Places) -> None:
    """Sign images in the registry, without a transparency log: each signature is a referrer of its image.

    Args:
        programs: directory with cosign.
        references: images by digest.
        places: where the key lies.

    Raises:
        OfflineError: the registry refused; names the log.
    """
    private, _ = _pair(places)
    run(
        [
            *(programs / "cosign", "sign", "--yes", f"--key={private}"),
            *("--use-signing-config=false", "--tlog-upload=false", "--allow-http-registry"),
            *references,
        ],
        env=PASSWORD,
        log=places.log("signer"),
        fix=f"see whether the registry runs and its disk is full (log: {places.log('registry')})",
        deadline=300,
    )


def private_key(places: Places) -> Path:
    """The file of the private key."""
    return _pair(places)[0]


def _pair(places: Places) -> tuple[Path, Path]:
    home = places.state / "signer"
    return home / "signer.key", home / "signer.pub"
