"""The program ``cosign``: signs and verifies bundles in files; all traffic with registries is regctl's."""

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ci.intool.attest.bundle import Bundle
from ci.intool.attest.signer import Signer
from ci.intool.attest.statement import Statement
from ci.intool.attest.trust import Trust
from ci.intool.common.failure import Failure

LIMIT = 300.0
"""Seconds after which a call counts as stuck."""

_TROUBLE = (
    (r"decrypt|incorrect passphrase", "its password is wrong", "pass the password in COSIGN_PASSWORD"),
    (
        r"unsupported pem type|invalid pem|decode",
        "it is not a private key of cosign",
        "make one by `cosign import-key-pair`",
    ),
    (
        r"no such host|connection refused|timeout|dial tcp|network is unreachable",
        "a Sigstore service cannot be reached",
        "check the network, or sign with a key: that needs none",
    ),
)

_REFUSALS = (
    (r"do not match threshold|could not verify message", "it is signed by another key"),
    (r"expected key signature", "it is signed by an identity, not by a key"),
    (r"expected GithubWorkflowRepository", "it is signed in a run of another repository"),
    (r"no matching CertificateIdentity", "it is signed by another identity, or the issuer is another"),
)


def sign(statement: Statement, signer: Signer) -> bytes:
    """Sign a statement.

    Returns:
        The bundle.

    Raises:
        Failure: there is nothing to sign with, or it does not work.
    """
    arguments = signer.arguments()
    with TemporaryDirectory() as directory:
        given, bundle = Path(directory, "statement.json"), Path(directory, "bundle.json")
        given.write_bytes(statement.encoded())
        stderr = _run("attest-blob", "--yes", "--statement", str(given), "--bundle", str(bundle), *arguments)
        if stderr is not None:
            raise _failure("sign", stderr)
        return bundle.read_bytes()


def public_key(signer: Signer) -> str:
    """The public key in PEM of a signer that signs by key.

    Raises:
        Failure: the private key cannot be used.
    """
    signer.arguments()
    with TemporaryDirectory() as directory:
        file = Path(directory, "key.pem")
        stderr = _run("public-key", "--key", signer.key, "--outfile", str(file))
        if stderr is not None:
            raise _failure("use the private key", stderr)
        return file.read_text()


def refusal(bundle: Bundle, digest: str, trust: Trust) -> str:
    """Why a bundle is not the trusted signer's statement about an image; empty if it is.

    Args:
        bundle: as it was found.
        digest: of the image.
        trust: whose signature counts.
    """
    algorithm, _, value = digest.partition(":")
    about = ("--type", bundle.statement.kind, "--digest", value, "--digestAlg", algorithm)
    return _verified("verify-blob-attestation", bundle.body, trust, about)


def refusal_of_blob(bundle: bytes, blob: bytes, trust: Trust) -> str:
    """Why a bundle is not the trusted signer's signature of some bytes; empty if it is."""
    with TemporaryDirectory() as directory:
        file = Path(directory, "blob")
        file.write_bytes(blob)
        return _verified("verify-blob", bundle, trust, (str(file),))


def _verified(command: str, bundle: bytes, trust: Trust, about: Sequence[str]) -> str:
    with TemporaryDirectory() as directory:
        files = {name: Path(directory, name) for name in ("bundle.json", "key.pem", "root.json")}
        contents = (bundle, trust.key.encode(), trust.trusted_root.encode())
        for file, content in zip(files.values(), contents, strict=True):
            file.write_bytes(content)
        trusted = trust.arguments(str(files["key.pem"]), str(files["root.json"]))
        stderr = _run(command, "--bundle", str(files["bundle.json"]), *trusted, *about)
        return "" if stderr is None else refused(stderr)


def _run(*arguments: str) -> str | None:
    """Run cosign; returns what it printed if it failed, else None."""
    try:
        done = subprocess.run(
            ["cosign", *arguments],
            env={"COSIGN_PASSWORD": "", **os.environ},  # else it asks a terminal
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=LIMIT,
            check=False,
        )
    except FileNotFoundError:
        raise Failure("the program cosign is not on PATH", "install cosign 3.1 or newer") from None
    except subprocess.TimeoutExpired:
        return f"timeout: cosign did not end within {LIMIT:.0f} s"
    return done.stderr.decode(errors="replace") if done.returncode else None


def refused(stderr: str) -> str:
    """Why a bundle does not count, from what cosign printed."""
    return next((meaning for sign_of, meaning in _REFUSALS if re.search(sign_of, stderr)), short(stderr))


def _failure(action: str, stderr: str) -> Failure:
    for sign_of, what, fix in _TROUBLE:
        if re.search(sign_of, stderr, re.IGNORECASE):
            return Failure(f"cosign cannot {action}: {what} ({short(stderr)})", fix)
    return Failure(f"cosign cannot {action}: {short(stderr)}", "read what cosign printed")


def short(stderr: str) -> str:
    """The error that cosign printed, in one line."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    message = next((line for line in lines if line.startswith("Error: ")), lines[-1] if lines else "no message")
    return message.removeprefix("Error: ")[:400]
