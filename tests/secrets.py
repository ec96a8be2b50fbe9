"""Secrets that tests make when they need them, so that none is in a file of this project."""

import subprocess


def private_key() -> str:
    """A new RSA key in PEM."""
    made = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout
